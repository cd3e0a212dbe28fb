// @ts-check
// A field of a step of a flow, by the kind of what it holds: a sound, a step, keys, conditions and so on.
import { html } from "./vendor/ui.js";
import { Field } from "./field.js";
import { say } from "./texts.js";

const KEYS = [..."0123456789*#"];
/** Steps of which a list to choose from would be too long, in each of their fields. */
const MANY = 40;
const DESTINATIONS = ["queue", "agent", "number", "campaign"];

/** @typedef {{field: import("./flow_cards.js").Asked, value: any, names: string[], put: (value: any) => void}} Props */

/** @param {Props} props */
export function FlowField(props) {
  const Shown = SHOWN[props.field.kind] || Text;
  return html`<${Shown} ...${props} />`;
}

/** @param {string} name */
const label = (name) => say(`flow.field.${name}`);
/** @param {any} event */
const of = (event) => event.target.value;

/** @param {Props} props */
function Text({ field, value, put }) {
  const held = value !== null && typeof value === "object" ? JSON.stringify(value) : value;
  return html`<${Field} name=${field.name} label=${label(field.name)} value=${held} required=${field.required} placeholder=${field.default ?? ""} onInput=${(/** @type {any} */ event) => put(of(event))} />`;
}

/** @param {Props} props */
function Amount({ field, value, put }) {
  return html`<${Field} name=${field.name} label=${label(field.name)} type="number" value=${value} required=${field.required} placeholder=${field.default ?? ""}
    min=${field.least} max=${field.most} step=${field.whole ? 1 : "any"} onInput=${(/** @type {any} */ event) => put(of(event) === "" ? "" : Number(of(event)))} />`;
}

/** The step that something leads to: one of few is chosen, of many typed. @param {{label: string, name: string, value: any, names: string[], none: string, required: boolean, put: (value: string) => void}} props */
export function StepChoice({ label, name, value, names, none, required, put }) {
  if (names.length > MANY)
    return html`<${Field} name=${name} label=${label} value=${value} required=${required} list="flow-steps" placeholder=${none} onInput=${(/** @type {any} */ event) => put(of(event).trim())} />`;
  return html`<${Field} name=${name} label=${label} value=${value} required=${required} options=${targets({ names, value, none })} onChange=${(/** @type {any} */ event) => put(of(event))} />`;
}

/** @param {{names: string[], value: any, none: string}} given */
function targets({ names, value, none }) {
  const strange = value && !names.includes(value) ? [{ value: String(value), label: `${value} – ${say("flows.nostep")}` }] : [];
  return [{ value: "", label: none }, ...strange, ...names.map((one) => ({ value: one, label: one }))];
}

/** @param {Props} props */
function Target({ field, value, names, put }) {
  const none = say(field.required ? "flows.choose" : field.name === "otherwise" ? "flows.usual" : "flows.ends");
  return html`<${StepChoice} name=${field.name} label=${label(field.name)} value=${value} required=${field.required} names=${names} none=${none} put=${put} />`;
}

/** @param {Props} props */
function Choice({ field, value, put }) {
  const options = [...(field.required ? [] : [{ value: "", label: String(field.default ?? "–") }]), ...field.options.map((one) => ({ value: one, label: one }))];
  return html`<${Field} name=${field.name} label=${label(field.name)} value=${value} options=${options} onChange=${(/** @type {any} */ event) => put(of(event))} />`;
}

/** A recorded prompt by its name, or a text that is spoken. @param {Props} props */
function Heard({ field, value, put }) {
  const spoken = value !== null && typeof value === "object";
  const text = spoken ? (value.text ?? "") : (value ?? "");
  const turn = (/** @type {any} */ event) => put(of(event) === "text" ? { text } : of(event) === "prompt" ? text || "" : "");
  return html`<div class="pair">
    <${Field} name=${`${field.name}_by`} label=${label(field.name)} value=${spoken ? "text" : "prompt"} onChange=${turn}
      options=${[{ value: "prompt", label: say("heard.prompt") }, { value: "text", label: say("heard.text") }]} />
    <${Field} key=${spoken} name=${field.name} label=${say(spoken ? "heard.text" : "heard.prompt")} value=${text} required=${field.required} lines=${spoken ? 2 : undefined} maxlength="2000"
      onInput=${(/** @type {any} */ event) => put(spoken ? (of(event) || field.required ? { text: of(event) } : "") : of(event))} />
  </div>`;
}

