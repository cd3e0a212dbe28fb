// @ts-check
// The page of leads: looked for by what is known of them, and one with all that happened to it. The address says which.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { moment } from "./clock.js";
import { Field, Rest, byField, fieldsOf, short } from "./field.js";
import { nameOf } from "./lead_name.js";
import { LeadView } from "./lead_view.js";
import { More, asked } from "./listing.js";
import { Table } from "./shelf.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_leads.js";

know(TEXTS);

const STATES = ["ready", "waiting", "callback", "owned", "filtered", "leased", "dialing", "done"];
const NAMES = ["q", "number", "region", "campaign", "list_id", "state", "owner", "external_id"];
const PAGE = 50;

/** @param {import("./pages.js").PageProps} props */
export function Leads({ me, at }) {
  const may = new Set(me.rights);
  const [first, second] = at;
  const [campaigns, learn] = useState(/** @type {any[]} */ ([]));
  useEffect(() => {
    all("/campaigns").then(learn, () => undefined);
  }, []);
  return html`<div class="page">${/^\d+$/.test(first || "")
    ? html`<${LeadView} key=${first} id=${first} may=${may} campaigns=${campaigns} />`
    : html`<${LeadSearch} key=${second || ""} campaigns=${campaigns} begun=${first === "of" ? second : ""} may=${may} />`}</div>`;
}

/** @param {{campaigns: any[], begun: string, may: Set<string>}} props `begun`: what is looked for at once, as a query */
function LeadSearch({ campaigns, begun, may }) {
  const [said, write] = useState(() => Object.fromEntries(new URLSearchParams(begun)));
  const [wanted, want] = useState(begun ? asked(said) : "");
  const [lists, list] = useState(/** @type {any[]} */ ([]));
  const found = useFound(wanted);
  useEffect(() => {
    list([]);
    if (said.campaign && may.has("lists.list")) all(`/campaigns/${said.campaign}/lists`).then(list, () => undefined);
  }, [said.campaign]);
  /** @param {SubmitEvent} event */
  const find = (event) => {
    const given = Object.fromEntries(Object.entries(fieldsOf(event)).map(([name, value]) => [name, value.trim()]));
    want(asked(given) || "?");
  };
  const any = { value: "", label: say("leads.any") };
  const names = new Map(campaigns.map((one) => [one.id, one.name]));
  return html`<section class="card" aria-labelledby="leads"><h1 id="leads">${say("page.leads")}</h1>
    <form class="fields" onSubmit=${find}>
      <${Field} name="q" label=${say("leads.text")} value=${said.q} problems=${found.problems} />
      <${Field} name="number" label=${say("floor.number")} type="tel" placeholder="+1…" value=${said.number} problems=${found.problems} />
      <${Field} name="region" label=${say("leads.region")} maxlength="2" placeholder="US" value=${said.region} problems=${found.problems} />
      <${Field} key=${`campaign-${campaigns.length}`} name="campaign" label=${say("floor.campaign")} value=${said.campaign} problems=${found.problems}
        options=${[any, ...campaigns.map((one) => ({ value: one.id, label: short(one.name) }))]} onChange=${(/** @type {any} */ event) => write({ ...said, campaign: event.target.value })} />
      <${Field} key=${`list-${lists.length}`} name="list_id" label=${say("desk.list")} value=${said.list_id} disabled=${!lists.length} problems=${found.problems}
        options=${[any, ...lists.map((one) => ({ value: String(one.id), label: short(one.name) }))]} />
      <${Field} name="state" label=${say("floor.state")} value=${said.state} problems=${found.problems} options=${[any, ...STATES.map((one) => ({ value: one, label: say(`lead.${one}`) }))]} />
      <${Field} name="owner" label=${say("leads.owner")} value=${said.owner} problems=${found.problems} />
      <${Field} name="external_id" label=${say("leads.external_id")} value=${said.external_id} problems=${found.problems} />
      <button class="main">${say("leads.find")}</button>
    </form>
    <${Rest} problems=${found.problems} shown=${NAMES} />
    <div aria-live="polite">${found.items && !found.items.length && html`<p>${say("leads.none")}</p>`}</div>
    ${found.items && found.items.length > 0 && html`<${Found} leads=${found.items} names=${names} />`}
    <${More} list=${found} />
  </section>`;
}

/** @param {{leads: any[], names: Map<string, string>}} props */
function Found({ leads, names }) {
  const heads = ["leads.who", "floor.number", "floor.campaign", "desk.list", "floor.state", "leads.attempts", "leads.last", "leads.owner"];
  return html`<${Table} label=${say("page.leads")} heads=${heads.map(say)} rows=${leads.map(
      (one) => html`<tr><th scope="row"><a href=${`#leads/${one.id}`} dir="auto">${short(nameOf(one), 60)}</a></th><td>${one.number}</td>
        <td dir="auto">${short(names.get(one.campaign_id) || one.campaign_id, 40)}</td><td dir="auto">${short(one.list_name, 40)}</td>
        <td>${say(`lead.${one.state}`)}${one.due_at ? html` <small>${moment(one.due_at)}</small>` : ""}</td><td class="figure">${one.attempts}</td>
        <td>${one.last_outcome && say(`outcome.${one.last_outcome}`)}${one.last_call_at ? html` <small>${moment(one.last_call_at)}</small>` : ""}</td><td>${one.owner}</td></tr>`,
    )} />`;
}

/**
 * The leads that a query finds, in pages; a refusal is told by field.
 * @param {string} query with its "?"; "": nothing is looked for
 */
function useFound(query) {
  const [kept, keep] = useState({ items: /** @type {any[] | null} */ (null), next: "", problems: /** @type {import("./field.js").Problems} */ ({}) });
  /** @param {any[]} before @param {string} cursor */
  const look = async (before, cursor) => {
    try {
      const joint = query.length > 1 ? "&" : "";
      const page = await ask("GET", `/leads${query}${joint}limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      keep({ items: [...before, ...page.items], next: page.next || "", problems: {} });
    } catch (error) {
      keep({ items: null, next: "", problems: byField(error) });
    }
  };
  useEffect(() => {
    if (query) look([], "");
  }, [query]);
  return { ...kept, more: kept.next ? () => look(kept.items || [], kept.next) : null };
}
