// @ts-check
// The first step of a campaign: its name and purpose, the way to the network, the number that is shown, recording.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { Saving, goesOn } from "./campaign_step.js";
import { Check, Field, Rest, fieldsOf, useForm } from "./field.js";
import { say } from "./texts.js";

const PURPOSES = ["sales", "research", "debt", "service"];
const SHOWN = ["name", "purpose", "trunk", "caller_id", "caller_ids"];
const CHECKS = ["record", "recording_asked", "recording_announced", "blend", "cue", "manual_dial"];
const OFF_AT_FIRST = ["recording_asked", "recording_announced"];

/** @param {import("./campaign_step.js").StepProps} props */
export function CampaignBasics({ campaign, may, fixed, save, next }) {
  const form = useForm();
  const { trunks, numbers } = useWays(may);
  const { settings } = campaign;
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const said = fieldsOf(event);
    const pool = new FormData(/** @type {HTMLFormElement} */ (event.target)).getAll("caller_ids");
    const changes = {
      purpose: said.purpose,
      trunk: said.trunk,
      caller_id: said.caller_id.trim(),
      caller_ids: pool,
      ...Object.fromEntries(CHECKS.map((one) => [one, one in said])),
    };
    const on = goesOn(event);
    if (campaign.id) {
      if ((await form.send(() => save(changes), say("campaigns.saved"))) && on) next();
      return;
    }
    const made = await form.send(() => ask("POST", "/campaigns", { name: said.name, settings: changes }), say("campaigns.created"));
    if (made) location.hash = `campaigns/${made.id}/${on ? "lists" : "basics"}`;
  };
  const taken = new Set(settings.caller_ids || []);
  const known = new Set(numbers.map((one) => one.number));
  const pool = [...numbers, ...[...taken].filter((one) => !known.has(one)).map((number) => ({ number, label: "" }))];
  return html`<form onSubmit=${submit}><fieldset class="bare" disabled=${fixed}>
    <div class="fields">
      ${!campaign.id && html`<${Field} name="name" label=${say("campaigns.name")} required maxlength="200" problems=${form.problems} />`}
      <${Field} name="purpose" label=${say("campaigns.purpose")} value=${settings.purpose || "sales"} problems=${form.problems}
        options=${PURPOSES.map((one) => ({ value: one, label: say(`purpose.${one}`) }))} hint=${say("campaigns.purpose.hint")} />
      <${Field} key=${`trunk-${trunks.length}`} name="trunk" label=${say("campaigns.trunk")} value=${settings.trunk || "trunk"} problems=${form.problems}
        options=${[...new Set([settings.trunk || "trunk", ...trunks])]} hint=${say("campaigns.trunk.hint")} />
      <${Field} name="caller_id" label=${say("campaigns.caller_id")} value=${settings.caller_id || ""} problems=${form.problems} list="caller-ids"
        inputmode="tel" placeholder="+1…" maxlength="32" hint=${say("campaigns.caller_id.hint")} />
      <datalist id="caller-ids">${numbers.map((one) => html`<option value=${one.number}>${one.label}</option>`)}</datalist>
    </div>
    ${pool.length > 0 &&
    html`<fieldset><legend>${say("campaigns.pool")}</legend><div class="choices">
      ${pool.map((one) => html`<label class="row"><input type="checkbox" name="caller_ids" value=${one.number} defaultChecked=${taken.has(one.number)} /> ${one.number} <small dir="auto">${one.label}</small></label>`)}
    </div></fieldset>`}
    <fieldset><legend>${say("campaigns.talks")}</legend><div class="choices">
      ${CHECKS.map((one) => html`<${Check} name=${one} label=${say(`campaigns.${one}`)} checked=${settings[one] ?? !OFF_AT_FIRST.includes(one)} />`)}
    </div></fieldset>
    <${Rest} problems=${form.problems} shown=${SHOWN} />
    <${Saving} busy=${form.busy} fixed=${fixed} />
  </fieldset></form>`;
}

/** The trunks, routes and caller ids there are. @param {Set<string>} may */
function useWays(may) {
  const [ways, learn] = useState({ trunks: /** @type {string[]} */ ([]), numbers: /** @type {any[]} */ ([]) });
  useEffect(() => {
    const listed = (/** @type {string} */ right, /** @type {string} */ path) => (may.has(right) ? all(path).catch(() => []) : Promise.resolve([]));
    Promise.all([listed("trunks.list", "/trunks"), listed("trunk_routes.list", "/trunk-routes"), listed("caller_ids.list", "/caller-ids")]).then(
      ([trunks, routes, numbers]) => learn({ trunks: [...routes, ...trunks].map((one) => one.name), numbers }),
    );
  }, []);
  return ways;
}
