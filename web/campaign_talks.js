// @ts-check
// The step of what agents do besides: leads looked at before they are dialed, promised calls, answering machines,
// parked customers, and the campaign's own announcements.
import { html } from "./vendor/ui.js";
import { Saving, goesOn } from "./campaign_step.js";
import { Check, Field, Rest, fieldsOf, useForm } from "./field.js";
import { DAY_S, MINUTE_S, inUnit, seconds } from "./spans.js";
import { say } from "./texts.js";

const AMD = ["off", "agent_first", "screening"];
const DETECTORS = ["own", "asterisk"];
const FALLBACKS = ["anyone", "list", "nobody"];

/** @type {[name: string, unit_s: number, least: number, most_s: number][]} times, with the unit in which they are asked for */
const PREVIEW_TIMES = [
  ["preview.limit_s", 1, 5, 300],
  ["preview.skip_wait_s", MINUTE_S, 0, 366 * DAY_S],
];
/** @type {[name: string, unit_s: number, least: number, most_s: number][]} */
const PROMISE_TIMES = [
  ["callbacks.reserve_ahead_s", 1, 0, 3600],
  ["callbacks.fallback_after_s", MINUTE_S, 0, 366 * DAY_S],
  ["callbacks.miss_wait_s", MINUTE_S, 0, 366 * DAY_S],
  ["callbacks.expires_after_s", DAY_S, 0, 366 * DAY_S],
];
const PATHS = ["recording_announcement", "recording_question", "machine_message", "abandon_prompt", "lost_prompt"];
const SHOWN = ["preview", "callbacks", "amd", "amd_detector", "park_limit_s", "recording_key", ...PATHS];

/** @param {import("./campaign_step.js").StepProps} props */
export function CampaignTalks({ campaign, fixed, save, next }) {
  const form = useForm();
  const { settings } = campaign;
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const changes = changesOf(fieldsOf(event));
    const on = goesOn(event);
    if ((await form.send(() => save(changes), say("campaigns.saved"))) && on) next();
  };
  /** @param {[string, number, number, number][]} times */
  const times = (times) =>
    times.map(([name, unit_s, least, most_s]) => {
      const [part, key] = name.split(".");
      return html`<${Field} name=${name} label=${say(`talks.${name}`)} type="number" min=${least} max=${most_s / unit_s} step="any" required
        value=${inUnit(settings[part][key], unit_s)} problems=${form.problems} />`;
    });
  return html`<form onSubmit=${submit}><fieldset class="bare" disabled=${fixed}>
    <fieldset><legend>${say("talks.preview")}</legend>
      <div class="fields">${times(PREVIEW_TIMES)}</div>
      <${Field} name="preview.skip_reasons" label=${say("talks.preview.skip_reasons")} lines=${4} required value=${settings.preview.skip_reasons.join("\n")}
        problems=${form.problems} hint=${say("talks.lines")} />
    </fieldset>
    <fieldset><legend>${say("talks.callbacks")}</legend>
      <div class="fields">${times(PROMISE_TIMES)}
        <${Field} name="callbacks.most_misses" label=${say("talks.callbacks.most_misses")} type="number" min="1" max="100" required
          value=${settings.callbacks.most_misses} problems=${form.problems} />
        <${Field} name="callbacks.fallback" label=${say("talks.callbacks.fallback")} value=${settings.callbacks.fallback} problems=${form.problems}
          options=${FALLBACKS.map((one) => ({ value: one, label: say(`fallback.${one}`) }))} />
      </div>
      <${Check} name="callbacks.after_abandon" label=${say("talks.callbacks.after_abandon")} checked=${settings.callbacks.after_abandon} />
    </fieldset>
    <fieldset><legend>${say("talks.sounds")}</legend>
      <div class="fields">
        <${Field} name="amd" label=${say("talks.amd")} value=${settings.amd} problems=${form.problems}
          options=${AMD.map((one) => ({ value: one, label: say(`amd.${one}`) }))} />
        <${Field} name="amd_detector" label=${say("talks.amd_detector")} value=${settings.amd_detector} problems=${form.problems}
          options=${DETECTORS.map((one) => ({ value: one, label: say(`detector.${one}`) }))} />
        <${Field} name="park_limit_s" label=${say("talks.park_limit_s")} type="number" min="10" max="3600" step="any" required value=${settings.park_limit_s} problems=${form.problems} />
        <${Field} name="recording_key" label=${say("talks.recording_key")} value=${settings.recording_key} pattern="[0-9*#]" required problems=${form.problems} />
        ${PATHS.map((name) => html`<${Field} name=${name} label=${say(`talks.${name}`)} value=${settings[name]} problems=${form.problems} hint=${say(`talks.${name}.hint`)} />`)}
      </div>
      <${Check} name="machine_leaves_message" label=${say("talks.machine_leaves_message")} checked=${settings.machine_leaves_message} />
    </fieldset>
    <${Rest} problems=${form.problems} shown=${SHOWN} />
    <${Saving} busy=${form.busy} fixed=${fixed} />
  </fieldset></form>`;
}

/** What the form says, as the API has it. @param {Record<string, string>} said */
function changesOf(said) {
  /** @type {Record<string, any>} */
  const parts = { preview: {}, callbacks: {} };
  for (const [name, unit_s] of [...PREVIEW_TIMES, ...PROMISE_TIMES]) {
    const [part, key] = name.split(".");
    parts[part][key] = seconds(said[name], unit_s);
  }
  const reasons = said["preview.skip_reasons"].split("\n").map((one) => one.trim());
  parts.preview.skip_reasons = reasons.filter(Boolean);
  parts.callbacks.most_misses = Number(said["callbacks.most_misses"]);
  parts.callbacks.fallback = said["callbacks.fallback"];
  parts.callbacks.after_abandon = "callbacks.after_abandon" in said;
  const paths = PATHS.map((name) => [name, said[name].trim()]);
  parts.machine_leaves_message = "machine_leaves_message" in said;
  return { ...parts, amd: said.amd, amd_detector: said.amd_detector, park_limit_s: Number(said.park_limit_s), recording_key: said.recording_key, ...Object.fromEntries(paths) };
}
