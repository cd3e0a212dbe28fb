// @ts-check
// The page of reports: which one, over which time, of whom; its charts and its tables. Knows what each
// report is made of. Refuses to count: the API does.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { doing } from "./doing.js";
import { LineChart } from "./line_chart.js";
import { asked } from "./listing.js";
import { Bars, Counts, HeatMap, Stack } from "./report_charts.js";
import { headOf } from "./report_figures.js";
import { ReportTable } from "./report_table.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_reports.js";

know(TEXTS);

/** The reports, and what each of them cannot be narrowed to. */
const REPORTS = /** @type {Record<string, string[]>} */ ({ campaign: [], lists: ["agent"], agents: ["list"], hours: [], trunks: ["agent"] });
const STATES = ["idle_s", "reserved_s", "talking_s", "wrap_up_s", "paused_s"];
const SPANS = /** @type {Record<string, number>} days, this one the last */ ({ today: 1, week: 7, month: 30 });

/** A day of the browser's calendar, so many days ago. @param {number} days */
function dayBefore(days) {
  const now = new Date();
  const then = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  return [then.getFullYear(), then.getMonth() + 1, then.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** @param {import("./pages.js").PageProps} props */
export function Reports({ me, at }) {
  const name = at[0] in REPORTS ? at[0] : "campaign";
  const may = new Set(me.rights);
  const [campaigns, learn] = useState(/** @type {any[]} */ ([]));
  const [wanted, want] = useState({
    from: dayBefore(6), to: dayBefore(0), zone: Intl.DateTimeFormat().resolvedOptions().timeZone, campaign: "", list: "", agent: "",
  });
  const [answer, tell] = useState(/** @type {{name: string, told: any} | null} */ (null));
  useEffect(() => {
    all("/campaigns").then(learn, () => undefined);
  }, []);
  const takes = (/** @type {string} */ what) => !REPORTS[name].includes(what);
  const narrowed = { ...wanted, list: takes("list") && wanted.campaign ? wanted.list : "", agent: takes("agent") ? wanted.agent : "" };
  const question = `/reports/${name}${asked(narrowed)}`;
  useEffect(() => {
    let gone = false;
    tell(null);
    doing(async () => {
      const told = await ask("GET", question);
      if (!gone) tell({ name, told });
    });
    return () => {
      gone = true;
    };
  }, [question]);
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.target));
    want(/** @type {any} */ ({ ...wanted, ...Object.fromEntries([...said].map(([field, value]) => [field, String(value).trim()])) }));
  };
  return html`<div class="reports">
    <section class="card" aria-labelledby="reports">
      <div class="head"><h1 id="reports">${say("page.reports")}</h1>
        <nav aria-label=${say("page.reports")} class="tabs">${Object.keys(REPORTS).map(
          (one) => html`<a href=${`#reports/${one}`} aria-current=${one === name ? "page" : undefined}>${say(`reports.${one}`)}</a>`,
        )}</nav></div>
      <p class="hint">${say(`reports.${name}.about`)}</p>
      <form class="fields" onSubmit=${submit}>
        <label>${say("reports.from")}<input name="from" type="date" value=${wanted.from} /></label>
        <label>${say("reports.to")}<input name="to" type="date" value=${wanted.to} /></label>
        <label>${say("reports.zone")}<input name="zone" list="zones" value=${wanted.zone} required /></label>
        <datalist id="zones">${Intl.supportedValuesOf("timeZone").map((zone) => html`<option value=${zone} />`)}</datalist>
        <label>${say("floor.campaign")}<select name="campaign"><option value="">${say("reports.all")}</option>
          ${campaigns.map((one) => html`<option value=${one.id} selected=${one.id === wanted.campaign}>${one.name}</option>`)}</select></label>
        ${takes("list") && html`<label>${say("reports.list")}<input name="list" maxlength="400" value=${wanted.list} placeholder=${say("reports.all")} /></label>`}
        ${takes("agent") && html`<label>${say("floor.agent")}<input name="agent" maxlength="64" value=${wanted.agent} placeholder=${say("reports.all")} /></label>`}
        <button class="main">${say("reports.count")}</button>
      </form>
      <div class="buttons">${Object.entries(SPANS).map(
        ([span, days]) => html`<button type="button" onClick=${() => want({ ...wanted, from: dayBefore(days - 1), to: dayBefore(0) })}>${say(`reports.${span}`)}</button>`,
      )}
        ${wanted.campaign &&
        ["leads", "calls"].filter((one) => may.has(`exports.${one}`)).map(
          (one) => html`<a class="button" download href=${`/api/v1/exports/${one}${asked({ ...narrowed, agent: "" })}`}>${say(`reports.export.${one}`)}</a>`,
        )}</div>
    </section>
    ${!answer && html`<p role="status">${say("reports.counting")}</p>`}
    ${answer?.name === name && html`<${Answer} name=${name} told=${answer.told} />`}
  </div>`;
}

