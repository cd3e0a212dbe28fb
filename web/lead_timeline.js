// @ts-check
// All that happened to a lead, newest first: every attempt with its result, every dial that a rule forbade, every
// promise; and by which rule. What a rule says is asked for when it is opened.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { lasted, moment } from "./clock.js";
import { doing } from "./doing.js";
import { Field, Rest, fieldsOf, useForm } from "./field.js";
import { Ruled } from "./held.js";
import { say } from "./texts.js";

/** States of a promise that may still be taken back. */
const OPEN = ["promised", "seeking_owner", "seeking_anyone", "reserved"];

/** @param {{lead: any, may: Set<string>, done: () => Promise<unknown>}} props `done`: called when something was decided */
export function LeadTimeline({ lead, may, done }) {
  const events = [
    ...lead.history.map((/** @type {any} */ one) => ({ at: one.dialed_at, shown: html`<${Attempt} one=${one} may=${may} />` })),
    ...lead.refusals.map((/** @type {any} */ one) => ({ at: one.at, shown: html`<${Refusal} one=${one} may=${may} />` })),
    ...lead.promises.map((/** @type {any} */ one) => ({ at: one.due_at, shown: html`<${Promised} one=${one} may=${may} done=${done} />` })),
    { at: lead.added_at, shown: html`<p>${say("leads.came")} <b dir="auto">${lead.list_name.slice(0, 80)}</b></p>` },
  ].sort((one, other) => other.at - one.at);
  return html`<section class="card" aria-labelledby="timeline"><h2 id="timeline">${say("leads.timeline")}</h2>
    <ol class="timeline">${events.map(({ at, shown }) => html`<li><time>${moment(at)}</time>${shown}</li>`)}</ol>
  </section>`;
}

/** @param {{one: any, may: Set<string>}} props */
function Attempt({ one, may }) {
  const talked = one.connected_at && one.talk_ended_at ? one.talk_ended_at - one.connected_at : 0;
  const rang = (one.answered_at || one.ended_at || one.dialed_at) - one.dialed_at;
  return html`<article aria-label=${say("leads.attempt")}>
    <p><b>${one.outcome ? say(`outcome.${one.outcome}`) : say("leads.out")}</b> · ${one.number}
      ${talked > 0 && html` · ${say("leads.talked")} ${lasted(talked)}`}${one.outcome !== "undialed" && html` · ${say("leads.rang")} ${lasted(rang)}`}
      ${one.agent_id && html` · ${say("floor.agent")} <b>${one.agent_id}</b>`}
      ${one.charged && html` · <span class="bad">${say("leads.charged")}</span>`}</p>
    ${(one.disposition || one.amount !== null || one.callback_at) &&
    html`<p>${say("desk.disposition")}: <b>${one.disposition}</b>${one.amount !== null && html` · ${one.amount}`}${one.callback_at ? html` · ${say("desk.callback")} ${moment(one.callback_at)}` : ""}</p>`}
    ${one.note && html`<p class="note" dir="auto">${one.note}</p>`}
    <p><small>${say("leads.because")}: ${say(one.agent_guaranteed ? "leads.held" : "leads.paced")};
      ${one.rule_ids.length ? html` ${say("leads.allowed")} ${one.rule_ids.map((/** @type {string} */ id) => html`<${Rule} id=${id} may=${may} /> `)}` : ` ${say("leads.norules")}`}</small></p>
    <p><small>${one.trunk}${one.caller_id && ` · ${one.caller_id}`}${one.cause !== null && ` · Q.850 ${one.cause}`}${one.tech_cause && ` · SIP ${one.tech_cause}`}${one.ended_by && ` · ${say("leads.ended_by")} ${say(`by.${one.ended_by}`)}`}</small></p>
    ${one.recorded && may.has("recordings.play") && html`<p><a href=${`#recordings/${one.id}`}>${say("leads.recording")}</a></p>`}
  </article>`;
}

/** @param {{one: any, may: Set<string>}} props */
function Refusal({ one, may }) {
  return html`<article aria-label=${say("leads.refused")}>
    <p><b class="warn">${say("leads.refused")}</b> · ${one.number}${one.again_at ? html` · ${say("rules.again_at")} ${moment(one.again_at)}` : ""}</p>
    <ul class="held">${one.reasons.map((/** @type {any} */ reason) => html`<li><${Ruled} reason=${reason} />${reason.rule_id && html` <${Rule} id=${reason.rule_id} may=${may} />`}</li>`)}</ul>
  </article>`;
}

/** @param {{one: any, may: Set<string>, done: () => Promise<unknown>}} props */
function Promised({ one, may, done }) {
  const form = useForm();
  /** @param {SubmitEvent} event */
  const cancel = async (event) => {
    const { reason } = fieldsOf(event);
    if (await form.send(() => ask("POST", `/callbacks/${one.id}/close`, { reason }), say("promise.taken"))) await done();
  };
  return html`<article aria-label=${say("leads.promise")}><p><b>${say("leads.promise")}</b> · ${say(`promise.${one.state}`)} · ${one.owner || say("leads.anyone")}
    ${one.misses > 0 && html` · ${say("leads.misses")} ${one.misses}`}</p>
    ${one.note && html`<p class="note" dir="auto">${one.note}</p>`}
    ${OPEN.includes(one.state) && may.has("callbacks.close") && html`<details><summary>${say("promise.cancel")}</summary><form onSubmit=${cancel}>
      <${Field} name="reason" label=${say("leads.reason")} required maxlength="200" problems=${form.problems} />
      <${Rest} problems=${form.problems} shown=${["reason"]} />
      <button disabled=${form.busy}>${say("promise.cancel")}</button></form></details>`}</article>`;
}

/** A rule by its id; opened, what it says and where that is written. @param {{id: string, may: Set<string>}} props */
function Rule({ id, may }) {
  const [told, learn] = useState(/** @type {any} */ (null));
  if (!may.has("rules.get")) return html`<code>${id}</code>`;
  const open = () => (told ? learn(null) : doing(async () => learn(await ask("GET", `/rules/${encodeURIComponent(id)}`))));
  return html`<button type="button" class="rule" aria-expanded=${String(Boolean(told))} onClick=${open}><code>${id}</code></button>
    ${told && html` <span>${told.jurisdiction}: ${told.source}</span>`}`;
}
