// @ts-check
// A table of a report: sorted as the reader wants, every figure with its unit, what each means below, and
// the shown rows as a file. Knows figures. Refuses to know which report it is.
import { html, useState } from "./vendor/ui.js";
import { saveCsv } from "./csv.js";
import { columnsOf, headOf, unitOf, valueOf, written } from "./report_figures.js";
import { say } from "./texts.js";

/** @param {{name: string, rows: any[], file: string}} props `file`: begins the name under which rows are saved */
export function ReportTable({ name, rows, file }) {
  const [by, sort] = useState({ column: "", down: true });
  const columns = columnsOf(rows);
  const shown = by.column ? [...rows].sort((a, b) => compared(a, b, by.column) * (by.down ? -1 : 1)) : rows;
  const turn = (/** @type {string} */ column) => sort({ column, down: by.column === column ? !by.down : true });
  return html`<section class="report" aria-labelledby=${`table-${name}`}>
    <div class="head"><h2 id=${`table-${name}`}>${say(`report.table.${name}`)}</h2> <small>${rows.length}</small>
      <span class="grow"></span>
      ${rows.length > 0 && html`<button type="button" onClick=${() => saveCsv(`${file}-${name}.csv`, shown)}>${say("reports.csv")}</button>`}</div>
    ${!rows.length && html`<p>${say("reports.nothing")}</p>`}
    ${rows.length > 0 &&
    html`<div class="scroll" tabindex="0" role="region" aria-labelledby=${`table-${name}`}><table>
      <thead><tr>${columns.map(
        (column) => html`<th scope="col" aria-sort=${by.column === column ? (by.down ? "descending" : "ascending") : undefined}>
          <button type="button" class="plain" title=${meaning(column)} onClick=${() => turn(column)}>
            ${headOf(column)}${by.column === column ? (by.down ? " ↓" : " ↑") : ""}</button></th>`,
      )}</tr></thead>
      <tbody>${shown.map((row) => html`<tr>${columns.map((column, at) => cell(row, column, at === 0))}</tr>`)}</tbody>
    </table></div>
    <details><summary>${say("reports.means")}</summary>
      <dl class="means">${columns.map((column) => html`<dt>${headOf(column)}</dt><dd>${meaning(column)} ${unitSaid(column)}</dd>`)}</dl></details>`}
  </section>`;
}

/** @param {any} row @param {string} column @param {boolean} isHead */
function cell(row, column, isHead) {
  const unit = unitOf(column);
  const text = written(valueOf(row, column), unit);
  return isHead ? html`<th scope="row" dir="auto">${text}</th>` : html`<td class=${unit === "text" ? "" : "figure"}>${text}</td>`;
}

/** @param {any} a @param {any} b @param {string} column */
function compared(a, b, column) {
  const [one, other] = [valueOf(a, column), valueOf(b, column)];
  if (typeof one === "string" || typeof other === "string") return String(one ?? "").localeCompare(String(other ?? ""));
  return (one ?? -Infinity) - (other ?? -Infinity) || 0;
}

/** @param {string} column */
function meaning(column) {
  return say(`report.${column.slice(column.lastIndexOf(".") + 1)}.means`);
}

/** @param {string} column */
function unitSaid(column) {
  const unit = unitOf(column);
  return ["text", "weekday"].includes(unit) ? "" : `(${say(`reports.unit.${unit}`)})`;
}
