// @ts-check
// The calls that live now. Knows no feed.
import { html } from "./vendor/ui.js";
import { ask } from "./api.js";
import { lasted, now } from "./clock.js";
import { doing } from "./doing.js";
import { say } from "./texts.js";

const ORDER = ["waiting", "talking", "connecting", "letting_go", "informing", "ringing", "dialing", "closing"];
const MOST = 200;

/** @param {{calls: any[], names: Map<string, string>, may: Set<string>}} props */
export function CallTable({ calls, names, may }) {
  const shown = [...calls]
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.dialed_at - b.dialed_at)
    .slice(0, MOST);
  return html`<section class="card" aria-labelledby="calls">
    <div class="head"><h2 id="calls">${say("floor.calls")}</h2> <small>${calls.length}</small></div>
    <div class="scroll"><table>
      <thead><tr>${["number", "state", "for", "campaign", "agent", "actions"].map((one) => html`<th scope="col">${say(`floor.${one}`)}</th>`)}</tr></thead>
      <tbody>${shown.map(
        (one) => html`<tr key=${one.key} class=${`is-${one.state}`}>
          <td>${one.number}</td>
          <td><span class="dot"></span>${say(`state.${one.state}`)}</td>
          <td>${lasted(now.value - (one.connected_at || one.answered_at || one.rang_at || one.dialed_at || now.value))}</td>
          <td>${names.get(one.campaign) || ""}</td>
          <td>${one.agent || ""}</td>
          <td>${may.has("calls.hang_up") && ["talking", "ringing"].includes(one.state) && html`<button type="button" onClick=${() => doing(() => ask("POST", `/calls/${one.key}/hang-up`))}>${say("floor.hangup")}</button>`}</td>
        </tr>`,
      )}</tbody>
    </table></div>
  </section>`;
}
