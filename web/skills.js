// @ts-check
// Skills: what agents can do and callers may need. Listed, added, removed. Knows REST's skills.
import { html } from "./vendor/ui.js";
import { said } from "./form.js";
import { Table, useShelf } from "./shelf.js";
import { say } from "./texts.js";

/** @param {{may: Set<string>}} props */
export function Skills({ may }) {
  const skills = useShelf("/skills");
  /** @param {SubmitEvent} event */
  const add = async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (await skills.change("POST", "/skills", said(event), say("people.saved"))) form.reset();
  };
  const remove = (/** @type {string} */ name) => skills.change("DELETE", `/skills/${encodeURIComponent(name)}`, undefined, say("people.removed"));
  return html`${may.has("skills.create") &&
    html`<form class="fields" onSubmit=${add}>
      <label>${say("skills.skill")}<input name="name" required maxlength="200" /></label>
      <button class="main">${say("people.add")}</button></form>`}
    <${Table} label=${say("people.skills")} heads=${[say("skills.skill"), say("floor.state"), say("floor.actions")]} rows=${(skills.items || []).map(
      (one) => html`<tr key=${one.name}><th scope="row" dir="auto">${one.name}</th>
        <td>${say(one.active ? "skills.asked" : "skills.unasked")}</td>
        <td class="buttons">${may.has("skills.remove") &&
        html`<button type="button" aria-label=${`${say("people.remove")}: ${one.name}`} onClick=${() => remove(one.name)}>${say("people.remove")}</button>`}</td></tr>`,
    )} />`;
}
