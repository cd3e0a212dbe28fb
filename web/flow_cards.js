// @ts-check
// A flow as cards: what it says of itself, and one card for each step with what is wrong in it. The fields of a
// step are the API's (GET /flow-steps); how one is shown is in flow_field.js.
import { html } from "./vendor/ui.js";
import { CardButtons, moved, toLastCard } from "./cards.js";
import { Field } from "./field.js";
import { FlowField, StepChoice } from "./flow_field.js";
import { say } from "./texts.js";

/** @typedef {import("./flow_text.js").FlowForm} FlowForm */
/** @typedef {{name: string, kind: string, required: boolean, default: any, least: number | null, most: number | null, whole: boolean, options: string[]}} Asked a field, as a form is told of it */

/** @param {{flow: FlowForm, forms: {word: string, fields: Asked[]}[], problems: any[], fixed: boolean, change: (flow: FlowForm) => void}} props */
export function FlowCards({ flow, forms, problems, fixed, change }) {
  const { head } = flow;
  const steps = flow.steps.map((one, place) => ({ key: place, ...one }));
  const names = steps.map((one) => one.name);
  /** @param {number} place @param {any} step */
  const set = (place, step) => change({ head, steps: steps.map((one, at) => (at === place ? { ...one, ...step } : one)) });
  /** Whoever leads to a step still does under its new name. @param {number} place @param {string} name */
  const rename = (place, name) => {
    const was = names[place];
    const now = (/** @type {any} */ target) => (target === was ? name : target);
    change({
      head: { ...head, otherwise: now(head.otherwise), start: now(head.start) },
      steps: steps.map((one, at) => ({ ...one, name: at === place ? name : one.name, values: led(one.values, forms, now) })),
    });
  };
  const add = () => {
    let number = steps.length + 1;
    while (names.includes(`step-${number}`)) number += 1;
    const key = Math.max(-1, ...steps.map((one) => one.key)) + 1;
    change({ head, steps: [...steps, { key, name: `step-${number}`, values: { play: { text: "" }, next: names[names.length - 1] || "" } }] });
    toLastCard();
  };
  const own = problems.filter((one) => !one.step);
  return html`<fieldset class="bare" disabled=${fixed}>
    <${Head} head=${head} names=${names} problems=${own} change=${(/** @type {any} */ value) => change({ head: value, steps })} />
    <ol class="cards">${steps.map(
      (step, place) => html`<${Card} key=${step.key} step=${step} names=${names} forms=${forms} first=${place === 0} last=${place === steps.length - 1}
        problems=${problems.filter((one) => one.step === step.name)} set=${(/** @type {any} */ value) => set(place, value)} rename=${(/** @type {string} */ name) => rename(place, name)}
        move=${(/** @type {number} */ by) => change({ head, steps: moved(steps, place, by) })} remove=${() => change({ head, steps: steps.filter((_, at) => at !== place) })} />`,
    )}</ol>
    <button type="button" onClick=${add}>${say("flows.addstep")}</button>
  </fieldset>`;
}

/** @param {{head: any, names: string[], problems: any[], change: (head: any) => void}} props */
function Head({ head, names, problems, change }) {
  /** @param {string} name */
  const typed = (name) => (/** @type {any} */ event) => change({ ...head, [name]: event.target.value });
  return html`<div class="step-card"><div class="fields">
      <${Field} name="flow" label=${say("flow.flow")} value=${head.flow} maxlength="200" onInput=${typed("flow")} />
      <${Field} name="language" label=${say("flow.language")} value=${head.language} placeholder="en" maxlength="6" onInput=${typed("language")} />
      <${Field} name="zone" label=${say("flow.zone")} value=${head.zone} placeholder="America/New_York" maxlength="64" onInput=${typed("zone")} />
      <${StepChoice} name="start" label=${say("flow.start")} value=${head.start} names=${names} none=${say("flow.start.first")} put=${(/** @type {string} */ start) => change({ ...head, start })} />
      <${StepChoice} name="failures" label=${say("flow.failures")} value=${head.otherwise} names=${names} none=${say("flows.choose")} put=${(/** @type {string} */ otherwise) => change({ ...head, otherwise })} />
      <datalist id="flow-steps">${names.map((one) => html`<option value=${one}></option>`)}</datalist>
    </div>
    ${problems.map((one) => html`<p class=${one.warning ? "warn" : "bad"}>${one.reason}; ${one.fix}</p>`)}
  </div>`;
}

