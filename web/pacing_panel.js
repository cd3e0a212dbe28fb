// @ts-check
// How a campaign is paced: its settings, the last hour, what the engine decided and why. Knows REST.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing } from "./doing.js";
import { seen } from "./history.js";
import { say } from "./texts.js";

const HOUR_S = 3600;
const MODES = ["preview", "progressive", "power", "predictive", "predictive_age_blind"];

/** @param {{campaign: any, may: Set<string>, close: () => void}} props */
export function PacingPanel({ campaign, may, close }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [pacing, learn] = useState(/** @type {any} */ (null));
  const [decisions, decided] = useState(/** @type {any[]} */ ([]));
  const [held, explain] = useState(/** @type {any} */ (null));
  useEffect(() => {
    dialog.current?.showModal();
    const look = () => ask("GET", `/campaigns/${campaign.key}/pacing/decisions?limit=12`).then((page) => decided(page.items || page), () => undefined);
    doing(async () => learn((await ask("GET", `/campaigns/${campaign.key}/pacing`)).settings));
    look();
    const timer = setInterval(look, 10_000);
    return () => clearInterval(timer);
  }, []);
  /** @param {SubmitEvent} event */
  const save = (event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.target));
    doing(async () => {
      const shown = await ask("PATCH", `/campaigns/${campaign.key}/pacing`, {
        mode: said.get("mode"),
        abandon_rate_target: Number(said.get("target")) / 100,
        power_ratio: Number(said.get("ratio")),
        max_lines: Number(said.get("lines")),
      });
      learn(shown.settings);
    }, say("pacing.saved"));
  };
  return html`<dialog ref=${dialog} class="panel" onClose=${close} aria-labelledby="pacing">
    <header><h2 id="pacing">${say("floor.pacing")}: ${campaign.name}</h2>
      <button type="button" onClick=${() => dialog.current?.close()}>${say("close")}</button></header>
    ${pacing &&
    html`<form class="fields" onSubmit=${save}>
      <label>${say("pacing.mode")}
        <select name="mode">${MODES.map((one) => html`<option value=${one} selected=${one === pacing.mode}>${one.replaceAll("_", " ")}</option>`)}</select></label>
      <label>${say("pacing.target")}<input name="target" type="number" min="0.1" max="3" step="0.1" defaultValue=${(100 * pacing.abandon_rate_target).toFixed(1)} /></label>
      <label>${say("pacing.ratio")}<input name="ratio" type="number" min="1" max="20" step="0.1" defaultValue=${pacing.power_ratio} /></label>
      <label>${say("pacing.lines")}<input name="lines" type="number" min="1" max="10000" defaultValue=${pacing.max_lines} /></label>
      ${may.has("pacing.update") && html`<button class="main">${say("pacing.save")}</button>`}
    </form>`}
    <h3>${say("floor.chart")}</h3>
    <${Chart} campaign=${campaign.key} />
    <h3>${say("pacing.decisions")}</h3>
    <ul class="decisions">${decisions.map(
      (one) => html`<li><time>${new Date(1000 * one.at).toLocaleTimeString()}</time> ${one.why}</li>`,
    )}</ul>
    ${may.has("campaigns.explain") &&
    html`<button type="button" onClick=${() => doing(async () => explain(await ask("GET", `/campaigns/${campaign.key}/explanation`)))}>${say("pacing.explain")}</button>`}
    ${held && html`<${Held} told=${held} />`}
  </dialog>`;
}

/** @param {{told: any}} props */
function Held({ told }) {
  return html`<ul class="held">
    ${(told.holds || []).map((/** @type {any} */ one) => html`<li><b>${one.text || one.hold}</b></li>`)}
    ${(told.leads || []).map((/** @type {any} */ one) => html`<li>${one.text}</li>`)}
  </ul>`;
}

/** @param {{campaign: string}} props */
function Chart({ campaign }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    /** @type {any} */
    let chart = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let timer;
    let gone = false;
    const data = () => {
      const rows = seen(campaign);
      return rows ? [rows.at, rows.lines, rows.idle, rows.talking, rows.rate] : [[], [], [], [], []];
    };
    import("./vendor/uplot.js").then(({ default: UPlot }) => {
      if (gone || !place.current) return;
      const ink = getComputedStyle(place.current).color;
      const axis = { stroke: ink, grid: { stroke: "#8884" } };
      const series = [
        ["floor.lines", "#2563eb", "n"],
        ["floor.idle", "#d97706", "n"],
        ["floor.talking", "#16a34a", "n"],
        ["floor.abandoned", "#dc2626", "%"],
      ].map(([name, stroke, scale]) => ({ label: say(name), stroke, scale, width: 2 }));
      chart = new UPlot(
        {
          width: place.current.clientWidth,
          height: 180,
          series: [{}, ...series],
          scales: { x: { range: () => [Date.now() / 1000 - HOUR_S, Date.now() / 1000] } },
          axes: [axis, { ...axis, scale: "n" }, { ...axis, scale: "%", side: 1 }],
        },
        data(),
        place.current,
      );
      timer = setInterval(() => chart.setData(data()), 5000);
    });
    return () => {
      gone = true;
      clearInterval(timer);
      chart?.destroy();
    };
  }, [campaign]);
  return html`<div class="chart" ref=${place}></div>`;
}
