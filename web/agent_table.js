// @ts-check
// Agents with their states' ages, sorted and filtered as this browser keeps it, and what a supervisor may do
// for each. Knows no feed.
import { html, useState } from "./vendor/ui.js";
import { COLUMNS, STATES, shownColumns, view, wanted } from "./agent_columns.js";
import { Asking, Orders } from "./agent_orders.js";
import { AgentView } from "./agent_view.js";
import { useRowsSeen } from "./rows_seen.js";
import { say } from "./texts.js";

/** @param {{agents: any[], calls: any[], names: Map<string, string>, may: Set<string>}} props */
export function AgentTable({ agents, calls, names, may }) {
  const [asked, askFor] = useState(/** @type {import("./agent_orders.js").Asked | null} */ (null));
  const [viewed, show] = useState(false);
  const callOf = new Map(calls.map((call) => [call.key, call]));
  const shown = wanted(
    agents.map((agent) => ({
      agent,
      call: callOf.get(agent.attempt),
      campaign: names.get(agent.campaign) || "",
      served: agent.campaigns.map((/** @type {string} */ one) => names.get(one) || one).join(", "),
    })),
  );
  const { box, drawn, above, below } = useRowsSeen(shown);
  const count = (/** @type {string} */ state) => agents.filter((one) => one.state === state).length;
  const { by, down } = view.value;
  /** @param {string} name */
  const sort = (name) => (view.value = { ...view.value, by: name, down: by === name ? !down : false });
  const keep = (/** @type {string} */ name) => (/** @type {any} */ event) => (view.value = { ...view.value, [name]: event.target.value });
  return html`<section class="card" aria-labelledby="agents">
    <div class="head"><h2 id="agents">${say("floor.agents")}</h2>
      <small>${["idle", "talking", "wrap_up", "paused"].map((one) => `${say(`state.${one}`)} ${count(one)}`).join(" · ")}</small>
      <span class="grow"></span>
      <select aria-label=${say("floor.state")} onChange=${keep("state")}>
        <option value="">${say("agents.any")}</option>
        ${STATES.map((one) => html`<option value=${one} selected=${one === view.value.state}>${say(`state.${one}`)}</option>`)}</select>
      <input type="search" aria-label=${say("floor.filter")} placeholder=${say("floor.filter")} value=${view.value.text} onInput=${keep("text")} />
      <button type="button" onClick=${() => show(true)}>${say("agents.view")}</button></div>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="agents" ref=${box}><table aria-rowcount=${shown.length + 1}>
      <thead><tr aria-rowindex="1">
        ${shownColumns().map((name) => html`<th scope="col" aria-sort=${by === name ? (down ? "descending" : "ascending") : undefined}>
          <button type="button" class="plain" onClick=${() => sort(name)}>${say(`floor.${name}`)}${by === name ? (down ? " ↓" : " ↑") : ""}</button></th>`)}
        <th scope="col">${say("floor.actions")}</th></tr></thead>
      <tbody>${above}${drawn.map(({ row, place }) => html`<tr key=${row.agent.key} aria-rowindex=${place} class=${`is-${row.agent.state}`}>
        ${shownColumns().map((name) => COLUMNS[name].cell(row))}
        <${Orders} agent=${row.agent} may=${may} askFor=${askFor} /></tr>`)}${below}</tbody>
    </table></div>
    ${asked && html`<${Asking} asked=${asked} close=${() => askFor(null)} />`}
    ${viewed && html`<${AgentView} close=${() => show(false)} />`}
  </section>`;
}
