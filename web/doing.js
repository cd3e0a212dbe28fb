// @ts-check
// What goes wrong when something is asked for is told in one place, and what was done too. Knows no page.
import { html, signal } from "./vendor/ui.js";

export const told = signal(/** @type {{text: string, bad: boolean} | null} */ (null));
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {string} text @param {boolean} [bad] */
export function tell(text, bad = false) {
  told.value = { text, bad };
  clearTimeout(timer);
  timer = setTimeout(() => (told.value = null), bad ? 10_000 : 4000);
}

/**
 * Do something; a refusal is told to whoever looks, and undefined comes back.
 * @template T
 * @param {() => Promise<T>} action
 * @param {string} [done]
 * @returns {Promise<T | undefined>}
 */
export async function doing(action, done) {
  try {
    const result = await action();
    if (done) tell(done);
    return result;
  } catch (error) {
    const { message, fix } = /** @type {{message: string, fix?: string}} */ (error);
    tell(fix ? `${message}: ${fix}` : message, true);
    return undefined;
  }
}

export function Told() {
  const now = told.value;
  return html`<div class="told" role="status" aria-live="polite">
    ${now && html`<p class=${now.bad ? "bad" : "good"}>${now.text}</p>`}
  </div>`;
}
