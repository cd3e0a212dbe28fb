// @ts-check
// The last hour of each campaign, as this page saw it: a sample every 5 s. Knows no chart.

const EVERY_S = 5;
/** Over a shorter time nobody can say what an hour brings. */
const LEAST_S = 60;
const MOST = 3600 / EVERY_S;

/** @type {Map<string, {at: number[], connected: number[], lines: number[], idle: number[], talking: number[], rate: (number | null)[]}>} */
const kept = new Map();
let last = 0;

/** @param {{agents: any[], campaigns: any[]}} floor */
export function remember(floor) {
  const at = Date.now() / 1000;
  if (at - last < EVERY_S) return;
  last = at;
  for (const one of floor.campaigns) {
    const seen = kept.get(one.key) || { at: [], connected: [], lines: [], idle: [], talking: [], rate: [] };
    kept.set(one.key, seen);
    const crew = floor.agents.filter((agent) => agent.campaign === one.key);
    seen.at.push(at);
    seen.connected.push(one.connected);
    seen.lines.push(one.lines);
    seen.idle.push(crew.filter((agent) => agent.state === "idle").length);
    seen.talking.push(crew.filter((agent) => agent.state === "talking").length);
    seen.rate.push(one.abandon_rate === undefined ? null : 100 * one.abandon_rate);
    if (seen.at.length > MOST) for (const row of Object.values(seen)) row.shift();
  }
}

/** Connects per hour of what was seen; null: too short a time. @param {string} campaign */
export function hourly(campaign) {
  const rows = kept.get(campaign);
  if (!rows) return null;
  const span_s = rows.at[rows.at.length - 1] - rows.at[0];
  const more = rows.connected[rows.connected.length - 1] - rows.connected[0];
  return span_s < LEAST_S || more < 0 ? null : (3600 * more) / span_s;
}

/** @param {string} campaign */
export function seen(campaign) {
  return kept.get(campaign);
}
