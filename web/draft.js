// @ts-check
// What an agent has written of a talk and not saved yet: kept in the browser over a reload and a
// crash, until it is saved or a day old. Knows no page.
import { signal } from "./vendor/ui.js";

/** @typedef {{code?: string, amount?: string, at?: string, zone?: string, anyone?: boolean, note?: string, said?: number[]}} Draft */

/** Of the talk that is shown. */
export const draft = signal(/** @type {Draft} */ ({}));

/** Seconds after which a draft that was never saved is thrown away. */
const OLD_S = 24 * 3600;

const KEY = "draft.";
/** Whose draft is shown. */
let shown = "";

/** Show what was written of a talk. @param {string} attempt */
export function openDraft(attempt) {
  if (attempt === shown) return;
  shown = attempt;
  forgetOld();
  draft.value = JSON.parse(localStorage.getItem(KEY + attempt) || "{}");
}

/** Write some of it anew. @param {Draft} changes */
export function write(changes) {
  draft.value = { ...draft.value, ...changes };
  localStorage.setItem(KEY + shown, JSON.stringify({ ...draft.value, written_at: Date.now() / 1000 }));
}

/** It is saved. */
export function forgetDraft() {
  localStorage.removeItem(KEY + shown);
}

function forgetOld() {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(KEY)) continue;
    const { written_at } = JSON.parse(localStorage.getItem(key) || "{}");
    if (!(Date.now() / 1000 - written_at < OLD_S)) localStorage.removeItem(key);
  }
}