/** @param {{step: import("./flow_text.js").Step, names: string[], forms: {word: string, fields: Asked[]}[], first: boolean, last: boolean,
 *   problems: any[], set: (step: any) => void, rename: (name: string) => void, move: (by: number) => void, remove: () => void}} props */
function Card({ step, names, forms, first, last, problems, set, rename, move, remove }) {
  const values = step.values !== null && typeof step.values === "object" && !Array.isArray(step.values) ? step.values : {};
  const form = forms.find((one) => one.word in values);
  const unknown = Object.keys(values).filter((one) => !form?.fields.some((field) => field.name === one));
  /** @param {string} word */
  const become = (word) => {
    const asked = forms.find((one) => one.word === word)?.fields || [];
    const same = Object.fromEntries(asked.filter((field) => field.name in values).map((field) => [field.name, values[field.name]]));
    set({ values: { [word]: firstValue(asked[0]), ...same } });
  };
  /** @param {Asked} field @param {any} value */
  const put = (field, value) => {
    const { [field.name]: _, ...others } = values;
    const empty = value === "" || value === null || value === undefined;
    const isWord = field.name === form?.word;
    set({ values: empty && !isWord ? others : inOrder(form?.fields || [], { ...values, [field.name]: empty ? null : value }) });
  };
  return html`<li class="step-card" aria-label=${step.name}>
    <div class="fields">
      <${Field} name="step" label=${say("flows.step")} value=${step.name} required maxlength="64" onChange=${(/** @type {any} */ event) => rename(event.target.value.trim())} />
      <${Field} name="kind" label=${say("flows.kind")} value=${form?.word || ""} onChange=${(/** @type {any} */ event) => become(event.target.value)}
        options=${[...(form ? [] : [{ value: "", label: say("flows.unknown") }]), ...forms.map((one) => ({ value: one.word, label: say(`flow.kind.${one.word}`) }))]} />
      ${(form?.fields || []).map((field) => html`<${FlowField} key=${field.name} field=${field} value=${values[field.name]} names=${names} put=${(/** @type {any} */ value) => put(field, value)} />`)}
    </div>
    ${unknown.map((name) => html`<p class="warn"><code>${name}</code> ${say("flows.strange")}
      <button type="button" onClick=${() => set({ values: Object.fromEntries(Object.entries(values).filter(([one]) => one !== name)) })}>${say("card.remove")}</button></p>`)}
    ${problems.map((one) => html`<p class=${one.warning ? "warn" : "bad"}>${say("flows.line")} ${one.line}: ${one.reason}; ${one.fix}</p>`)}
    <${CardButtons} name=${step.name} first=${first} last=${last} move=${move} remove=${remove} />
  </li>`;
}

/** The values of a step with other targets. @param {any} values @param {{word: string, fields: Asked[]}[]} forms @param {(target: any) => any} now */
function led(values, forms, now) {
  if (values === null || typeof values !== "object") return values;
  const fields = forms.find((one) => one.word in values)?.fields || [];
  const moved = { ...values };
  for (const { name, kind } of fields) {
    const value = values[name];
    if (kind === "step" && value !== undefined) moved[name] = now(value);
    else if (kind === "cases" && Array.isArray(value)) moved[name] = value.map((one) => ({ ...one, go: now(one.go) }));
    else if (kind === "choices" && value !== null && typeof value === "object")
      moved[name] = Object.fromEntries(Object.entries(value).map(([key, target]) => [key, now(target)]));
  }
  return moved;
}

/** What the field that makes a step begins with. @param {Asked} field */
function firstValue(field) {
  if (field.kind === "heard") return field.required ? { text: "" } : null;
  if (field.kind === "cases") return [{ when: "", go: "" }];
  if (field.kind === "destination") return { queue: "" };
  return field.options[0] || "";
}

/** @param {Asked[]} fields @param {any} values */
function inOrder(fields, values) {
  const known = fields.filter((one) => one.name in values).map((one) => [one.name, values[one.name]]);
  return { ...Object.fromEntries(known), ...values };
}
