// @ts-check
// Writing a talk up: the result by button or key, what it asks for, a note, and being ready again.
// Knows no state of the call.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing, tell } from "./doing.js";
import { draft, forgetDraft, write } from "./draft.js";
import { isHot, useHotKeys, usePressed } from "./keys.js";
import { allSaid } from "./script_panel.js";
import { say } from "./texts.js";
import { HERE, instantOf } from "./zones.js";

/** @typedef {{code: string, label: string, then: string, sale: boolean, asks_amount: boolean}} Disposition */

/** @param {{who: import("./person.js").Who, wrapping: boolean}} props */
export function Dispose({ who, wrapping }) {
  const { campaign } = who;
  const zones = [...new Set([...who.zones, HERE])];
  const [known, learn] = useState(/** @type {Disposition[]} */ ([]));
  useEffect(() => {
    doing(async () => learn(await ask("GET", `/campaigns/${campaign}/dispositions`)));
  }, [campaign]);
  const written = draft.value;
  const said = written.said || [];
  const ready = allSaid(who.script, said);
  /** @param {Disposition} one */
  const locked = (one) => one.sale && !ready;
  /** @param {Disposition} one */
  const choose = (one) => (locked(one) ? tell(say("script.unsaid"), true) : write({ code: one.code }));
  const chosen = known.find((one) => one.code === written.code && !locked(one));
  const save = () => {
    const asked = /** @type {HTMLFormElement | null} */ (document.querySelector(".dispose"));
    if (!wrapping || !asked?.reportValidity()) return;
    if (!chosen) {
      tell(say("desk.choose"), true);
      return;
    }
    const at = written.at ? instantOf(written.at, written.zone || zones[0]) : null;
    doing(async () => {
      await ask("POST", "/session/ready", {
        disposition: chosen.code,
        note: written.note || "",
        ...(who.script && { script_version: who.script.version, statements: said }),
        ...(chosen.asks_amount && written.amount && { amount: Number(written.amount) }),
        ...(chosen.then === "callback" && { callback_at: at, callback_for_anyone: Boolean(written.anyone) }),
      });
      forgetDraft();
    });
  };
  const digits = known.slice(0, 9).map((one, place) => [String(place + 1), () => choose(one)]);
  useHotKeys({ ...Object.fromEntries(digits), n: focusNote });
  usePressed((event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Enter" && (event.ctrlKey || (isHot(event) && !target.closest("button, a")))) save();
  });
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    save();
  };
  return html`<form class="card dispose" aria-labelledby="dispose" onSubmit=${submit}>
    <h2 id="dispose">${say("desk.disposition")}</h2>
    <div class="codes" role="radiogroup" aria-labelledby="dispose">
      ${known.map(
        (one, place) => html`<button type="button" role="radio" aria-checked=${one === chosen}
          aria-disabled=${locked(one)} class=${one === chosen ? "chosen" : ""} onClick=${() => choose(one)}>
          ${place < 9 && html`<kbd>${place + 1}</kbd>`} ${one.label} ${locked(one) && html`<small>${say("script.locked")}</small>`}</button>`,
      )}
    </div>
    ${chosen?.asks_amount &&
    html`<label>${say("desk.amount")}<input ref=${focus} type="number" required min="0" step="0.01" value=${written.amount || ""}
      onInput=${(/** @type {any} */ e) => write({ amount: e.target.value })} /></label>`}
    ${chosen?.then === "callback" &&
    html`<label>${say("desk.callback")}<input ref=${focus} type="datetime-local" required value=${written.at || ""}
        onInput=${(/** @type {any} */ e) => write({ at: e.target.value })} /></label>
      <label>${say("desk.zone")}<select value=${written.zone || zones[0]}
        onChange=${(/** @type {any} */ e) => write({ zone: e.target.value })}>
        ${zones.map((one) => html`<option value=${one}>${one}</option>`)}</select></label>
      <label class="row"><input type="checkbox" checked=${Boolean(written.anyone)}
        onChange=${(/** @type {any} */ e) => write({ anyone: e.target.checked })} />
        ${say("desk.callback.anyone")}</label>`}
    <label>${say("desk.note")}<textarea rows="3" maxlength="4000" value=${written.note || ""}
      onInput=${(/** @type {any} */ e) => write({ note: e.target.value })}></textarea></label>
    <button class="main" disabled=${!wrapping || !chosen}>${say(chosen ? "desk.save" : "desk.choose")}</button>
  </form>`;
}

/** Where the next keys go, as soon as it is there. @param {HTMLElement | null} field */
const focus = (field) => field?.focus();

const focusNote = () => /** @type {HTMLElement | null} */ (document.querySelector(".dispose textarea"))?.focus();
