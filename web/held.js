// @ts-check
// What holds a campaign, its leads, or one of them, told by the service's own words for it. What a rule says in
// figures is the service's, in English. Knows REST's explanation and reasons.
import { html } from "./vendor/ui.js";
import { moment } from "./clock.js";
import { know, language, say, sayOr } from "./texts.js";
import TEXTS from "./texts_holds.js";

know(TEXTS);

/** What a hold names, in words; what has none (a place, a trunk) as it is. @param {string} detail */
const named = (detail) => sayOr(`why.${detail.replaceAll(" ", "_")}`, detail);

/** All that holds a campaign and its leads. @param {{told: any}} props */
export function Held({ told }) {
  return html`<ul class="held">
    ${told.holds.map((/** @type {any} */ one) => html`<li><b>${whole(one)}</b></li>`)}
    ${told.leads.map(
      (/** @type {any} */ one) => html`<li><b>${one.leads.toLocaleString(language.value)}</b> ${say(`hold.${one.hold}`)} <small>${one.detail && named(one.detail)}${one.next_at && one.hold !== "nothing" ? ` · ${say("hold.from")} ${moment(one.next_at)}` : ""}</small></li>`,
    )}
  </ul>`;
}

/** What holds a campaign as a whole. @param {{hold: string, detail: string}} one */
function whole({ hold, detail }) {
  const said = hold === "state" ? say(`state.${detail}`) : hold === "pacer" ? say(`limit.${detail.replaceAll(" ", "_")}`) : detail;
  return `${say(`whole.${hold}`)} ${said}`.trim();
}

/** What holds one lead. @param {{standing: {hold: string, detail: string}}} props */
export function HeldLead({ standing }) {
  return html`${say(`heldone.${standing.hold}`)}${standing.detail && ` (${named(standing.detail)})`}`;
}

/** Why a rule forbids a dial: its figures are told in English. @param {{reason: {field: string, text: string}}} props */
export function Ruled({ reason }) {
  if (language.value === "en") return html`${reason.text}`;
  return html`${named(reason.field)} <small lang="en">${reason.text}</small>`;
}
