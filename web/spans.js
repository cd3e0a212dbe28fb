// @ts-check
// Times that the API has in seconds, in the unit in which a form asks for them. Knows no form.

/** @typedef {{label: string, unit_s: number}} Unit */

export const MINUTE_S = 60;
export const HOUR_S = 3600;
export const DAY_S = 86_400;

const PARTS = 1000; // of a second: what a unit leaves over is no setting

/** Seconds in a unit, as a field begins with them; nothing for null. @param {number | null | undefined} time_s @param {number} unit_s */
export function inUnit(time_s, unit_s) {
  return time_s === null || time_s === undefined ? "" : String(Number((time_s / unit_s).toFixed(6)));
}

/** What was typed, in seconds; null for nothing. @param {string} typed @param {number} unit_s @returns {number | null} */
export function seconds(typed, unit_s) {
  return typed.trim() === "" ? null : Math.round(Number(typed) * unit_s * PARTS) / PARTS;
}

/** Several of them, with commas between. @param {number[]} times_s @param {number} unit_s */
export function severalInUnit(times_s, unit_s) {
  return times_s.map((one) => inUnit(one, unit_s)).join(", ");
}

/** What was typed with commas between, in seconds; what is no number stays as it is, for the API to name. @param {string} typed @param {number} unit_s @returns {(number | string)[]} */
export function severalSeconds(typed, unit_s) {
  const parts = typed.split(/[,，、]/).map((one) => one.trim());
  return parts.filter(Boolean).map((one) => (Number.isNaN(Number(one)) ? one : /** @type {number} */ (seconds(one, unit_s))));
}
