// @ts-check
// Times where somebody else is: a clock on a wall there, and back. Knows no page.
import { language } from "./texts.js";

/** Parts of an instant on a wall there, as if they were UTC. @param {number} at epoch seconds @param {string} zone */
function wall(at, zone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(new Date(at * 1000));
  const of = (/** @type {string} */ type) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) / 1000;
}

/** Epoch seconds of a time on a wall there, as `datetime-local` has it. @param {string} text @param {string} zone */
export function instantOf(text, zone) {
  const said = Date.parse(`${text}Z`) / 1000;
  let at = said;
  for (let round = 0; round < 2; round += 1) at += said - wall(at, zone); // twice: near a change of the clocks
  return at;
}

/** A time on a wall there, as `datetime-local` has it. @param {number} at epoch seconds @param {string} zone */
export function wallText(at, zone) {
  return new Date(wall(at, zone) * 1000).toISOString().slice(0, 16);
}

/** For people. @param {number} at epoch seconds @param {string} [zone] the browser's own if none is given */
export function dated(at, zone) {
  return new Intl.DateTimeFormat(language.value, { timeZone: zone, dateStyle: "medium", timeStyle: "short" })
    .format(new Date(at * 1000));
}

/** The browser's own. */
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
