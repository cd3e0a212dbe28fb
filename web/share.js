// @ts-check
// A share from 0 to 1 as people read it, and the answers that a question of a scorecard takes. Knows no page.

/** @param {number | null | undefined} rate @param {string} [none] what is said where there is none */
export function percent(rate, none = "–") {
  return rate === null || rate === undefined ? none : `${Math.round(100 * rate)} %`;
}

/** What a question is answered by: the name of the choice, and the share; null: it did not apply. */
export const ANSWERS = /** @type {[string, number | null][]} */ ([
  ["yes", 1],
  ["partly", 0.5],
  ["no", 0],
  ["none", null],
]);

/** The name of the choice that is nearest to a share. @param {number | null} rate */
export function nearest(rate) {
  if (rate === null) return "none";
  return rate >= 0.75 ? "yes" : rate >= 0.25 ? "partly" : "no";
}
