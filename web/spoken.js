// @ts-check
// A script with a person's fields in it, as an agent reads it: gaps and statements that must be made are marked.
// What the fields hold is text, and only shown. Knows no page.
import { html } from "./vendor/ui.js";

/** @param {{parts: import("./script_panel.js").Part[], said: number[]}} props `said`: the statements that were made */
export function Spoken({ parts, said }) {
  return html`<p class="spoken" dir="auto" tabindex="0">${parts.map(
    (part) => html`<span class=${[
      part.missing && "gap",
      part.statement !== null && (said.includes(part.statement) ? "said" : "unsaid"),
    ].filter(Boolean).join(" ")}>${part.text}</span>`,
  )}</p>`;
}
