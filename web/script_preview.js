// @ts-check
// A script as an agent would see it, with a lead's fields in its gaps, and what is wrong with it by line; asked of the
// API a moment after it was typed. What a lead holds is text, and only shown.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { say } from "./texts.js";

const PAUSE_MS = 300;

/** @param {{text: string, fields: Record<string, string> | null}} props `fields`: of a lead; null: there is none yet */
export function ScriptPreview({ text, fields }) {
  const [told, learn] = useState(/** @type {any} */ (null));
  const turn = useRef(0);
  useEffect(() => {
    const mine = ++turn.current;
    if (!text.trim()) return learn(null);
    const look = () =>
      ask("POST", "/scripts/check", { text, fields: fields || {}, known: fields && Object.keys(fields) }).then(
        (answer) => mine === turn.current && learn(answer),
        () => undefined,
      );
    const timer = setTimeout(look, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, fields]);
  if (!told) return null;
  return html`<div class="script" dir="auto" tabindex="0" role="region" aria-labelledby="preview">${told.parts.map((/** @type {any} */ one) => part(one))}</div>
    <div aria-live="polite">${told.problems.map(
      (/** @type {any} */ one) => html`<p class="warn">${say("script.line")} ${one.line}: ${one.reason}; ${one.fix}</p>`,
    )}</div>`;
}

/** @param {any} one */
function part(one) {
  const shown = one.missing ? html`<b class="bad">${one.text}</b>` : one.field ? html`<bdi>${one.text}</bdi>` : one.text;
  return one.statement === null ? shown : html`<mark>${shown}</mark>`;
}
