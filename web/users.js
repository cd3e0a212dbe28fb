// @ts-check
// Users: listed, added, given another password or skills, disabled for good. Knows REST's users.
import { html, useState } from "./vendor/ui.js";
import { tell } from "./doing.js";
import { Dialog } from "./dialog.js";
import { NewPassword, said } from "./form.js";
import { Table, useShelf } from "./shelf.js";
import { SkillsOf } from "./skills_of.js";
import { say } from "./texts.js";

export const ROLES = ["agent", "supervisor", "qa", "campaign_manager", "administrator"];
const HEADS = ["users.login", "users.name", "users.role", "floor.agent", "users.team", "floor.state", "floor.actions"];

/** @param {{may: Set<string>}} props */
export function Users({ may }) {
  const users = useShelf("/users");
  const [wanted, filter] = useState("");
  const [asks, ask] = useState(/** @type {{what: "add" | "password" | "skills", user?: any} | null} */ (null));
  const shown = (users.items || []).filter((one) =>
    `${one.login} ${one.name} ${one.agent || ""} ${one.team || ""} ${say(`role.${one.role}`)}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  /** @param {any} user */
  const disable = async (user) => {
    if (!confirm(`${say("users.disable.sure")} ${user.login}`)) return;
    const gone = await users.change("POST", `/users/${user.id}/disable`, undefined, say("users.disabled.done"));
    if (gone?.leads_held) tell(`${say("users.holds")}: ${gone.leads_held}`, true);
  };
  return html`<div class="head">
      <input type="search" aria-label=${say("users.filter")} placeholder=${say("users.filter")} onInput=${(/** @type {any} */ event) => filter(event.target.value)} />
      <span class="grow"></span>
      ${may.has("users.create") && html`<button type="button" class="main" onClick=${() => ask({ what: "add" })}>${say("users.add")}</button>`}</div>
    <${Table} label=${say("people.users")} heads=${HEADS.map(say)} rows=${shown.map(
      (one) => html`<tr key=${one.id} class=${one.active ? "" : "gone"}>
        <th scope="row">${one.login}</th><td dir="auto">${one.name}</td><td>${say(`role.${one.role}`)}</td>
        <td>${one.agent || ""}</td><td dir="auto">${one.team || ""}</td><td>${say(one.active ? "users.active" : "users.disabled")}</td>
        <td class="buttons">
          ${one.active && may.has("users.set_password") && button("users.password", one, () => ask({ what: "password", user: one }))}
          ${one.active && one.agent && may.has("skills.given") && button("people.skills", one, () => ask({ what: "skills", user: one }))}
          ${one.active && may.has("users.disable") && button("users.disable", one, () => disable(one))}
        </td></tr>`,
    )} />
    ${asks?.what === "add" && html`<${Add} users=${users} may=${may} close=${() => ask(null)} />`}
    ${asks?.what === "password" && html`<${Password} user=${asks.user} users=${users} close=${() => ask(null)} />`}
    ${asks?.what === "skills" && html`<${SkillsOf} user=${asks.user} may=${may} close=${() => ask(null)} />`}`;
}

/** @param {string} text @param {any} user @param {() => void} does */
function button(text, user, does) {
  return html`<button type="button" aria-label=${`${say(text)}: ${user.login}`} onClick=${does}>${say(text)}</button>`;
}

/** @param {{users: ReturnType<typeof useShelf>, may: Set<string>, close: () => void}} props */
function Add({ users, may, close }) {
  const teams = useShelf("/teams");
  const [role, choose] = useState("agent");
  /** @param {SubmitEvent} event */
  const add = async (event) => {
    const { held, ...user } = said(event);
    const limit = held ? { leads_held_max: Number(held) } : {};
    if (await users.change("POST", "/users", { ...user, ...limit }, say("users.added"))) close();
  };
  return html`<${Dialog} title=${say("users.add")} close=${close}>
    <form onSubmit=${add}>
      <div class="fields">
        <label>${say("users.login")}<input name="login" required maxlength="200" pattern="\\S+" autocomplete="off" autofocus /></label>
        <label>${say("users.name")}<input name="name" maxlength="200" autocomplete="off" /></label>
        <label>${say("users.role")}<select name="role" onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
          ${ROLES.map((one) => html`<option value=${one} selected=${one === role}>${say(`role.${one}`)}</option>`)}</select></label>
        <label>${say("users.agent")}<input name="agent" maxlength="200" pattern="\\S+" autocomplete="off" /></label>
        <label>${say("users.team")}<select name="team"><option value="">–</option>
          ${(teams.items || []).map((one) => html`<option value=${one.name}>${one.name}</option>`)}</select></label>
        <label>${say("users.held")}<input name="held" type="number" min="0" max="10000000" /></label>
      </div>
      <p class="hint">${say(`role.${role}.about`)}</p>
      ${may.has("users.set_password") && html`<${NewPassword} name="password" label=${say("users.password.first")} />`}
      <p class="hint">${say("users.password.rule")}</p>
      <div class="buttons"><button class="main">${say("users.add")}</button></div>
    </form>
  <//>`;
}

/** @param {{user: any, users: ReturnType<typeof useShelf>, close: () => void}} props */
function Password({ user, users, close }) {
  /** @param {SubmitEvent} event */
  const set = async (event) => {
    if (await users.change("PUT", `/users/${user.id}/password`, said(event), say("users.password.set"))) close();
  };
  return html`<${Dialog} title=${`${say("users.password")}: ${user.login}`} close=${close}>
    <form onSubmit=${set}>
      <${NewPassword} name="password" label=${say("users.password.new")} required />
      <p class="hint">${say("users.password.rule")} ${say("users.password.ends")}</p>
      <div class="buttons"><button class="main">${say("users.password")}</button></div>
    </form>
  <//>`;
}
