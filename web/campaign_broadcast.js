// @ts-check
// The step of the flow that leads whoever answers: a message first, an agent by a key. Without one it is no broadcast.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all } from "./api.js";
import { Saving } from "./campaign_step.js";
import { doing } from "./doing.js";
import { Field, Rest, fieldsOf, useForm } from "./field.js";
import { Drawing } from "./flow_drawing.js";
import { say } from "./texts.js";

/** @param {import("./campaign_step.js").StepProps} props */
export function CampaignBroadcast({ campaign, may, fixed, save, next }) {
  const form = useForm();
  const [flows, learn] = useState(/** @type {any[]} */ ([]));
  const [chosen, choose] = useState(campaign.settings.broadcast);
  useEffect(() => {
    if (may.has("flows.list")) doing(async () => learn(await all("/flows")));
  }, []);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const { broadcast } = fieldsOf(event);
    if (await form.send(() => save({ broadcast }), say("campaigns.saved"))) next();
  };
  const published = flows.filter((one) => one.published !== null);
  const names = [...new Set([campaign.settings.broadcast, ...published.map((one) => one.name)])].filter(Boolean);
  const shown = published.find((one) => one.name === chosen);
  return html`<form onSubmit=${submit}><fieldset class="bare" disabled=${fixed}>
      <p>${say("broadcast.hint")}</p>
      <${Field} key=${names.length} name="broadcast" label=${say("broadcast.flow")} value=${chosen} problems=${form.problems}
        options=${[{ value: "", label: say("broadcast.none") }, ...names]} onChange=${(/** @type {any} */ event) => choose(event.target.value)} />
      <${Rest} problems=${form.problems} shown=${["broadcast"]} />
      <${Saving} busy=${form.busy} fixed=${fixed} last />
    </fieldset></form>
    ${may.has("flows.list") && html`<p><a href=${chosen ? `#flows/${encodeURIComponent(chosen)}` : "#flows"}>${say("broadcast.edit")}</a></p>`}
    ${shown && may.has("flows.drawing") && html`<${Drawing} flow=${shown.name} version=${shown.published} />`}`;
}
