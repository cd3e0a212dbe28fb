// @ts-check
// Rows as a CSV file on the reader's disk. No cell is a formula to a spreadsheet: one that would be begins
// with a quote, as in the API's own exports (dialer/domain/cellguard.py). Knows no report.

/** What spreadsheets take for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;
/** A plain number: its plus is needed, and it computes nothing. */
const E164 = /^\+[1-9]\d{1,14}$/;

/** @param {unknown} value */
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = String(value);
  const safe = FORMULA.test(text) && !E164.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A row without rows in it: `outcomes.busy`; lists become text. @param {Record<string, any>} row @param {string} [before] */
export function flat(row, before = "") {
  /** @type {Record<string, unknown>} */
  const found = {};
  for (const [name, value] of Object.entries(row)) {
    if (Array.isArray(value)) found[before + name] = value.map((one) => [one].flat().join("/")).join(" ");
    else if (value && typeof value === "object") Object.assign(found, flat(value, `${before}${name}.`));
    else found[before + name] = value;
  }
  return found;
}

/** @param {Record<string, any>[]} rows */
export function toCsv(rows) {
  const lines = rows.map((row) => flat(row));
  const names = [...new Set(lines.flatMap(Object.keys))];
  return [names, ...lines.map((line) => names.map((name) => line[name]))]
    .map((line) => line.map(cell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

/** Have the browser save a CSV file. @param {string} name @param {Record<string, any>[]} rows */
export function saveCsv(name, rows) {
  // a mark in front, as spreadsheets guess at UTF-8 otherwise
  const file = URL.createObjectURL(new Blob(["\ufeff", toCsv(rows)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = file;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(file), 10_000);
}
