// @ts-check
// Writing a talk up: the result by button or key, what it asks for, a note, and being ready again. A
// draft is kept in the browser until the server has it. Knows no state of the call.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing, tell } from "./doing.js";
import { isHot, useHotKeys, usePressed } from "./keys.js";
import { ScriptPanel, allSaid } from "./script_panel.js";
import { say } from "./texts.js";
import { HERE, instantOf } from "./zones.js";

/** @typedef {{code: string, label: string, then: string, sale: boolean, asks_amount: boolean}} Disposition */

/** @param {{who: import("./person.js").Who, wrapping: boolean}} props */
export function Dispose({ who, wrapping }) {
  const { attempt, campaign } = who;
  const zones = [...new Set([...who.zones, HERE])];
  const [known, learn] = useState(/** @type {Disposition[]} */ ([]));
  const [draft, write] = useDraft(attempt);
  useEffect(() => {
    doing(async () => learn(await ask("GET", `/campaigns/${campaign}/dispositions`)));
  }, [campaign]);
  const said = draft.said || [];
  const ready = allSaid(who.script, said);
  /** @param {Disposition} one */
  const locked = (one) => one.sale && !ready;
  /** @param {Disposition} one */
  const choose = (one) => (locked(one) ? tell(say("script.unsaid"), true) : write({ ...draft, code: one.code }));
  const chosen = known.find((one) => one.code === draft.code && !locked(one));
  const save = () => {
    const asked = /** @type {HTMLFormElement | null} */ (document.querySelector(".dispose"));
    if (!wrapping || !asked?.reportValidity()) return;
    if (!chosen) {
      tell(say("desk.choose"), true);
      return;
    }
    const at = draft.at ? instantOf(draft.at, draft.zone || zones[0]) : null;
    doing(async () => {
      await ask("POST", "/session/ready", {
        disposition: chosen.code,
        note: draft.note || "",
        ...(who.script && { script_version: who.script.version, statements: said }),
        ...(chosen.asks_amount && draft.amount && { amount: Number(draft.amount) }),
        ...(chosen.then === "callback" && { callback_at: at, callback_for_anyone: Boolean(draft.anyone) }),
      });
      localStorage.removeItem(`draft.${attempt}`);
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
  return html`<div><${ScriptPanel} script=${who.script} said=${said}
    tick=${(/** @type {number[]} */ now) => write({ ...draft, said: now })} />
  <form class="card dispose" aria-labelledby="dispose" onSubmit=${submit}>
    <h2 id="dispose">${say("desk.disposition")}</h2>
    <div class="codes" role="radiogroup" aria-labelledby="dispose">
      ${known.map(
        (one, place) => html`<button type="button" role="radio" aria-checked=${one === chosen}
          aria-disabled=${locked(one)} class=${one === chosen ? "chosen" : ""} onClick=${() => choose(one)}>
          ${place < 9 && html`<kbd>${place + 1}</kbd>`} ${one.label} ${locked(one) ? "🔒" : ""}</button>`,
      )}
    </div>
    ${chosen?.asks_amount &&
    html`<label>${say("desk.amount")}<input ref=${focus} type="number" required min="0" step="0.01" value=${draft.amount || ""}
      onInput=${(/** @type {any} */ e) => write({ ...draft, amount: e.target.value })} /></label>`}
    ${chosen?.then === "callback" &&
    html`<label>${say("desk.callback")}<input ref=${focus} type="datetime-local" required value=${draft.at || ""}
        onInput=${(/** @type {any} */ e) => write({ ...draft, at: e.target.value })} /></label>
      <label>${say("desk.zone")}<select value=${draft.zone || zones[0]}
        onChange=${(/** @type {any} */ e) => write({ ...draft, zone: e.target.value })}>
        ${zones.map((one) => html`<option value=${one}>${one}</option>`)}</select></label>
      <label class="row"><input type="checkbox" checked=${Boolean(draft.anyone)}
        onChange=${(/** @type {any} */ e) => write({ ...draft, anyone: e.target.checked })} />
        ${say("desk.callback.anyone")}</label>`}
    <label>${say("desk.note")}<textarea rows="3" maxlength="4000" value=${draft.note || ""}
      onInput=${(/** @type {any} */ e) => write({ ...draft, note: e.target.value })}></textarea></label>
    <button class="main" disabled=${!wrapping || !chosen}>${say(chosen ? "desk.save" : "desk.choose")}</button>
  </form></div>`;
}

/** Where the next keys go, as soon as it is there. @param {HTMLElement | null} field */
const focus = (field) => field?.focus();

const focusNote = () => /** @type {HTMLElement | null} */ (document.querySelector(".dispose textarea"))?.focus();

/** Seconds after which a draft that was never saved is thrown away. */
const OLD_S = 24 * 3600;

/** What is written of a talk, kept over a reload and a crash. @param {string | null} attempt @returns {[any, (value: any) => void]} */
function useDraft(attempt) {
  const key = `draft.${attempt}`;
  const [draft, set] = useState(() => JSON.parse(localStorage.getItem(key) || "{}"));
  useEffect(forgetOld, []);
  return [
    draft,
    (value) => {
      localStorage.setItem(key, JSON.stringify({ ...value, written_at: Date.now() / 1000 }));
      set(value);
    },
  ];
}

function forgetOld() {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith("draft.")) continue;
    const { written_at } = JSON.parse(localStorage.getItem(key) || "{}");
    if (!(Date.now() / 1000 - written_at < OLD_S)) localStorage.removeItem(key);
  }
}
