// @ts-check
// Agents with their states' ages, and what a supervisor may do for them. Knows no feed.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { lasted, now } from "./clock.js";
import { doing } from "./doing.js";
import { say } from "./texts.js";

const ORDER = ["talking", "reserved", "wrap_up", "idle", "held", "paused", "calling", "offline"];
/** Seconds after which a state is worth a look, and after which it is worth a word. */
const LONG_S = /** @type {Record<string, [number, number]>} */ ({
  idle: [60, 300],
  wrap_up: [60, 180],
  paused: [600, 1800],
  talking: [900, 3600],
});

/** @param {{agents: any[], names: Map<string, string>, may: Set<string>}} props */
export function AgentTable({ agents, names, may }) {
  const [wanted, filter] = useState("");
  const shown = agents
    .filter((one) => `${one.key} ${one.state} ${one.reason}`.toLowerCase().includes(wanted.toLowerCase()))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.key.localeCompare(b.key));
  const count = (/** @type {string} */ state) => agents.filter((one) => one.state === state).length;
  return html`<section class="card" aria-labelledby="agents">
    <div class="head"><h2 id="agents">${say("floor.agents")}</h2>
      <small>${["idle", "talking", "wrap_up", "paused"].map((one) => `${say(`state.${one}`)} ${count(one)}`).join(" · ")}</small>
      <span class="grow"></span>
      <input type="search" aria-label=${say("floor.filter")} placeholder=${say("floor.filter")}
        onInput=${(/** @type {any} */ event) => filter(event.target.value)} /></div>
    <div class="scroll"><table>
      <thead><tr>${["agent", "state", "for", "campaign", "talks", "actions"].map((one) => html`<th scope="col">${say(`floor.${one}`)}</th>`)}</tr></thead>
      <tbody>${shown.map((one) => html`<${Row} key=${one.key} one=${one} names=${names} may=${may} />`)}</tbody>
    </table></div>
  </section>`;
}

/** @param {{one: any, names: Map<string, string>, may: Set<string>}} props */
function Row({ one, names, may }) {
  const age = now.value - (one.since || now.value);
  const [look, word] = LONG_S[one.state] || [Infinity, Infinity];
  const tone = age > word ? "late" : age > look ? "long" : "";
  const order = (/** @type {string} */ what) => doing(() => ask("POST", `/agents/${encodeURIComponent(one.key)}/${what}`, what === "pause" ? { code: "" } : undefined));
  const off = one.state === "offline";
  return html`<tr class=${`is-${one.state}`}>
    <th scope="row">${one.key}</th>
    <td><span class="dot"></span>${say(`state.${one.state}`)} <small>${one.reason}${one.wish && ` → ${say(`desk.wish.${one.wish}`)}`}</small></td>
    <td class=${`age ${tone}`}>${lasted(age)}</td>
    <td>${names.get(one.campaign) || ""}</td>
    <td>${one.talks}</td>
    <td class="buttons">
      ${!off && one.state === "talking" && may.has("agents.hang_up") && html`<button type="button" onClick=${() => order("hang-up")}>${say("floor.hangup")}</button>`}
      ${one.state === "talking" && may.has("supervision.begin") &&
      ["listen", "whisper", "barge"].map((mode) => html`<button type="button" onClick=${() => doing(() => ask("POST", "/supervision", { agent: one.key, mode }))}>${say(`floor.${mode}`)}</button>`)}
      ${!off && one.state !== "paused" && may.has("agents.pause") && html`<button type="button" onClick=${() => order("pause")}>${say("desk.pause")}</button>`}
      ${one.state === "paused" && may.has("agents.resume") && html`<button type="button" onClick=${() => order("resume")}>${say("floor.resume")}</button>`}
      ${!off && may.has("agents.log_out") && html`<button type="button" onClick=${() => order("log-out")}>${say("floor.logout")}</button>`}
      ${!off && may.has("messages.send") && html`<button type="button" onClick=${() => message(one.key)}>${say("floor.message")}</button>`}
    </td>
  </tr>`;
}

/** @param {string} agent */
function message(agent) {
  const body = prompt(`${say("floor.message.to")} ${agent}`);
  if (body) doing(() => ask("POST", "/messages", { to: `agent:${agent}`, body }));
}
