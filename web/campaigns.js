// @ts-check
// The page of campaigns: all of them with their moves, and one of them step by step. The address says which.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { CampaignEditor } from "./campaign_editor.js";
import { CampaignMoves } from "./campaign_moves.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { short } from "./field.js";
import { Table } from "./shelf.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_campaigns.js";

know(TEXTS);

const LOOK_MS = 5000;
const SHOWN = 25;
const STATES = ["draft", "scheduled", "running", "paused", "stopped", "finished", "archived"];

/** @param {import("./pages.js").PageProps} props */
export function Campaigns({ me, at }) {
  const may = new Set(me.rights);
  const [id, step] = at;
  return html`<div class="page">${id
    ? html`<${CampaignEditor} key=${id} id=${id} step=${step || "basics"} may=${may} />`
    : html`<${CampaignList} may=${may} />`}</div>`;
}

/** @param {{may: Set<string>}} props */
function CampaignList({ may }) {
  const [campaigns, learn] = useState(/** @type {any[] | null} */ (null));
  const [state, want] = useState("");
  const [named, name] = useState("");
  const [most, show] = useState(SHOWN);
  const look = () => all("/campaigns").then(learn);
  useEffect(() => {
    doing(look);
    const timer = setInterval(() => look().catch(() => undefined), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const wanted = named.toLowerCase();
  const found = (campaigns || [])
    .filter((one) => (state ? one.state === state : one.state !== "archived") && one.name.toLowerCase().includes(wanted))
    .reverse();
  return html`<section class="card" aria-labelledby="campaigns">
    <div class="head"><h1 id="campaigns">${say("page.campaigns")}</h1><span class="grow"></span>
      <label class="inline">${say("campaigns.filter")} <input type="search" value=${named} onInput=${(/** @type {any} */ event) => name(event.target.value)} /></label>
      <label class="inline">${say("floor.state")} <select onChange=${(/** @type {any} */ event) => want(event.target.value)}>
        <option value="">${say("campaigns.living")}</option>
        ${STATES.map((one) => html`<option value=${one}>${say(`state.${one}`)}</option>`)}</select></label>
      ${may.has("campaigns.create") && html`<a class="button main" href="#campaigns/new">${say("campaigns.new")}</a>`}
    </div>
    ${campaigns && !found.length && html`<p>${say("floor.empty")}</p>`}
    ${found.length > 0 &&
    html`<${Table} label=${say("page.campaigns")} heads=${["floor.campaign", "floor.state", "pacing.mode", "campaigns.leads", "campaigns.made", "floor.actions"].map(say)}
      rows=${found.slice(0, most).map((one) => html`<${Row} key=${one.id} one=${one} may=${may} look=${look} />`)} />`}
    ${found.length > most && html`<p><button type="button" onClick=${() => show(most + SHOWN)}>${say("more")}</button></p>`}
  </section>`;
}

/** @param {{one: any, may: Set<string>, look: () => Promise<unknown>}} props */
function Row({ one, may, look }) {
  return html`<tr class=${`is-${one.state}`}>
    <th scope="row"><a href=${`#campaigns/${one.id}`} dir="auto">${short(one.name)}</a></th>
    <td><span class="dot"></span>${say(`state.${one.state}`)}${one.starts_at ? html` <small>${moment(one.starts_at)}</small>` : ""}</td>
    <td>${say(`mode.${one.settings.mode}`)}${one.settings.broadcast ? html` <small>${say("campaigns.broadcast")}</small>` : ""}</td>
    <td><${LeadCount} campaign=${one.id} may=${may} state=${one.state} /></td>
    <td>${moment(one.created_at)}</td>
    <td><${CampaignMoves} campaign=${one} may=${may} done=${look} /></td>
  </tr>`;
}

/** How many leads may be dialed, of how many. @param {{campaign: string, may: Set<string>, state: string}} props */
function LeadCount({ campaign, may, state }) {
  const [count, learn] = useState("");
  useEffect(() => {
    if (!may.has("lists.list")) return;
    ask("GET", `/campaigns/${campaign}/lists?limit=100`).then(
      ({ items }) => {
        const sum = (/** @type {(one: any) => number} */ of) => items.reduce((/** @type {number} */ total, /** @type {any} */ one) => total + of(one), 0);
        learn(`${sum((one) => one.states.ready || 0)} / ${sum((one) => one.leads)}`);
      },
      () => undefined,
    );
  }, [campaign, state]);
  return html`<span class="figure">${count}</span>`;
}
