// @ts-check
// The time, by the server's clock, once a second. Knows no page.
import { signal } from "./vendor/ui.js";
import { ahead } from "./feed.js";
import { language } from "./texts.js";

/** Seconds since the epoch, by the server. */
export const now = signal(Date.now() / 1000);
setInterval(() => {
  now.value = Date.now() / 1000 + ahead.value;
}, 1000);

/** How each language writes a time: made once, as that takes long. @type {Map<string, Intl.DateTimeFormat>} */
const written = new Map();

/** A day and a time, as the reader writes them. @param {number} at_s seconds since the epoch */
export function moment(at_s) {
  let format = written.get(language.value);
  if (!format) {
    format = new Intl.DateTimeFormat(language.value, { dateStyle: "short", timeStyle: "medium" });
    written.set(language.value, format);
  }
  return format.format(1000 * at_s);
}

/** "4:05" or "1:02:09". @param {number} seconds */
export function lasted(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
