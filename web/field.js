// @ts-check
// A field of a form with its label, and what is wrong with it told where it stands. Knows no page.
import { html, useState } from "./vendor/ui.js";
import { tell } from "./doing.js";
import { say } from "./texts.js";

/** @typedef {Record<string, string>} Problems what is wrong, by field; "" is the form as a whole */
/** @typedef {string | {value: string, label: string}} Option */

let made = 0;

/**
 * A labelled input, with `options` a select, with `lines` a text of several lines.
 * @param {{name: string, label: string, problems?: Problems, at?: string, hint?: string, options?: Option[],
 *   lines?: number, type?: string, value?: any, [more: string]: any}} props `at`: name of the field as the
 *   API has it; `value`: what it begins with
 */
export function Field({ name, label, problems = {}, at = name, hint, options, lines, type = "text", value, ...more }) {
  const [id] = useState(() => `field-${++made}`);
  const wrong = told(problems, at);
  const about = [wrong && `${id}-wrong`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  const all = { id, name, "aria-invalid": wrong ? "true" : undefined, "aria-describedby": about, ...more };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${options
      ? html`<select ...${all}>${options.map((one) => option(one, value))}</select>`
      : lines
        ? html`<textarea ...${all} rows=${lines} defaultValue=${value} dir="auto"></textarea>`
        : html`<input ...${all} type=${type} defaultValue=${value} dir=${type === "text" ? "auto" : undefined} />`}
    ${hint && html`<small id=${`${id}-hint`}>${hint}</small>`}
    ${wrong && html`<p class="bad" id=${`${id}-wrong`}>${wrong}</p>`}
  </div>`;
}

/** @param {Option} one @param {any} chosen */
function option(one, chosen) {
  const { value, label } = typeof one === "string" ? { value: one, label: one } : one;
  return html`<option value=${value} selected=${value === String(chosen ?? "")}>${label}</option>`;
}

/** @param {{name: string, label: string, checked?: boolean, [more: string]: any}} props */
export function Check({ name, label, checked = false, ...more }) {
  return html`<label class="row"><input type="checkbox" name=${name} defaultChecked=${checked} ...${more} /> ${label}</label>`;
}

/** What is wrong with a field, or with a part of it. @param {Problems} problems @param {string} at */
function told(problems, at) {
  const own = Object.entries(problems).filter(([field]) => field === at || field.startsWith(`${at}.`));
  return own.map(([, text]) => text).join(" ");
}

/** What an error says, by field as a form names them. @param {any} error @returns {Problems} */
export function byField(error) {
  const each = error.errors?.length ? error.errors : [{ field: error.field || "", problem: error.message, fix: error.fix }];
  /** @type {Problems} */
  const found = {};
  for (const { field, problem, fix } of each) {
    const name = String(field || "").replace(/^(body|query|path)\.?/, "").replace(/^settings\./, "");
    found[name] = [found[name], fix ? `${problem}: ${fix}` : problem].filter(Boolean).join(" ");
  }
  return found;
}

/**
 * What sends a form and keeps what was wrong with it.
 * @returns {{problems: Problems, busy: boolean, send: <T>(action: () => Promise<T>, done?: string) => Promise<T | undefined>}}
 */
export function useForm() {
  const [problems, tellThem] = useState(/** @type {Problems} */ ({}));
  const [busy, work] = useState(false);
  /** @type {any} */
  const send = async (/** @type {() => Promise<any>} */ action, /** @type {string} */ done) => {
    work(true);
    tellThem({});
    try {
      const answer = (await action()) ?? {};
      if (done) tell(done);
      return answer;
    } catch (error) {
      tellThem(byField(error));
      tell(say("form.refused"), true);
      requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector("[aria-invalid]"))?.focus());
      return undefined;
    } finally {
      work(false);
    }
  };
  return { problems, busy, send };
}

/** What is wrong with none of the fields that are shown. @param {{problems: Problems, shown?: string[]}} props */
export function Rest({ problems, shown = [] }) {
  const rest = Object.entries(problems).filter(([field]) => !shown.some((one) => field === one || field.startsWith(`${one}.`)));
  if (!rest.length) return null;
  return html`<div role="alert">${rest.map(([field, text]) => html`<p class="bad">${field && html`<code>${field}</code> `}${text}</p>`)}</div>`;
}

/** The fields of a form by name. @param {SubmitEvent} event @returns {Record<string, string>} */
export function fieldsOf(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

const LONGEST = 80;

/** The beginning of a text that may be of any length. @param {any} text @param {number} [most] */
export function short(text, most = LONGEST) {
  const letters = [...String(text ?? "").slice(0, 4 * most)];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : letters.join("");
}