/** @param {{name: string, told: any}} props */
function Answer({ name, told }) {
  const tables = Object.entries(told).filter(([, value]) => Array.isArray(value));
  const file = `${name}-${told.from.slice(0, 10)}-${told.to.slice(0, 10)}`;
  return html`<section class="card" aria-label=${say(`reports.${name}`)}>
    <p class="hint">${say("reports.about")} ${told.from} – ${told.to} (${told.zone})</p>
    <${Charts} name=${name} told=${told} />
    ${tables.map(([table, rows]) => html`<${ReportTable} key=${table} name=${table} rows=${rows} file=${file} />`)}
  </section>`;
}

/** @param {{name: string, told: any}} props */
function Charts({ name, told }) {
  if (name === "campaign")
    return html`<div class="charts">${told.campaigns.map((/** @type {any} */ one) => html`
      <${Counts} title=${`${one.campaign}: ${say("report.outcomes")}`} counts=${one.outcomes} named=${(/** @type {string} */ outcome) => say(`outcome.${outcome}`)} />
      <${Counts} title=${`${one.campaign}: ${say("report.dispositions")}`} counts=${one.dispositions} named=${(/** @type {string} */ said) => said || "–"} />`)}</div>`;
  if (name === "lists") return bars(told.lists, "penetration", (row) => row.name, "share", 1);
  if (name === "agents")
    return html`<div class="charts"><${Stack} title=${say("report.logged_in_s")} rows=${told.agents} parts=${STATES} />
      ${bars(told.agents, "occupancy", (row) => row.agent, "share", 1)}</div>`;
  if (name === "trunks") return bars(told.rates, "cost", (row) => `${row.trunk} ${row.rate}`, "money");
  return html`<${HeatMap} rows=${told.hours} />${told.days.length > 1 && html`<${Days} days=${told.days} />`}`;
}

/** @param {any[]} rows @param {string} figure @param {(row: any) => string} named @param {import("./report_figures.js").Unit} unit @param {number} [whole] */
function bars(rows, figure, named, unit, whole) {
  return html`<${Bars} title=${headOf(figure)} unit=${unit} whole=${whole} bars=${rows.map((row) => ({ name: named(row), value: row[figure] || 0 }))} />`;
}

/** @param {{days: any[]}} props */
function Days({ days }) {
  const data = () => [
    days.map((one) => Date.parse(`${one.day}T12:00`) / 1000),
    ...["attempts", "live_answers", "contacts"].map((figure) => days.map((one) => one[figure])),
    days.map((one) => 100 * one.contact_rate),
  ];
  const series = ["attempts", "live_answers", "contacts"].map((figure) => ({ label: headOf(figure), scale: "n" }));
  return html`<${LineChart} label=${say("report.table.days")} on=${days} data=${data}
    series=${[...series, { label: `${headOf("contact_rate")}, %`, scale: "%", right: true }]} />`;
}