/** Where a call is handed over to. @param {Props} props */
function Destination({ field, value, put }) {
  const held = value !== null && typeof value === "object" ? value : {};
  const kind = DESTINATIONS.find((one) => one in held) || "queue";
  return html`<div class="pair">
    <${Field} name="destination" label=${label(field.name)} value=${kind} onChange=${(/** @type {any} */ event) => put(of(event) === "campaign" ? { campaign: true } : { [of(event)]: "" })}
      options=${DESTINATIONS.map((one) => ({ value: one, label: say(`destination.${one}`) }))} />
    ${kind !== "campaign" && html`<${Field} key=${kind} name="which" label=${say(`destination.${kind}`)} value=${held[kind]} required onInput=${(/** @type {any} */ event) => put({ [kind]: of(event) })} />`}
  </div>`;
}

/** Keys and the steps they lead to. @param {Props} props */
function Choices({ field, value, names, put }) {
  const held = value !== null && typeof value === "object" ? value : {};
  const free = KEYS.filter((key) => !(key in held));
  /** @param {string} key @param {string} target */
  const set = (key, target) => put({ ...held, [key]: target });
  return html`<fieldset class="wide"><legend>${label(field.name)}</legend>
    ${Object.keys(held).map(
      (key) => html`<div class="pair" key=${key}>
        <${StepChoice} name=${`key-${key}`} label=${`${say("flows.key")} ${key}`} value=${held[key]} required names=${names} none=${say("flows.choose")} put=${(/** @type {string} */ target) => set(key, target)} />
        <button type="button" aria-label=${`${say("card.remove")}: ${key}`} onClick=${() => put(Object.fromEntries(Object.entries(held).filter(([one]) => one !== key)))}>${say("card.remove")}</button>
      </div>`,
    )}
    ${free.length > 0 && html`<select aria-label=${say("flows.addkey")} value="" onChange=${(/** @type {any} */ event) => of(event) && set(of(event), "")}>
      <option value="">${say("flows.addkey")}…</option>${free.map((key) => html`<option value=${key}>${key}</option>`)}</select>`}
  </fieldset>`;
}

/** Conditions and the steps they lead to. @param {Props} props */
function Cases({ field, value, names, put }) {
  /** @type {any[]} */
  const held = Array.isArray(value) ? value : [];
  /** @param {number} place @param {any} change */
  const set = (place, change) => put(held.map((one, at) => (at === place ? { ...one, ...change } : one)));
  return html`<fieldset class="wide"><legend>${label(field.name)}</legend>
    ${held.map(
      (one, place) => html`<div class="pair" key=${place}>
        <${Field} name="when" label=${label("when")} value=${one?.when} required onInput=${(/** @type {any} */ event) => set(place, { when: of(event) })} />
        <${StepChoice} name="go" label=${label("go")} value=${one?.go} required names=${names} none=${say("flows.choose")} put=${(/** @type {string} */ go) => set(place, { go })} />
        <button type="button" aria-label=${`${say("card.remove")}: ${place + 1}`} onClick=${() => put(held.filter((_, at) => at !== place))}>${say("card.remove")}</button>
      </div>`,
    )}
    <button type="button" onClick=${() => put([...held, { when: "", go: "" }])}>${say("flows.addcase")}</button>
  </fieldset>`;
}

/** Names and what stands under them. @param {Props} props */
function Pairs({ field, value, put }) {
  const held = Object.entries(value !== null && typeof value === "object" ? value : {});
  /** @param {number} place @param {[string, any]} pair */
  const set = (place, pair) => put(Object.fromEntries(held.map((one, at) => (at === place ? pair : one))));
  return html`<fieldset class="wide"><legend>${label(field.name)}</legend>
    ${held.map(
      ([name, one], place) => html`<div class="pair" key=${place}>
        <${Field} name="pair" label=${say("flows.variable")} value=${name} required onChange=${(/** @type {any} */ event) => set(place, [of(event), one])} />
        <${Field} name="of" label=${say("flows.value")} value=${one} required onInput=${(/** @type {any} */ event) => set(place, [name, of(event)])} />
        <button type="button" aria-label=${`${say("card.remove")}: ${name}`} onClick=${() => put(Object.fromEntries(held.filter((_, at) => at !== place)))}>${say("card.remove")}</button>
      </div>`,
    )}
    <button type="button" onClick=${() => put(Object.fromEntries([...held, [`name_${held.length + 1}`, ""]]))}>${say("flows.addpair")}</button>
  </fieldset>`;
}

/** @type {Record<string, (props: Props) => any>} */
const SHOWN = { heard: Heard, step: Target, number: Amount, choice: Choice, choices: Choices, cases: Cases, pairs: Pairs, destination: Destination };
