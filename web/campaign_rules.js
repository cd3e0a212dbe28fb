// @ts-check
// The step of hours and rules: which leads are dialed, in which order and how often, and what the calling rules say of the leads
// there are, or of one number at one time.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { Recycling, recyclingOf } from "./campaign_recycling.js";
import { Saving, goesOn } from "./campaign_step.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { Field, Rest, fieldsOf, useForm } from "./field.js";
import { Held, Ruled } from "./held.js";
import { say } from "./texts.js";

const SHOWN = ["filter", "obey_rules", "order.by", "order.seed", "order.shares", "recycling"];
const ORDERS = ["oldest", "newest", "fewest_attempts", "last_call_oldest", "random"];
const OBEYED = ["unless_simulated", "always"];

/** @param {import("./campaign_step.js").StepProps} props */
export function CampaignRules({ campaign, may, fixed, save, next }) {
  const form = useForm();
  const { settings } = campaign;
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const said = fieldsOf(event);
    const on = goesOn(event);
    const changes = {
      filter: said.filter,
      obey_rules: said.obey_rules,
      order: { by: said["order.by"], seed: Number(said["order.seed"]), shares: sharesOf(said["order.shares"]) },
      recycling: recyclingOf(said),
    };
    if ((await form.send(() => save(changes), say("campaigns.saved"))) && on) next();
  };
  return html`<div class="columns">
    <form onSubmit=${submit}><fieldset class="bare" disabled=${fixed}>
      <${Field} name="filter" label=${say("rules.filter")} lines=${3} value=${settings.filter} problems=${form.problems} hint=${say("rules.filter.hint")} maxlength="4000" />
      <div class="fields">
        <${Field} name="order.by" label=${say("rules.order")} value=${settings.order.by} problems=${form.problems} options=${ORDERS.map((one) => ({ value: one, label: say(`orderby.${one}`) }))} />
        <${Field} name="order.seed" label=${say("rules.seed")} type="number" step="1" required value=${settings.order.seed} problems=${form.problems} hint=${say("rules.seed.hint")} />
        <${Field} name="obey_rules" label=${say("rules.obey")} value=${settings.obey_rules} problems=${form.problems} options=${OBEYED.map((one) => ({ value: one, label: say(`obey.${one}`) }))} />
      </div>
      <${Field} name="order.shares" label=${say("rules.shares")} lines=${2} value=${sharesText(settings.order.shares)} problems=${form.problems} hint=${say("rules.shares.hint")} />
      <${Recycling} rules=${settings.recycling} problems=${form.problems} />
      <${Rest} problems=${form.problems} shown=${SHOWN} />
      <${Saving} busy=${form.busy} fixed=${fixed} />
    </fieldset></form>
    <div>
      ${may.has("campaigns.explain") && html`<${Verdict} campaign=${campaign.id} />`}
      ${may.has("rules.check") && html`<${OneNumber} campaign=${campaign.id} />`}
    </div>
  </div>`;
}

/** Shares of lists, a line for each: the list's name, and its weight at the end. @param {Record<string, number>} shares */
function sharesText(shares) {
  return Object.entries(shares).map(([list, weight]) => `${list} ${weight}`).join("\n");
}

/** What was typed of shares; what ends in no number is left for the API to name. @param {string} typed @returns {Record<string, number | string>} */
function sharesOf(typed) {
  const lines = typed.split("\n").map((one) => one.trim()).filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const [, list, weight] = line.match(/^(.*\S)\s+([\d.]+)$/) || [];
      return list ? [list, Number(weight)] : [line, ""];
    }),
  );
}

/** What holds the campaign's leads, all of them. @param {{campaign: string}} props */
function Verdict({ campaign }) {
  const [told, learn] = useState(/** @type {any} */ (null));
  const look = () => doing(async () => learn(await ask("GET", `/campaigns/${campaign}/explanation`)));
  useEffect(() => {
    look();
  }, [campaign]);
  return html`<section aria-labelledby="verdict"><div class="head"><h2 id="verdict">${say("rules.verdict")}</h2>
      <button type="button" onClick=${look}>${say("rules.again")}</button></div>
    ${told && html`<${Held} told=${told} />
    ${!told.leads.length && html`<p>${say("rules.noleads")}</p>`}
    ${told.next_at && html`<p>${say("rules.next")} <b>${moment(told.next_at)}</b></p>`}
    ${told.rings_nowhere.map((/** @type {string} */ number) => html`<p class="warn">${say("whole.nowhere")} ${number}</p>`)}
    ${told.assumed && html`<small>${say("whole.assumed")}</small>`}`}
  </section>`;
}

/** What the rules say of one number. @param {{campaign: string}} props */
function OneNumber({ campaign }) {
  const form = useForm();
  const [answer, learn] = useState(/** @type {any} */ (null));
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const said = fieldsOf(event);
    const at = said.at ? new Date(said.at).getTime() / 1000 : null;
    learn((await form.send(() => ask("POST", "/rules/check", { number: said.number, campaign, at }))) || null);
  };
  return html`<section aria-labelledby="onenumber"><h2 id="onenumber">${say("rules.one")}</h2>
    <form class="fields" onSubmit=${submit}>
      <${Field} name="number" label=${say("floor.number")} type="tel" placeholder="+1…" required problems=${form.problems} />
      <${Field} name="at" label=${say("rules.at")} type="datetime-local" problems=${form.problems} hint=${say("rules.at.hint")} />
      <button disabled=${form.busy}>${say("rules.check")}</button>
    </form>
    <${Rest} problems=${form.problems} shown=${["number", "at"]} />
    <div aria-live="polite">${answer && html`<${Answer} answer=${answer} />`}</div>
  </section>`;
}

/** @param {{answer: any}} props */
function Answer({ answer }) {
  return html`<p class=${answer.allowed ? "good" : "bad"}><b>${say(answer.allowed ? "rules.allowed" : "rules.forbidden")}</b>
      ${!answer.allowed && answer.again_at ? html` ${say("rules.again_at")} ${moment(answer.again_at)}` : ""}</p>
    <ul class="held">${answer.reasons.map(
      (/** @type {any} */ one) => html`<li><${Ruled} reason=${one} />${one.rule_id && html` <code>${one.rule_id}</code>`} <small>${one.source}</small></li>`,
    )}</ul>
    <small>${say("rules.asked")}: ${answer.rule_ids.join(", ") || "–"} · ${answer.jurisdictions.join(", ")} · ${answer.zones.join(", ")}</small>`;
}
