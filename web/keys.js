// @ts-check
// Hot keys, said once: what each does, when, and a list of them that is shown on "?". Text fields
// keep their keys. Knows no page.
import { html, signal, useEffect, useRef } from "./vendor/ui.js";
import { say } from "./texts.js";

/** Where keys are text. */
const TEXT = "input, textarea, select, dialog";

const shown = signal(false);

/** Whether a key press is a hot key, and not text or the browser's own. @param {KeyboardEvent} event */
export function isHot(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  return !event.ctrlKey && !event.altKey && !event.metaKey && !target.closest(TEXT);
}

/** @param {(event: KeyboardEvent) => void} pressed called anew with each drawing's own values */
export function usePressed(pressed) {
  const latest = useRef(pressed);
  latest.current = pressed; // now, and not after the next painting: keys may come faster
  useEffect(() => {
    const listen = (/** @type {KeyboardEvent} */ event) => latest.current(event);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

/** Do what a key says. @param {Record<string, (() => void) | false | undefined>} keys */
export function useHotKeys(keys) {
  usePressed((event) => {
    const action = isHot(event) && keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @param {{keys: [string, string][]}} props each key, and the name of what it does */
export function KeyHelp({ keys }) {
  useHotKeys({ "?": () => (shown.value = !shown.value), Escape: () => (shown.value = false) });
  usePressed((event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Escape" && target.closest("input, textarea, select")) target.blur(); // keys are hot again
  });
  return html`<button type="button" class="plain" aria-expanded=${shown.value} onClick=${() => (shown.value = !shown.value)}>
      <kbd>?</kbd> ${say("keys.title")}</button>
    ${shown.value &&
    html`<dl class="keys">${keys.map(([key, name]) => html`<dt><kbd>${key}</kbd></dt><dd>${say(name)}</dd>`)}</dl>`}`;
}
