// @ts-check
// How a campaign is paced: its settings, the last hour, what the engine decided and why. Knows REST.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { Dialog } from "./dialog.js";
import { doing } from "./doing.js";
import { seen } from "./history.js";
import { LineChart } from "./line_chart.js";
import { say } from "./texts.js";

const HOUR_S = 3600;
const MODES = ["preview", "progressive", "power", "predictive", "predictive_age_blind"];

/** @param {{campaign: any, may: Set<string>, close: () => void}} props */
export function PacingPanel({ campaign, may, close }) {
  const [pacing, learn] = useState(/** @type {any} */ (null));
  const [decisions, decided] = useState(/** @type {any[]} */ ([]));
  const [held, explain] = useState(/** @type {any} */ (null));
  useEffect(() => {
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
  return html`<${Dialog} title=${`${say("floor.pacing")}: ${campaign.name}`} close=${close}>
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
  <//>`;
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
  const data = () => {
    const rows = seen(campaign);
    return rows ? [rows.at, rows.lines, rows.idle, rows.talking, rows.rate] : [[], [], [], [], []];
  };
  const series = ["lines", "idle", "talking"].map((one) => ({ label: say(`floor.${one}`), scale: "n" }));
  return html`<${LineChart} label=${say("floor.chart")} on=${campaign} data=${data} every_ms=${5000}
    series=${[...series, { label: say("floor.abandoned"), scale: "%", right: true }]}
    span=${() => [Date.now() / 1000 - HOUR_S, Date.now() / 1000]} />`;
}
