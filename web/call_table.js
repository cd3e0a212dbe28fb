// @ts-check
// The calls that live now, those first that need somebody. Knows no feed.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { lasted, moment, now } from "./clock.js";
import { doing } from "./doing.js";
import { useRowsSeen } from "./rows_seen.js";
import { say } from "./texts.js";

const ORDER = ["waiting", "talking", "returning", "queued", "holding", "parked", "parting", "rejoining", "connecting", "awaiting_beep", "leaving_message", "letting_go", "screening", "informing", "ringing", "dialing", "closing"];
const HEADS = ["number", "state", "for", "campaign", "agent", "trunk", "dialed_at", "answered_after", "actions"];
const MOST = 200;

/** @param {{calls: any[], names: Map<string, string>, may: Set<string>}} props */
export function CallTable({ calls, names, may }) {
  const [text, filter] = useState("");
  const found = calls
    .filter((one) => `${one.number} ${say(`state.${one.state}`)} ${names.get(one.campaign) || ""} ${one.agent || ""} ${one.trunk || ""}`.toLowerCase().includes(text.toLowerCase()))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.dialed_at - b.dialed_at);
  const { box, drawn, above, below } = useRowsSeen(found.slice(0, MOST));
  const count = (/** @type {string} */ state) => calls.filter((one) => one.state === state).length;
  return html`<section class="card" aria-labelledby="calls">
    <div class="head"><h2 id="calls">${say("floor.calls")}</h2> <small>${calls.length}
        ${ORDER.filter(count).map((state) => ` · ${say(`state.${state}`)} ${count(state)}`)}</small>
      <span class="grow"></span>
      <input type="search" aria-label=${say("floor.calls.filter")} placeholder=${say("floor.calls.filter")} onInput=${(/** @type {any} */ event) => filter(event.target.value)} /></div>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="calls" ref=${box}><table aria-rowcount=${Math.min(MOST, found.length) + 1}>
      <thead><tr aria-rowindex="1">${HEADS.map((one) => html`<th scope="col">${say(`floor.${one}`)}</th>`)}</tr></thead>
      <tbody>${above}${drawn.map(
        ({ row, place }) => html`<${Row} key=${row.key} one=${row} place=${place} campaign=${names.get(row.campaign) || ""} may=${may} />`,
      )}${below}</tbody>
    </table></div>
    ${found.length > MOST && html`<p>${found.length - MOST} ${say("floor.calls.more")}</p>`}
  </section>`;
}

/** @param {{one: any, place: number, campaign: string, may: Set<string>}} props */
function Row({ one, place, campaign, may }) {
  const since = one.connected_at || one.answered_at || one.rang_at || one.dialed_at || now.value;
  const hangUp = () => doing(() => ask("POST", `/calls/${one.key}/hang-up`));
  return html`<tr class=${`is-${one.state}`} aria-rowindex=${place}>
    <td>${one.number}</td>
    <td><span class="dot"></span>${say(`state.${one.state}`)}</td>
    <td class=${one.state === "waiting" ? "age late" : "age"}>${lasted(now.value - since)}</td>
    <td dir="auto">${campaign}</td><td>${one.agent || ""}</td><td>${one.trunk || ""}</td>
    <td>${moment(one.dialed_at)}</td>
    <td class="age">${one.rang_at ? lasted((one.answered_at || now.value) - one.rang_at) : ""}</td>
    <td class="buttons">${may.has("calls.hang_up") && ["talking", "ringing"].includes(one.state) &&
    html`<button type="button" aria-label=${`${say("floor.hangup")}: ${one.number}`} onClick=${hangUp}>${say("floor.hangup")}</button>`}</td>
  </tr>`;
}
