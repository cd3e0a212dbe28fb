// @ts-check
// Why leads of a campaign are not dialed: how many by what holds them back, looked up when it is opened.
// Knows REST's explanation.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing } from "./doing.js";
import { Held } from "./held.js";

/** @param {{campaign: string, label: string}} props */
export function WhyNot({ campaign, label }) {
  const [told, learn] = useState(/** @type {any} */ (null));
  /** @param {any} event */
  const look = (event) => event.target.open && doing(async () => learn(await ask("GET", `/campaigns/${campaign}/explanation`)));
  return html`<details class="why" onToggle=${look}><summary>${label}</summary>
    ${told && html`<${Held} told=${told} />`}
  </details>`;
}
