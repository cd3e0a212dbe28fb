// @ts-check
// The step of dispositions: what agents may say of a talk, in the order in which they see it, and what each does.
import { html, useState } from "./vendor/ui.js";
import { Saving, goesOn } from "./campaign_step.js";
import { CardButtons, moved, toLastCard } from "./cards.js";
import { Field, Rest, useForm } from "./field.js";
import { say } from "./texts.js";

const FLAGS = ["human", "contact", "right_party", "refusal", "sale", "asks_amount", "machine", "wrong_number", "review"];
const THEN = ["retry", "callback", "final", "do_not_call"];
const HOUR_S = 3600;
const NEW = { code: "", label: "", human: true, then: "final", retry_after_s: null };

/** @param {import("./campaign_step.js").StepProps} props */
export function CampaignDispositions({ campaign, fixed, save, next }) {
  const form = useForm();
  const [shown, show] = useState(() => campaign.settings.dispositions.dispositions.map((/** @type {any} */ one, /** @type {number} */ key) => ({ key, one })));
  const [nextKey, count] = useState(shown.length);
  /** @param {number} place @param {any} change */
  const change = (place, change) => show(shown.map((/** @type {any} */ row, /** @type {number} */ at) => (at === place ? { ...row, one: { ...row.one, ...change } } : row)));
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const on = goesOn(event);
    const dispositions = shown.map((/** @type {any} */ row) => ({ ...row.one, retry_after_s: row.one.then === "retry" ? row.one.retry_after_s : null }));
    if ((await form.send(() => save({ dispositions: { dispositions } }), say("campaigns.saved"))) && on) next();
  };
  return html`<form onSubmit=${submit}><fieldset class="bare" disabled=${fixed}>
    <p>${say("dispositions.hint")}</p>
    <ol class="cards">${shown.map(
      (/** @type {any} */ row, /** @type {number} */ place) => html`<${Card} key=${row.key} one=${row.one} place=${place} last=${place === shown.length - 1}
        problems=${form.problems} change=${(/** @type {any} */ what) => change(place, what)} move=${(/** @type {number} */ by) => show(moved(shown, place, by))}
        remove=${() => show(shown.filter((/** @type {any} */ _, /** @type {number} */ at) => at !== place))} />`,
    )}</ol>
    <button type="button" onClick=${() => (show([...shown, { key: nextKey, one: { ...NEW } }]), count(nextKey + 1), toLastCard())}>${say("dispositions.add")}</button>
    <${Rest} problems=${form.problems} shown=${shown.map((/** @type {any} */ _, /** @type {number} */ place) => `dispositions.dispositions.${place}`)} />
    <${Saving} busy=${form.busy} fixed=${fixed} />
  </fieldset></form>`;
}

/** @param {{one: any, place: number, last: boolean, problems: import("./field.js").Problems, change: (what: any) => void,
 *   move: (by: number) => void, remove: () => void}} props */
function Card({ one, place, last, problems, change, move, remove }) {
  const at = `dispositions.dispositions.${place}`;
  /** @param {string} name */
  const typed = (name) => (/** @type {any} */ event) => change({ [name]: event.target.value });
  const own = Object.entries(problems).filter(([field]) => field === at || (field.startsWith(`${at}.`) && !/\.(code|label|retry_after_s)$/.test(field)));
  const name = one.label || one.code || say("dispositions.new");
  return html`<li class="step-card" aria-label=${name}>
    <div class="fields">
      <${Field} name="label" at=${`${at}.label`} label=${say("dispositions.label")} value=${one.label} required maxlength="80" onInput=${typed("label")} problems=${problems} />
      <${Field} name="code" at=${`${at}.code`} label=${say("dispositions.code")} value=${one.code} required pattern="[a-z][a-z0-9_]*" maxlength="32" onInput=${typed("code")}
        problems=${problems} hint=${say("dispositions.code.hint")} />
      <${Field} name="then" label=${say("dispositions.then")} value=${one.then} onChange=${typed("then")} options=${THEN.map((then) => ({ value: then, label: say(`then.${then}`) }))} />
      ${one.then === "retry" &&
      html`<${Field} name="retry" at=${`${at}.retry_after_s`} label=${say("dispositions.retry")} type="number" min="0" max="8784" step="any" required=${!one.machine}
        value=${one.retry_after_s === null ? "" : one.retry_after_s / HOUR_S} problems=${problems}
        onInput=${(/** @type {any} */ event) => change({ retry_after_s: event.target.value === "" ? null : Number(event.target.value) * HOUR_S })} />`}
    </div>
    <div class="choices">${FLAGS.map(
      (flag) => html`<label class="row"><input type="checkbox" checked=${Boolean(one[flag])} onChange=${(/** @type {any} */ event) => change({ [flag]: event.target.checked })} /> ${say(`flag.${flag}`)}</label>`,
    )}</div>
    ${own.map(([, text]) => html`<p class="bad">${text}</p>`)}
    <${CardButtons} name=${name} first=${place === 0} last=${last} move=${move} remove=${remove} />
  </li>`;
}
