// @ts-check
// Charts of reports: bars, stacked bars, and the heat map of the hours. All of their figures stand in
// tables, too. Knows rows as `/reports` tells them; a line over time is `line_chart.js`.
import { html } from "./vendor/ui.js";
import { dayNamed, headOf, written } from "./report_figures.js";
import { say } from "./texts.js";

const BEST = 5;
const HOURS = [...Array(24).keys()];
const WEEK = [...Array(7).keys()];

/**
 * @param {{title: string, bars: {name: string, value: number}[], unit: import("./report_figures.js").Unit, whole?: number}} props
 *   `whole`: what a full bar is, else the greatest value
 */
export function Bars({ title, bars, unit, whole }) {
  const full = whole || Math.max(...bars.map((one) => one.value), 0) || 1;
  if (!bars.length) return null;
  return html`<figure class="bars"><figcaption>${title}</figcaption>
    <dl>${bars.map(
      (one) => html`<dt dir="auto">${one.name}</dt>
        <dd><span class="bar" style=${{ width: `${Math.min(100, (100 * one.value) / full)}%` }}></span> ${written(one.value, unit)}</dd>`,
    )}</dl></figure>`;
}

/** Counts of something by name, each as a bar. @param {{title: string, counts: Record<string, number>, named: (name: string) => string, unit?: import("./report_figures.js").Unit}} props */
export function Counts({ title, counts, named, unit = "count" }) {
  const bars = Object.entries(counts)
    .filter(([, value]) => value > 0)
    .map(([name, value]) => ({ name: named(name), value }))
    .sort((a, b) => b.value - a.value);
  return html`<${Bars} title=${title} bars=${bars} unit=${unit} />`;
}

/** Seconds in each of some states, a bar for each row. @param {{title: string, rows: any[], parts: string[]}} props */
export function Stack({ title, rows, parts }) {
  const sum = (/** @type {any} */ row) => parts.reduce((all, part) => all + row[part], 0);
  const full = Math.max(...rows.map(sum), 1);
  if (!rows.length) return null;
  return html`<figure class="bars stack"><figcaption>${title}
      ${parts.map((part) => html` <span class=${`key is-${part.slice(0, -2)}`}><span class="dot"></span>${headOf(part)}</span>`)}</figcaption>
    <dl>${rows.map(
      (row) => html`<dt dir="auto">${row.agent}</dt>
        <dd>${parts.map((part) => html`<span class=${`bar is-${part.slice(0, -2)}`} title=${`${headOf(part)}: ${written(row[part], "seconds")}`}
          style=${{ width: `${(100 * row[part]) / full}%` }}></span>`)} ${written(sum(row), "seconds")}</dd>`,
    )}</dl></figure>`;
}

/** When people are reached: weekdays by hours. @param {{rows: any[]}} props */
export function HeatMap({ rows }) {
  if (!rows.length) return null;
  const cells = new Map(rows.map((row) => [24 * row.weekday + row.hour, row]));
  const most = Math.max(...rows.map((row) => row.contact_rate)) || 1;
  const best = [...rows].filter((row) => row.contacts).sort((a, b) => b.contact_rate_low - a.contact_rate_low).slice(0, BEST);
  return html`<section class="report" aria-labelledby="heat"><h2 id="heat">${say("reports.heat")}</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="heat"><table class="heat">
      <thead><tr><td></td>${HOURS.map((hour) => html`<th scope="col">${hour}</th>`)}</tr></thead>
      <tbody>${WEEK.map((weekday) => html`<tr><th scope="row">${dayNamed(weekday)}</th>
        ${HOURS.map((hour) => square(cells.get(24 * weekday + hour), most))}</tr>`)}</tbody>
    </table></div>
    <p class="hint">${say("reports.heat.how")}</p>
    ${best.length > 0 &&
    html`<p>${say("reports.best")}:</p><ol>${best.map(
      (row) => html`<li><b>${dayNamed(row.weekday)} ${row.hour}:00</b> ${written(row.contact_rate, "share")}
        <small>${written(row.contact_rate_low, "share")} – ${written(row.contact_rate_high, "share")}, ${headOf("attempts")} ${row.attempts}</small></li>`,
    )}</ol>`}
  </section>`;
}

/** @param {any} row @param {number} most */
function square(row, most) {
  if (!row) return html`<td></td>`;
  const told = `${dayNamed(row.weekday)} ${row.hour}:00: ${headOf("attempts")} ${row.attempts}, ${headOf("contacts")} ${row.contacts}`;
  return html`<td title=${told} style=${{ "--heat": `${Math.round((40 * row.contact_rate) / most)}%` }}>${Math.round(100 * row.contact_rate)}</td>`;
}
