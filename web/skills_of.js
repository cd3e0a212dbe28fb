// @ts-check
// What one user can do as an agent, and how well. Knows REST's skills.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { Dialog } from "./dialog.js";
import { doing } from "./doing.js";
import { said } from "./form.js";
import { useShelf } from "./shelf.js";
import { say } from "./texts.js";

/** @param {{user: any, may: Set<string>, close: () => void}} props */
export function SkillsOf({ user, may, close }) {
  const skills = useShelf("/skills");
  const [given, learn] = useState(/** @type {Record<string, number> | null} */ (null));
  const path = `/skills/of/${encodeURIComponent(user.login)}`;
  useEffect(() => {
    doing(async () => learn((await ask("GET", path)).skills));
  }, []);
  /** @param {SubmitEvent} event */
  const give = async (event) => {
    const levels = Object.entries(said(event)).map(([name, level]) => [name, Number(level)]);
    if (await doing(() => ask("PUT", path, { skills: Object.fromEntries(levels) }), say("skills.given"))) close();
  };
  return html`<${Dialog} title=${`${say("people.skills")}: ${user.login}`} close=${close}>
    <p class="hint">${say("skills.level")}</p>
    ${given && skills.items &&
    html`<form onSubmit=${give}>
      ${!skills.items.length && html`<p>${say("skills.none")}</p>`}
      <div class="fields">${skills.items.map(
        (one) => html`<label><span dir="auto">${one.name}</span><input name=${one.name} type="number" min="1" max="9" defaultValue=${given[one.name] ?? ""} /></label>`,
      )}</div>
      ${may.has("skills.give") && html`<div class="buttons"><button class="main">${say("skills.give")}</button></div>`}
    </form>`}
  <//>`;
}
