// @ts-check
// A script as an agent would see it, with a lead's fields in its gaps, and what is wrong with it by line; asked of the
// API a moment after it was typed. Knows no page.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { Spoken } from "./spoken.js";
import { say } from "./texts.js";

const PAUSE_MS = 300;
/** Nothing was said yet. */
const NONE = /** @type {number[]} */ ([]);

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
  return html`<${Spoken} parts=${told.parts} said=${NONE} />
    <div aria-live="polite">${told.problems.map(
      (/** @type {any} */ one) => html`<p class="warn">${say("script.line")} ${one.line}: ${one.reason}; ${one.fix}</p>`,
    )}</div>`;
}
