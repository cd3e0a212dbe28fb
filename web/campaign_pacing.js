// @ts-check
// The step of pacing: how many lines are dialed, and what holds them back. It holds at once, while the campaign runs too.
import { html } from "./vendor/ui.js";
import { ask } from "./api.js";
import { Saving, goesOn } from "./campaign_step.js";
import { Field, Rest, fieldsOf, useForm } from "./field.js";
import { say } from "./texts.js";

const MODES = ["preview", "progressive", "power", "predictive", "predictive_age_blind"];
const GUARDS = ["running", "window", "mean"];

/** @type {[name: string, least: number, most: number, step: number][]} numbers as the API has them, with their ranges */
const NUMBERS = [
  ["power_ratio", 1, 20, 0.1],
  ["max_lines", 1, 10_000, 1],
  ["max_lines_per_agent", 0.1, 100, 0.1],
  ["calls_per_second", 0.1, 1000, 0.1],
  ["weight", 0.1, 100, 0.1],
  ["ring_timeout_s", 1, 120, 1],
  ["ring_min_s", 0, 60, 1],
  ["wrap_up_limit_s", 0, 3600, 1],
];
const SHOWN = ["mode", "abandon_rate_target", "abandon_rate_guard", ...NUMBERS.map(([name]) => name)];

/** @param {import("./campaign_step.js").StepProps} props */
export function CampaignPacing({ campaign, may, renew, next }) {
  const form = useForm();
  const { settings } = campaign;
  const fixed = !may.has("pacing.update");
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const said = fieldsOf(event);
    const on = goesOn(event);
    const saved = await form.send(
      () =>
        ask("PATCH", `/campaigns/${campaign.id}/pacing`, {
          mode: said.mode,
          abandon_rate_guard: said.abandon_rate_guard,
          abandon_rate_target: Number((Number(said.abandon_rate_target) / 100).toFixed(6)),
          ...Object.fromEntries(NUMBERS.map(([name]) => [name, Number(said[name])])),
        }).then(renew),
      say("pacing.saved"),
    );
    if (saved && on) next();
  };
  return html`<form onSubmit=${submit}><fieldset class="bare" disabled=${fixed}>
    <div class="fields">
      <${Field} name="mode" label=${say("pacing.mode")} value=${settings.mode} problems=${form.problems}
        options=${MODES.map((one) => ({ value: one, label: say(`mode.${one}`) }))} hint=${say("pacing.mode.hint")} />
      <${Field} name="abandon_rate_target" label=${say("pacing.target")} type="number" min="0.1" max="3" step="0.1" required
        value=${(100 * settings.abandon_rate_target).toFixed(1)} problems=${form.problems} hint=${say("pacing.target.hint")} />
      <${Field} name="abandon_rate_guard" label=${say("pacing.guard")} value=${settings.abandon_rate_guard} problems=${form.problems}
        options=${GUARDS.map((one) => ({ value: one, label: say(`guard.${one}`) }))} />
      ${NUMBERS.map(
        ([name, least, most, step]) => html`<${Field} name=${name} label=${say(`pacing.${name}`)} type="number" min=${least} max=${most} step=${step}
          required value=${settings[name]} problems=${form.problems} />`,
      )}
    </div>
    <${Rest} problems=${form.problems} shown=${SHOWN} />
    <${Saving} busy=${form.busy} fixed=${fixed} />
  </fieldset></form>`;
}
