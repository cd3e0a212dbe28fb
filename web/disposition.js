// @ts-check
// Writing a talk up: the result by button or key, what it asks for, and being ready again. A draft
// is kept in the tab until the server has it. Knows no state of the call.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing } from "./doing.js";
import { say } from "./texts.js";

/** @typedef {{code: string, label: string, then: string, asks_amount: boolean}} Disposition */

/** @param {{attempt: string, campaign: string, wrapping: boolean}} props */
export function Dispose({ attempt, campaign, wrapping }) {
  const [known, learn] = useState(/** @type {Disposition[]} */ ([]));
  const [draft, write] = useDraft(attempt);
  useEffect(() => {
    doing(async () => learn(await ask("GET", `/campaigns/${campaign}/dispositions`)));
  }, [campaign]);
  const chosen = known.find((one) => one.code === draft.code);
  const save = () => {
    const asked = /** @type {HTMLFormElement | null} */ (document.querySelector(".dispose"));
    if (!wrapping || !asked?.reportValidity()) return;
    const at = draft.at ? new Date(draft.at).getTime() / 1000 : null;
    doing(async () => {
      await ask("POST", "/session/ready", {
        disposition: draft.code || "",
        ...(chosen?.asks_amount && draft.amount && { amount: Number(draft.amount) }),
        ...(chosen?.then === "callback" && { callback_at: at, callback_for_anyone: Boolean(draft.anyone) }),
      });
      sessionStorage.removeItem(`draft.${attempt}`);
    });
  };
  useKeys(known, (code) => write({ ...draft, code }), save);
  useEffect(() => {
    /** @type {HTMLElement | null} */ (document.querySelector(".dispose input[required]"))?.focus();
  }, [draft.code]);
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    save();
  };
  return html`<form class="card dispose" aria-labelledby="dispose" onSubmit=${submit}>
    <h2 id="dispose">${say("desk.disposition")}</h2>
    <div class="codes" role="radiogroup" aria-labelledby="dispose">
      ${known.map(
        (one, place) => html`<button type="button" role="radio" aria-checked=${one.code === draft.code}
          class=${one.code === draft.code ? "chosen" : ""} onClick=${() => write({ ...draft, code: one.code })}>
          ${place < 9 && html`<kbd>${place + 1}</kbd>`} ${one.label}</button>`,
      )}
    </div>
    ${chosen?.asks_amount &&
    html`<label>${say("desk.amount")}<input type="number" required min="0" step="0.01" value=${draft.amount || ""}
      onInput=${(/** @type {any} */ e) => write({ ...draft, amount: e.target.value })} /></label>`}
    ${chosen?.then === "callback" &&
    html`<label>${say("desk.callback")}<input type="datetime-local" required value=${draft.at || ""}
        onInput=${(/** @type {any} */ e) => write({ ...draft, at: e.target.value })} /></label>
      <label class="row"><input type="checkbox" checked=${Boolean(draft.anyone)}
        onChange=${(/** @type {any} */ e) => write({ ...draft, anyone: e.target.checked })} />
        ${say("desk.callback.anyone")}</label>`}
    <button class="main" disabled=${!wrapping}>
      ${say(draft.code ? "desk.save" : "desk.save.none")}
    </button>
  </form>`;
}

/** What is written of a talk, kept over a reload. @param {string} attempt @returns {[any, (value: any) => void]} */
function useDraft(attempt) {
  const key = `draft.${attempt}`;
  const [draft, set] = useState(() => JSON.parse(sessionStorage.getItem(key) || "{}"));
  return [
    draft,
    (value) => {
      sessionStorage.setItem(key, JSON.stringify(value));
      set(value);
    },
  ];
}

/** @param {Disposition[]} known @param {(code: string) => void} choose @param {() => void} save */
function useKeys(known, choose, save) {
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const pressed = (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (event.ctrlKey || event.altKey || event.metaKey || target.closest("input, textarea, select, dialog")) return;
      const place = "123456789".indexOf(event.key);
      if (event.key.length === 1 && place >= 0 && known[place]) choose(known[place].code);
      else if (event.key === "Enter" && !target.closest("button, a")) save();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
}
