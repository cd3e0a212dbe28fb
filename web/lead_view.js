// @ts-check
// One lead: where it stands and why, who it is, what may be decided of it, and all that happened to it.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { short } from "./field.js";
import { HeldLead } from "./held.js";
import { LeadActions } from "./lead_actions.js";
import { nameOf } from "./lead_name.js";
import { LeadTimeline } from "./lead_timeline.js";
import { say } from "./texts.js";

/** A text that is longer is scrolled, by keyboard too. */
const LONG = 300;

/** @param {{id: string, may: Set<string>, campaigns: any[]}} props */
export function LeadView({ id, may, campaigns }) {
  const [lead, learn] = useState(/** @type {any} */ (null));
  const look = () => ask("GET", `/leads/${id}`).then(learn);
  useEffect(() => {
    doing(look);
  }, [id]);
  if (!lead) return null;
  const campaign = campaigns.find((one) => one.id === lead.campaign_id);
  return html`<div class="head"><a href="#leads">${say("page.leads")}</a> <span aria-hidden="true">/</span><h1 dir="auto">${short(nameOf(lead), 60)}</h1></div>
    <section class="card" aria-labelledby="standing"><h2 id="standing">${say("leads.standing")}</h2>
      <p><b>${say(`lead.${lead.state}`)}</b> · <${HeldLead} standing=${lead.standing} />${lead.standing.next_at ? html` · ${say("rules.again_at")} <b>${moment(lead.standing.next_at)}</b>` : ""}</p>
    </section>
    <div class="columns">
      <section class="card person" aria-labelledby="person"><h2 id="person">${say("desk.person")}</h2>
        <dl>
          <dt>${say("floor.number")}</dt><dd>${lead.number}</dd>
          ${lead.numbers.map((/** @type {any} */ one) => html`<dt dir="auto">${one.kind}</dt><dd>${one.number} <small>${say(`number.${one.state}`)}</small></dd>`)}
          <dt>${say("floor.campaign")}</dt><dd dir="auto"><a href=${`#campaigns/${lead.campaign_id}`}>${short(campaign?.name || lead.campaign_id)}</a></dd>
          <dt>${say("desk.list")}</dt><dd dir="auto">${short(lead.list_name)}</dd>
          <dt>${say("leads.added")}</dt><dd>${moment(lead.added_at)}</dd>
          <dt>${say("leads.owner")}</dt><dd>${lead.owner || say("leads.nobody")}${lead.assigned_until ? html` <small>${say("leads.until")} ${moment(lead.assigned_until)}</small>` : ""}</dd>
          <dt>${say("leads.priority")}</dt><dd>${lead.priority}</dd>
          ${lead.external_id && html`<dt>${say("leads.external_id")}</dt><dd dir="auto">${lead.external_id}</dd>`}
          ${Object.entries(lead.attributes).map(([name, value]) => html`<dt dir="auto">${short(name, 40)}</dt><dd dir="auto" tabindex=${value.length > LONG ? "0" : undefined}>${value}</dd>`)}
        </dl>
      </section>
      <${LeadActions} lead=${lead} may=${may} done=${look} />
    </div>
    <${LeadTimeline} lead=${lead} may=${may} done=${look} />`;
}
