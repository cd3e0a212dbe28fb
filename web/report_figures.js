// @ts-check
// The figures of reports: which there are, in which unit each is, and how it is written. What each means
// stands in the catalogue (`report.NAME` and `report.NAME.means`). Knows rows as `/reports` tells them.
import { lasted } from "./clock.js";
import { language, say } from "./texts.js";

/** @typedef {"text" | "count" | "share" | "seconds" | "money" | "weekday"} Unit */

const TEXTS = new Set(["campaign", "name", "source", "agent", "trunk", "rate", "day", "list"]);
const MONEY = new Set(["amount", "list_cost", "carrier_cost", "cost_per_contact", "cost_per_sale", "per_minute", "cost"]);
const SHARE = /(_rate|_rate_low|_rate_high)$|^(occupancy|penetration)$/;

/** @param {string} name @returns {Unit} */
export function unitOf(name) {
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (TEXTS.has(last)) return "text";
  if (MONEY.has(last)) return "money";
  if (SHARE.test(last)) return "share";
  if (last.endsWith("_s")) return "seconds";
  return last === "weekday" ? "weekday" : "count";
}

/** Monday is 0. @param {number} weekday */
export function dayNamed(weekday) {
  return new Date(2024, 0, 1 + weekday).toLocaleDateString(language.value, { weekday: "short" });
}

/** A figure with its unit. @param {any} value @param {Unit} unit */
export function written(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "share") return `${(100 * value).toFixed(2)} %`;
  if (unit === "seconds") return lasted(Math.round(value));
  if (unit === "weekday") return dayNamed(value);
  if (unit === "money") return value.toLocaleString(language.value, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
  return unit === "count" ? value.toLocaleString(language.value) : String(value);
}

/** What a column is called; `windows.24 h.abandon_rate` is the abandon rate of a window. @param {string} name */
export function headOf(name) {
  const [, window, of] = name.match(/^windows\.(.+)\.(\w+)$/) || ["", "", name];
  return window ? `${say(`report.${of}`)}, ${say(`report.window.${window.replaceAll(" ", "")}`)}` : say(`report.${name}`);
}

/** The columns that a table has room for: figures, and the abandon rate of each window. @param {any[]} rows */
export function columnsOf(rows) {
  const names = new Set();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (name === "windows") for (const window of Object.keys(value)) names.add(`windows.${window}.abandon_rate`);
      else if (value === null || typeof value !== "object") names.add(name);
    }
  }
  return [...names];
}

/** The value of a column. @param {any} row @param {string} name */
export function valueOf(row, name) {
  const [, window, of] = name.match(/^windows\.(.+)\.(\w+)$/) || [];
  return window ? row.windows?.[window]?.[of] : row[name];
}
