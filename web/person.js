// @ts-check
// Who the agent has: what the list says, what time it is there, what was before. Shows what the
// feed pushed; asks nothing.
import { html } from "./vendor/ui.js";
import { lasted, now } from "./clock.js";
import { know, say } from "./texts.js";
import { DESK } from "./texts_desk.js";
import { dated } from "./zones.js";

know(DESK);

/** Of a text that is scrolled, and must be reached without a mouse then. */
const LONG = 200;

/** @typedef {{dialed_at: number, outcome: string, agent_id: string | null, talk_s: number, disposition: string, note: string}} Past */
/** @typedef {{lead: number, attempt: string | null, campaign: string, list: string, number: string, zones: string[], person: Record<string, string>, attempts: number, promised_at: number | null, script: import("./script_panel.js").Script | null, past: Past[]}} Who */

/** @param {{who: Who | null}} props */
export function Person({ who }) {
  return html`<section class="card person" aria-labelledby="person" data-attempt=${who?.attempt || ""}>
    <h2 id="person">${say("desk.person")}</h2>
    ${who &&
    html`<dl>
        <dt>${say("desk.number")}</dt><dd>${who.number}</dd>
        <dt>${say("desk.list")}</dt><dd>${who.list}</dd>
        ${who.zones.length > 0 &&
        html`<dt>${say("desk.there")}</dt><dd>${dated(now.value, who.zones[0])} <small>${who.zones.join(", ")}</small></dd>`}
        ${who.promised_at &&
        html`<dt>${say("desk.promised")}</dt><dd>${dated(who.promised_at, who.zones[0])}</dd>`}
        ${Object.entries(who.person).map(([name, value]) => html`<dt dir="auto">${name}</dt>
          <dd dir="auto" tabindex=${value.length > LONG ? "0" : undefined}>${value}</dd>`)}
      </dl>
      <${History} past=${who.past} />`}
  </section>`;
}

/** @param {{past: Past[]}} props */
function History({ past }) {
  if (!past.length) return html`<p class="quiet">${say("desk.past.none")}</p>`;
  return html`<h3>${say("desk.past")}</h3>
    <ol class="past">
      ${past.map(
        (one) => html`<li><time>${dated(one.dialed_at)}</time> ${" "}
          <b>${say(`result.${one.disposition || one.outcome}`)}</b>
          ${one.agent_id && html` · ${one.agent_id} · ${lasted(one.talk_s)}`}
          ${one.note && html`<p dir="auto" class="note">${one.note}</p>`}</li>`,
      )}
    </ol>`;
}
