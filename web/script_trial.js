// @ts-check
// A script tried while it is written: a field for each gap, and how an agent sees it with what is typed in them.
import { html, useMemo, useState } from "./vendor/ui.js";
import { ScriptPreview } from "./script_preview.js";
import { say } from "./texts.js";

/** As the API reads gaps (docs/scripts.md). */
const GAP = /\{\{[ \t]*([^{}\r\n]+?)[ \t]*\}\}/g;

/** @param {{text: string}} props */
export function ScriptTrial({ text }) {
  const [typed, type] = useState(/** @type {Record<string, string>} */ ({}));
  const gaps = [...new Set([...text.matchAll(GAP)].map((found) => found[1]))];
  const fields = useMemo(() => Object.fromEntries(gaps.map((name) => [name, typed[name] || ""])), [gaps.join("\n"), typed]);
  return html`<section aria-labelledby="preview">
    <h3 id="preview">${say("library.preview")}</h3>
    ${gaps.length > 0 &&
    html`<div class="fields">${gaps.map(
      (name) => html`<label key=${name}>${name}<input dir="auto" maxlength="200" value=${fields[name]}
        onInput=${(/** @type {any} */ event) => type({ ...typed, [name]: event.target.value })} /></label>`,
    )}</div>`}
    <${ScriptPreview} text=${text} fields=${fields} />
  </section>`;
}
