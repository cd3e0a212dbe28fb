// @ts-check
// What each role is for, and what it may do, as the API's own table of rights has it. Knows REST's rights.
import { html } from "./vendor/ui.js";
import { Table, useShelf } from "./shelf.js";
import { say } from "./texts.js";
import { ROLES } from "./users.js";

/** @typedef {{operation: string, scope: string, roles: string[]}} Right */

/** @param {{may: Set<string>}} _props */
export function Roles(_props) {
  const rights = useShelf("/users/rights");
  /** @type {Map<string, Right[]>} */
  const nouns = new Map();
  for (const one of rights.items || []) {
    const noun = one.scope.slice(0, one.scope.indexOf(":"));
    nouns.set(noun, [...(nouns.get(noun) || []), one]);
  }
  return html`<dl class="means">${ROLES.map((role) => html`<dt>${say(`role.${role}`)}</dt><dd>${say(`role.${role}.about`)}</dd>`)}</dl>
    <${Table} label=${say("people.roles")} heads=${[say("roles.what"), ...ROLES.map((role) => say(`role.${role}`))]} rows=${[...nouns].map(
      ([noun, all]) => html`<tr key=${noun}><th scope="row">${say(`noun.${noun}`)}</th>${ROLES.map((role) => cell(role, all))}</tr>`,
    )} />`;
}

/** @param {string} role @param {Right[]} all what can be done with one kind of thing */
function cell(role, all) {
  const changes = all.filter((one) => one.scope.endsWith(":write"));
  const may = changes.filter((one) => one.roles.includes(role));
  const looks = all.some((one) => one.scope.endsWith(":read") && one.roles.includes(role));
  const said = [
    looks && say("roles.look"),
    may.length > 0 && say(may.length === changes.length ? "roles.change" : "roles.part"),
  ].filter(Boolean);
  return html`<td title=${may.map((one) => one.operation).join(", ")}>${said.join(", ") || "–"}</td>`;
}
