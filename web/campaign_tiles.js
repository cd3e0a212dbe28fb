// @ts-check
// One tile for each campaign, with its moves. Knows no feed.
import { html, signal } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing } from "./doing.js";
import { hourly } from "./history.js";
import { PacingPanel } from "./pacing_panel.js";
import { say } from "./texts.js";
import { WhyNot } from "./why_not.js";

/** Campaign whose pacing is looked at. */
const opened = signal("");

/** @param {{campaigns: any[], agents: any[], calls: any[], may: Set<string>}} props */
export function CampaignTiles({ campaigns, agents, calls, may }) {
  if (!campaigns.length) return html`<p>${say("floor.empty")}</p>`;
  const shown = campaigns.find((one) => one.key === opened.value);
  return html`<div class="tiles">
      ${campaigns.map(
        (one) => html`<${Tile} key=${one.key} one=${one} may=${may}
          crew=${agents.filter((agent) => agent.campaigns.includes(one.key))}
          calls=${calls.filter((call) => call.campaign === one.key)} />`,
      )}
    </div>
    ${shown && html`<${PacingPanel} key=${shown.key} campaign=${shown}
      agents=${agents.filter((agent) => agent.campaigns.includes(shown.key) && agent.state !== "offline").length} may=${may} close=${() => (opened.value = "")} />`}`;
}

/** @param {{one: any, crew: any[], calls: any[], may: Set<string>}} props */
function Tile({ one, crew, calls, may }) {
  const at = (/** @type {string} */ state) => crew.filter((agent) => agent.state === state && agent.campaign === one.key).length;
  const on = (/** @type {string} */ state) => calls.filter((call) => call.state === state).length;
  const present = crew.filter((agent) => agent.campaign === one.key && !["offline", "calling", "paused"].includes(agent.state));
  const busy = present.filter((agent) => ["talking", "wrap_up"].includes(agent.state)).length;
  const rate = 100 * (one.abandon_rate || 0);
  const cap = one.forecast?.cap ? 100 * one.forecast.cap : 3;
  const perHour = hourly(one.key);
  const move = (/** @type {string} */ what) => doing(() => ask("POST", `/campaigns/${one.key}/${what}`));
  return html`<article class=${`tile card is-${one.state}`} aria-label=${one.name}>
    <header><h3>${one.name}</h3> <small>${say(`state.${one.state}`)} · ${one.mode}${one.simulated ? ` · ${say("floor.simulated")}` : ""}</small></header>
    <div class="numbers">
      ${number(one.lines, "floor.lines")} ${number(on("ringing") + on("dialing"), "floor.ringing")}
      ${number(on("waiting"), "floor.waiting", on("waiting") > 0)} ${number(at("idle"), "floor.idle")}
      ${number(at("talking"), "floor.talking")} ${number(one.ready_leads, "floor.leads", one.ready_leads === 0)}
      ${number(present.length ? `${Math.round((100 * busy) / present.length)} %` : "–", "floor.occupancy", false, say("floor.occupancy.means"))}
      ${number(perHour === null ? "–" : Math.round(perHour), "floor.hourly", false, say("floor.hourly.means"))}
    </div>
    <div class="gauge" role="meter" aria-label=${say("floor.abandoned")} aria-valuenow=${rate.toFixed(2)} aria-valuemin="0" aria-valuemax=${cap}>
      <span class=${rate > cap ? "over" : rate > 0.8 * cap ? "near" : ""} style=${{ width: `${Math.min(100, (100 * rate) / cap)}%` }}></span>
    </div>
    <p>${say("floor.abandoned")} <b>${rate.toFixed(2)} %</b> ${say("floor.cap")} ${cap.toFixed(1)} % · ${say("floor.dialed")} ${one.dialed} · ${say("floor.connected")} ${one.connected}</p>
    ${one.limited_by && html`<p class="limited">${say("floor.limited")}: ${say(`limit.${one.limited_by.replaceAll(" ", "_")}`)}</p>`}
    ${may.has("campaigns.explain") && html`<${WhyNot} campaign=${one.key} label=${say("floor.whynot")} />`}
    <div class="buttons">
      ${may.has("campaigns.start") && one.state !== "running" && html`<button type="button" onClick=${() => move("start")}>${say("floor.start")}</button>`}
      ${may.has("campaigns.pause") && one.state === "running" && html`<button type="button" onClick=${() => move("pause")}>${say("floor.pause")}</button>`}
      ${may.has("campaigns.stop") && one.state === "running" && html`<button type="button" onClick=${() => move("stop")}>${say("floor.stop")}</button>`}
      <button type="button" onClick=${() => (opened.value = one.key)}>${say("floor.pacing")}</button>
    </div>
  </article>`;
}

/** @param {number | string} value @param {string} name @param {boolean} [bad] @param {string} [means] */
function number(value, name, bad = false, means) {
  return html`<span title=${means} class=${bad ? "number bad" : "number"}><b>${value ?? "–"}</b> <small>${say(name)}</small></span>`;
}
