// @ts-check
// The supervisor's floor: alerts, campaigns, agents and calls as they change. Knows the floor's feed.
import { html, signal, useEffect } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { AgentTable } from "./agent_table.js";
import { CampaignTiles } from "./campaign_tiles.js";
import { CallTable } from "./call_table.js";
import { lasted, moment } from "./clock.js";
import { doing } from "./doing.js";
import { of } from "./feed.js";
import { remember } from "./history.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_floor.js";

know(TEXTS);

/** The figures of a campaign for which nothing is dialed. */
const AT_REST = { lines: 0, dialed: 0, connected: 0, abandon_rate: 0 };

/** All that the floor shows. */
const floor = signal({ agents: /** @type {any[]} */ ([]), calls: /** @type {any[]} */ ([]), campaigns: /** @type {any[]} */ ([]), nodes: /** @type {any[]} */ ([]) });
/** Campaigns that no engine has taken up, as REST lists them. */
const waiting = signal(/** @type {any[]} */ ([]));
const LIST_MS = 15_000;
const alerts = signal(/** @type {any[]} */ ([]));
const big = signal(false);

/** The feed tells up to ten times a second: people are shown no more than they can read. */
const SHOWN_EVERY_MS = 600;

/** What shows values, at most so often; the last of them always. @param {(values: Map<string, any>) => void} show */
function calmly(show) {
  let shown = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const now = (/** @type {Map<string, any>} */ values) => {
    timer = undefined;
    shown = Date.now();
    show(values);
  };
  return (/** @type {Map<string, any>} */ values) => {
    const wait = shown + SHOWN_EVERY_MS - Date.now();
    if (wait <= 0) now(values);
    else timer ??= setTimeout(() => now(values), wait);
  };
}

/** @param {{me: any, feed: any}} props */
export function Floor({ me, feed }) {
  useEffect(() => {
    const show = (/** @type {Map<string, any>} */ values) => {
      floor.value = {
        agents: of(values, "agents"),
        calls: of(values, "calls"),
        campaigns: of(values, "campaigns"),
        nodes: of(values, "node"),
      };
      remember(floor.value, Date.now() / 1000);
    };
    feed.follow("floor", calmly(show));
    feed.follow("alerts", (/** @type {Map<string, any>} */ values) => (alerts.value = of(values, "alerts")));
  }, [feed]);
  useEffect(() => {
    const look = () => all("/campaigns").then((found) => (waiting.value = found), () => undefined);
    look();
    const timer = setInterval(look, LIST_MS);
    return () => clearInterval(timer);
  }, []);
  const { agents, calls } = floor.value;
  const taken = new Set(floor.value.campaigns.map((one) => one.key));
  const campaigns = [
    ...floor.value.campaigns,
    ...waiting.value
      .filter((one) => !taken.has(one.id) && !["archived", "finished"].includes(one.state))
      .map((one) => ({ key: one.id, name: one.name, state: one.state, mode: one.settings?.mode || "", ...AT_REST })),
  ];
  const names = new Map(campaigns.map((one) => [one.key, one.name]));
  const may = new Set(me.rights);
  return html`<div class=${big.value ? "floor big" : "floor"}>
    <${Alerts} names=${names} />
    <section aria-labelledby="campaigns">
      <div class="head"><h2 id="campaigns">${say("floor.campaigns")}</h2>
        <span class="grow"></span>
        <button type="button" aria-pressed=${big.value} onClick=${() => (big.value = !big.value)}>${say("floor.tv")}</button>
        ${may.has("campaigns.stop_all") &&
        html`<button type="button" class="danger" onClick=${stopAll}>${say("floor.stopall")}</button>`}
      </div>
      <${CampaignTiles} campaigns=${campaigns} agents=${agents} calls=${calls} may=${may} />
    </section>
    <div class="columns">
      <${AgentTable} agents=${agents} calls=${calls} names=${names} may=${may} />
      <${CallTable} calls=${calls} names=${names} may=${may} />
    </div>
  </div>`;
}

function stopAll() {
  if (confirm(say("floor.stopall.sure"))) doing(() => ask("POST", "/campaigns/stop-all"));
}

/** @param {{names: Map<string, string>}} props */
function Alerts({ names }) {
  return html`<section class="alerts" aria-live="assertive" aria-label=${say("floor.alerts")}>
    ${alerts.value.length
      ? alerts.value.map(
          (one) => html`<p class="alert">${say(`alert.${one.kind}`)}: <b>${names.get(one.subject) || one.subject}</b>
            ${Object.entries(one.facts || {}).map(([name, value]) => html` <small>${say(`fact.${name}`)}: ${fact(name, value)}</small>`)}</p>`,
        )
      : html`<p class="quiet">${say("floor.quiet")}</p>`}
  </section>`;
}

/** @param {string} name @param {any} value */
function fact(name, value) {
  if (typeof value !== "number") return String(value).replaceAll("_", " ");
  if (name === "since") return moment(value);
  if (name.endsWith("_s")) return lasted(value);
  return /rate|cap/.test(name) ? `${(100 * value).toFixed(1)} %` : String(value);
}
