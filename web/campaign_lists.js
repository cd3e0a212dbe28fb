// @ts-check
// The step of lead lists: those that are there, imports under way, and the import of another.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { short } from "./field.js";
import { ListImport } from "./list_import.js";
import { Table } from "./shelf.js";
import { say } from "./texts.js";

const LOOK_MS = 3000;

/** @param {import("./campaign_step.js").StepProps} props */
export function CampaignLists({ campaign, may, next }) {
  const [lists, learn] = useState(/** @type {any[] | null} */ (null));
  const [imports, follow] = useState(/** @type {any[]} */ ([]));
  const look = () => all(`/campaigns/${campaign.id}/lists`).then(learn);
  useEffect(() => {
    doing(look);
    const watch = () => ask("GET", `/campaigns/${campaign.id}/imports`).then((found) => follow(found.filter((/** @type {any} */ one) => one.under_way)), () => undefined);
    watch();
    const timer = setInterval(watch, LOOK_MS);
    return () => clearInterval(timer);
  }, [campaign.id]);
  return html`<section aria-labelledby="lists"><h2 id="lists">${say("step.lists")}</h2>
      ${lists && !lists.length && html`<p>${say("lists.none")}</p>`}
      ${lists && lists.length > 0 && html`<${Table} label=${say("step.lists")} heads=${["desk.list", "lists.source", "lists.leads", "lists.states", "campaigns.made"].map(say)}
        rows=${lists.map(
          (one) => html`<tr><th scope="row" dir="auto"><a href=${`#leads/of/${encodeURIComponent(`campaign=${campaign.id}&list_id=${one.id}`)}`}>${short(one.name)}</a></th><td dir="auto">${short(one.source)}</td>
            <td class="figure">${one.leads}</td>
            <td>${Object.entries(one.states).map(([state, count]) => `${say(`lead.${state}`)} ${count}`).join(", ")}</td><td>${moment(one.created_at)}</td></tr>`,
        )} />`}
      <div aria-live="polite">${imports.map((one) => html`<p>${say("lists.coming")} <b dir="auto">${short(one.file)}</b>: ${one.rows}</p>`)}</div>
    </section>
    ${may.has("lists.imported") && html`<${ListImport} campaign=${campaign.id} done=${look} />`}
    <p><button type="button" onClick=${next}>${say("campaigns.go")}</button></p>`;
}
