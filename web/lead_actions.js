// @ts-check
// What may be decided of a lead: its numbers shown whole, whose it is, and that it is called no more. Each is noted.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { Field, Rest, fieldsOf, useForm } from "./field.js";
import { say } from "./texts.js";

/** @param {{lead: any, may: Set<string>, done: () => Promise<unknown>}} props */
export function LeadActions({ lead, may, done }) {
  if (!["leads.reveal", "leads.own", "leads.do_not_call"].some((right) => may.has(right))) return null;
  return html`<section class="card" aria-labelledby="actions"><h2 id="actions">${say("floor.actions")}</h2>
    ${may.has("leads.reveal") && html`<${Reveal} lead=${lead} />`}
    ${may.has("leads.own") && html`<${Owner} lead=${lead} done=${done} may=${may} />`}
    ${may.has("leads.do_not_call") && html`<${NoCalls} lead=${lead} done=${done} />`}
  </section>`;
}

/** @param {{lead: any}} props */
function Reveal({ lead }) {
  const form = useForm();
  const [numbers, show] = useState(/** @type {string[]} */ ([]));
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const { reason } = fieldsOf(event);
    const told = await form.send(() => ask("POST", `/leads/${lead.id}/reveal`, { reason }));
    show(told?.numbers || []);
  };
  return html`<details><summary>${say("leads.reveal")}</summary>
    <form onSubmit=${submit}>
      <${Field} name="reason" label=${say("leads.reason")} required maxlength="200" problems=${form.problems} hint=${say("leads.noted")} />
      <button disabled=${form.busy}>${say("leads.show")}</button>
      <p aria-live="polite">${numbers.map((one) => html`<b class="number-whole">${one}</b> `)}</p>
    </form></details>`;
}

/** @param {{lead: any, done: () => Promise<unknown>, may: Set<string>}} props */
function Owner({ lead, done, may }) {
  const form = useForm();
  const [agents, learn] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    if (may.has("users.list")) all("/users").then((users) => learn(users.map((one) => one.agent).filter(Boolean)), () => undefined);
  }, []);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const said = fieldsOf(event);
    const until = said.until ? new Date(said.until).getTime() / 1000 : null;
    const agent = said.agent.trim() || null;
    if (await form.send(() => ask("PUT", `/leads/${lead.id}/owner`, { agent, until: agent && until }), say("leads.owned"))) await done();
  };
  return html`<details><summary>${say("leads.own")}</summary>
    <form onSubmit=${submit}>
      <${Field} name="agent" label=${say("floor.agent")} value=${lead.owner} list="agents" maxlength="200" problems=${form.problems} hint=${say("leads.own.hint")} />
      <datalist id="agents">${agents.map((one) => html`<option value=${one}></option>`)}</datalist>
      <${Field} name="until" label=${say("leads.until")} type="datetime-local" problems=${form.problems} />
      <${Rest} problems=${form.problems} shown=${["agent", "until"]} />
      <button disabled=${form.busy}>${say("pacing.save")}</button>
    </form></details>`;
}

/** @param {{lead: any, done: () => Promise<unknown>}} props */
function NoCalls({ lead, done }) {
  const form = useForm();
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const { source, of } = fieldsOf(event);
    if (await form.send(() => ask("POST", `/leads/${lead.id}/do-not-call`, { source, of }), say("leads.entered"))) await done();
  };
  return html`<details><summary>${say("leads.dnc")}</summary>
    <form onSubmit=${submit}>
      <p>${say("leads.dnc.hint")}</p>
      <${Field} name="source" label=${say("leads.dnc.source")} required maxlength="200" problems=${form.problems} />
      <${Field} name="of" label=${say("leads.dnc.of")} value="tenant" problems=${form.problems} options=${["tenant", "campaign"].map((one) => ({ value: one, label: say(`dnc.${one}`) }))} />
      <${Rest} problems=${form.problems} shown=${["source", "of"]} />
      <button class="danger" disabled=${form.busy}>${say("leads.dnc")}</button>
    </form></details>`;
}
