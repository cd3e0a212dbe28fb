// @ts-check
// The last hour of each campaign, as this page saw it: a sample every 5 s. What an hour takes is taken at once,
// so that a page that is open for days holds no more. Knows no chart and no clock.

const EVERY_S = 5;
const HOUR_S = 3600;
/** Over a shorter time nobody can say what an hour brings. */
const LEAST_S = 60;
const MOST = HOUR_S / EVERY_S;

/** @typedef {"at" | "connected" | "lines" | "idle" | "talking" | "rate"} Name of a series; `at`: seconds since the epoch, `rate`: % */
/** @type {Name[]} */
const NAMES = ["at", "connected", "lines", "idle", "talking", "rate"];

/** The samples of one campaign: once all places are taken, the newest takes that of the oldest. */
class Samples {
  constructor() {
    this.series = new Map(NAMES.map((name) => [name, new Float64Array(MOST)]));
    this.taken = 0;
  }

  /** @param {Record<Name, number>} sample NaN: not known */
  take(sample) {
    for (const [name, values] of this.series) values[this.taken % MOST] = sample[name];
    this.taken += 1;
  }

  get length() {
    return Math.min(this.taken, MOST);
  }

  /** @param {Name} name @param {number} place from the oldest, 0, to the newest, -1 */
  at(name, place) {
    const from = place < 0 ? this.taken : this.taken - this.length;
    return /** @type {Float64Array} */ (this.series.get(name))[(from + place) % MOST];
  }
}

/** @type {Map<string, Samples>} */
const kept = new Map();
let last = 0;

/** @param {{agents: any[], campaigns: any[]}} floor @param {number} at seconds since the epoch */
export function remember(floor, at) {
  if (at - last < EVERY_S) return;
  last = at;
  for (const one of floor.campaigns) {
    const samples = kept.get(one.key) || new Samples();
    kept.set(one.key, samples);
    const crew = floor.agents.filter((agent) => agent.campaign === one.key);
    samples.take({
      at,
      connected: one.connected,
      lines: one.lines,
      idle: crew.filter((agent) => agent.state === "idle").length,
      talking: crew.filter((agent) => agent.state === "talking").length,
      rate: one.abandon_rate === undefined ? NaN : 100 * one.abandon_rate,
    });
  }
  for (const [campaign, samples] of kept) if (at - samples.at("at", -1) > HOUR_S) kept.delete(campaign);
}

/** Connects per hour of what was seen; null: too short a time. @param {string} campaign */
export function hourly(campaign) {
  const samples = kept.get(campaign);
  if (!samples) return null;
  const span_s = samples.at("at", -1) - samples.at("at", 0);
  const more = samples.at("connected", -1) - samples.at("connected", 0);
  return span_s < LEAST_S || more < 0 ? null : (3600 * more) / span_s;
}

/** Series of what was seen, oldest first; null: not known. @param {string} campaign @param {Name[]} names @returns {(number | null)[][]} */
export function seen(campaign, names) {
  const samples = kept.get(campaign);
  return names.map((name) =>
    Array.from({ length: samples?.length || 0 }, (_, place) => {
      const value = /** @type {Samples} */ (samples).at(name, place);
      return Number.isNaN(value) ? null : value;
    }),
  );
}
