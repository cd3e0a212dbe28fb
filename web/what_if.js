// @ts-check
// What if a campaign were paced otherwise: rehearsed in virtual time from what is on record of it, with the
// agents who are there now. No phone rings. Knows REST's simulation.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing } from "./doing.js";
import { said } from "./form.js";
import { say } from "./texts.js";

/** What is shown of a rehearsal: factor and unit of each figure, and whether more of it is better (1) or worse (-1). */
const FIGURES = /** @type {Record<string, [number, string, number]>} */ ({
  utilisation: [100, "%", 1],
  conversations_per_agent_hour: [1, "", 1],
  abandon_rate: [100, "%", -1],
  days_over_cap: [100, "%", -1],
  mean_wait_s: [1, "s", -1],
  p90_wait_s: [1, "s", -1],
  dials_per_agent_hour: [1, "", 0],
  most_lines: [1, "", 0],
});

/** @param {{campaign: string, agents: number, wanted: () => object}} props `wanted`: the settings to try, as they are in the form */
export function WhatIf({ campaign, agents, wanted }) {
  const [busy, work] = useState(false);
  const [told, learn] = useState(/** @type {any} */ (null));
  /** @param {SubmitEvent} event */
  const rehearse = async (event) => {
    const { crew, hours, days } = said(event);
    work(true);
    learn(null);
    const instead = wanted();
    learn(await doing(() => ask("POST", "/simulation", { campaign, agents: Number(crew), hours: Number(hours), seeds: Number(days), instead })));
    work(false);
  };
  return html`<form class="fields" onSubmit=${rehearse}>
      <label>${say("whatif.agents")}<input name="crew" type="number" min="1" max="500" required defaultValue=${Math.max(1, agents)} /></label>
      <label>${say("whatif.hours")}<input name="hours" type="number" min="0.1" max="24" step="any" required defaultValue="1" /></label>
      <label>${say("whatif.days")}<input name="days" type="number" min="1" max="50" required defaultValue="3" /></label>
      <button class="main" disabled=${busy}>${say(busy ? "whatif.busy" : "whatif.go")}</button>
    </form>
    <p class="hint" role="status">${say(busy ? "whatif.busy" : "whatif.about")}</p>
    ${told && html`<${Compared} columns=${told.columns} />`}`;
}

/** @param {{columns: any[]}} props */
function Compared({ columns: [now, then] }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${say("whatif.title")}><table>
    <thead><tr><td></td><th scope="col">${say("whatif.now")}</th><th scope="col">${say("whatif.then")}</th><th scope="col">${say("whatif.more")}</th></tr></thead>
    <tbody>${Object.keys(FIGURES).map((name) => {
      const gain = then.against_first[name];
      return html`<tr><th scope="row">${say(`whatif.${name}`)}</th>
        <td class="figure">${figure(name, now.figures[name])}</td><td class="figure">${figure(name, then.figures[name])}</td>
        <td class=${`figure ${judged(name, gain)}`}>${figure(name, gain, true)}</td></tr>`;
    })}</tbody>
  </table></div>
  <p class="hint">${say("whatif.interval")}</p>`;
}

/** @param {string} name @param {{mean: number, half_width: number | null}} told @param {boolean} [sign] */
function figure(name, told, sign = false) {
  const [factor, unit] = FIGURES[name];
  const text = (/** @type {number} */ value) => (factor * value).toFixed(2);
  const wide = told.half_width === null ? "" : ` ± ${text(told.half_width)}`;
  return `${sign && told.mean > 0 ? "+" : ""}${text(told.mean)}${wide} ${sign && unit === "%" ? say("whatif.points") : unit}`;
}

/** Better or worse, where that is certain. @param {string} name @param {{mean: number, half_width: number | null}} gain */
function judged(name, gain) {
  if (gain.half_width === null || Math.abs(gain.mean) <= gain.half_width) return "";
  const better = gain.mean * FIGURES[name][2];
  return better > 0 ? "good" : better < 0 ? "bad" : "";
}
