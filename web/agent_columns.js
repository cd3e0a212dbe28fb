// @ts-check
// The columns of the agents' table: what each shows of an agent, and what it is sorted by. Which are shown,
// in which order, and after which time a state is long, this browser keeps. Knows no feed.
import { html } from "./vendor/ui.js";
import { lasted, now } from "./clock.js";
import { kept } from "./kept.js";
import { say, sayReason } from "./texts.js";

/** @typedef {{agent: any, call: any, campaign: string, served: string}} Seen an agent, its call, the campaign that counts it, all that it serves */

export const STATES = ["talking", "reserved", "wrap_up", "idle", "held", "paused", "calling", "offline"];

/** How this browser shows agents. */
export const view = kept("view.agents", {
  columns: ["agent", "state", "for", "campaign", "talks"],
  by: "state",
  down: false,
  text: "",
  state: "",
});

/** Seconds after which a state is worth a look, and after which it is worth a word. */
export const thresholds = kept("view.thresholds", {
  idle: [60, 300],
  wrap_up: [60, 180],
  paused: [600, 1800],
  talking: [900, 3600],
});

/** How long an agent is in a state, coloured; apart, so that a second that passes draws this and no more. @param {{agent: any}} props */
function Age({ agent }) {
  const age_s = now.value - (agent.since || now.value);
  const [long, late] = /** @type {Record<string, number[]>} */ (thresholds.value)[agent.state] || [Infinity, Infinity];
  return html`<td class=${`age ${age_s > late ? "late" : age_s > long ? "long" : ""}`}>${lasted(age_s)}</td>`;
}

/** @param {{agent: any}} props */
function WrapUpLeft({ agent }) {
  return html`<td class="age">${agent.wrap_up_until ? lasted(agent.wrap_up_until - now.value) : ""}</td>`;
}

/** @type {Record<string, {of: (seen: Seen) => string | number, cell: (seen: Seen) => any}>} */
export const COLUMNS = {
  agent: { of: ({ agent }) => agent.key, cell: ({ agent }) => html`<th scope="row">${agent.key}</th>` },
  state: {
    of: ({ agent }) => STATES.indexOf(agent.state),
    cell: ({ agent }) => html`<td><span class="dot"></span>${say(`state.${agent.state}`)}
      <small>${agent.reason && sayReason(agent.reason)}${agent.wish && ` → ${say(`desk.wish.${agent.wish}`)}`}</small></td>`,
  },
  for: { of: ({ agent }) => -agent.since || 0, cell: ({ agent }) => html`<${Age} agent=${agent} />` },
  campaign: { of: ({ campaign }) => campaign, cell: ({ campaign }) => html`<td dir="auto">${campaign}</td>` },
  served: { of: ({ served }) => served, cell: ({ served }) => html`<td dir="auto">${served}</td>` },
  number: { of: ({ call }) => call?.number || "", cell: ({ call }) => html`<td>${call?.number || ""}</td>` },
  talks: { of: ({ agent }) => agent.talks, cell: ({ agent }) => html`<td class="figure">${agent.talks}</td>` },
  wrapup: {
    of: ({ agent }) => agent.wrap_up_until || Infinity,
    cell: ({ agent }) => html`<${WrapUpLeft} agent=${agent} />`,
  },
};

/** The columns that are shown, the agent first. */
export function shownColumns() {
  return Object.keys(COLUMNS).filter((name) => name === "agent" || view.value.columns.includes(name));
}

/** Agents as they are wanted: filtered, and in order. @param {Seen[]} all */
export function wanted(all) {
  const { by, down, text, state } = view.value;
  const column = COLUMNS[by] || COLUMNS.state;
  const words = text.toLowerCase();
  return all
    .filter(({ agent, campaign }) => (!state || agent.state === state) && `${agent.key} ${agent.reason} ${campaign} ${say(`state.${agent.state}`)}`.toLowerCase().includes(words))
    .sort((a, b) => {
      const [one, other] = [column.of(a), column.of(b)];
      const order = typeof one === "string" ? one.localeCompare(String(other)) : one - Number(other);
      return (down ? -order : order) || a.agent.key.localeCompare(b.agent.key);
    });
}
