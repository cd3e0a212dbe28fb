// @ts-check
// How a campaign is paced: its settings, the last hour, what the engine decided and why. Knows REST.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { Dialog } from "./dialog.js";
import { doing } from "./doing.js";
import { seen } from "./history.js";
import { LineChart } from "./line_chart.js";
import { say } from "./texts.js";
import { WhatIf } from "./what_if.js";
import { WhyNot } from "./why_not.js";

const HOUR_S = 3600;
const MODES = ["preview", "progressive", "power", "predictive", "predictive_age_blind"];

/** @param {{campaign: any, agents: number, may: Set<string>, close: () => void}} props `agents`: who are there for it now */
export function PacingPanel({ campaign, agents, may, close }) {
  const [pacing, learn] = useState(/** @type {any} */ (null));
  const [decisions, decided] = useState(/** @type {any[]} */ ([]));
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useEffect(() => {
    const look = () => ask("GET", `/campaigns/${campaign.key}/pacing/decisions?limit=12`).then((page) => decided(page.items || page), () => undefined);
    doing(async () => learn((await ask("GET", `/campaigns/${campaign.key}/pacing`)).settings));
    look();
    const timer = setInterval(look, 10_000);
    return () => clearInterval(timer);
  }, []);
  const wanted = () => {
    const said = new FormData(form.current || undefined);
    return {
      mode: said.get("mode"),
      abandon_rate_target: Number(said.get("target")) / 100,
      power_ratio: Number(said.get("ratio")),
      max_lines: Number(said.get("lines")),
    };
  };
  /** @param {SubmitEvent} event */
  const save = (event) => {
    event.preventDefault();
    doing(async () => learn(await ask("PATCH", `/campaigns/${campaign.key}/pacing`, wanted())), say("pacing.saved"));
  };
  return html`<${Dialog} title=${`${say("floor.pacing")}: ${campaign.name}`} close=${close}>
    ${pacing &&
    html`<form class="fields" ref=${form} onSubmit=${save}>
      <label>${say("pacing.mode")}
        <select name="mode">${MODES.map((one) => html`<option value=${one} selected=${one === pacing.mode}>${one.replaceAll("_", " ")}</option>`)}</select></label>
      <label>${say("pacing.target")}<input name="target" type="number" min="0.1" max="3" step="0.1" defaultValue=${(100 * pacing.abandon_rate_target).toFixed(1)} /></label>
      <label>${say("pacing.ratio")}<input name="ratio" type="number" min="1" max="20" step="0.1" defaultValue=${pacing.power_ratio} /></label>
      <label>${say("pacing.lines")}<input name="lines" type="number" min="1" max="10000" defaultValue=${pacing.max_lines} /></label>
      ${may.has("pacing.update") && html`<button class="main">${say("pacing.save")}</button>`}
    </form>`}
    ${pacing && may.has("simulation.run") &&
    html`<details class="whatif"><summary>${say("whatif.title")}</summary><${WhatIf} campaign=${campaign.key} agents=${agents} wanted=${wanted} /></details>`}
    <h3>${say("floor.chart")}</h3>
    <${Chart} campaign=${campaign.key} />
    <h3>${say("pacing.decisions")}</h3>
    <ul class="decisions">${decisions.map(
      (one) => html`<li><time>${new Date(1000 * one.at).toLocaleTimeString()}</time> ${one.lines > 0 && html`<b>+${one.lines} ${say("floor.lines")}</b>`} ${say(`limit.${one.limited_by.replaceAll(" ", "_")}`)}</li>`,
    )}</ul>
    ${may.has("campaigns.explain") && html`<${WhyNot} campaign=${campaign.key} label=${say("pacing.explain")} />`}
  <//>`;
}

/** @param {{campaign: string}} props */
function Chart({ campaign }) {
  const series = ["lines", "idle", "talking"].map((one) => ({ label: say(`floor.${one}`), scale: "n" }));
  return html`<${LineChart} label=${say("floor.chart")} on=${campaign} every_ms=${5000}
    series=${[...series, { label: say("floor.abandoned"), scale: "%", right: true }]}
    data=${() => seen(campaign, ["at", "lines", "idle", "talking", "rate"])} span=${() => [Date.now() / 1000 - HOUR_S, Date.now() / 1000]} />`;
}
