// @ts-check
// Why leads of a campaign are not dialed: how many by what holds them back, looked up when it is opened.
// Knows REST's explanation.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { language, say } from "./texts.js";

/** @param {{campaign: string, label: string}} props */
export function WhyNot({ campaign, label }) {
  const [told, learn] = useState(/** @type {any} */ (null));
  /** @param {any} event */
  const look = (event) => event.target.open && doing(async () => learn(await ask("GET", `/campaigns/${campaign}/explanation`)));
  return html`<details class="why" onToggle=${look}><summary>${label}</summary>
    ${told &&
    html`<ul class="held">
      ${told.holds.map((/** @type {any} */ one) => html`<li><b>${one.text}</b></li>`)}
      ${told.leads.map((/** @type {any} */ one) => html`<li><b>${one.leads.toLocaleString(language.value)}</b> ${say(`hold.${one.hold}`)}
        <small>${one.detail}${one.next_at && one.hold !== "nothing" ? ` · ${say("hold.from")} ${moment(one.next_at)}` : ""}</small></li>`)}
    </ul>`}
  </details>`;
}
