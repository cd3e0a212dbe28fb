// @ts-check
// Teams: users under one name. Listed and added. Knows REST's teams.
import { html } from "./vendor/ui.js";
import { said } from "./form.js";
import { Table, useShelf } from "./shelf.js";
import { say } from "./texts.js";

/** @param {{may: Set<string>}} props */
export function Teams({ may }) {
  const teams = useShelf("/teams");
  /** @param {SubmitEvent} event */
  const add = async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (await teams.change("POST", "/teams", said(event), say("teams.added"))) form.reset();
  };
  return html`${may.has("teams.create") &&
    html`<form class="fields" onSubmit=${add}>
      <label>${say("users.team")}<input name="name" required maxlength="200" /></label>
      <button class="main">${say("teams.add")}</button></form>`}
    <${Table} label=${say("people.teams")} heads=${[say("users.team"), say("teams.users")]} rows=${(teams.items || []).map(
      (one) => html`<tr key=${one.name}><th scope="row" dir="auto">${one.name}</th><td class="figure">${one.users}</td></tr>`,
    )} />`;
}
