// @ts-check
// What was noted at points of a talk that cannot be played here. Knows no talk.
import { html } from "./vendor/ui.js";
import { lasted } from "./clock.js";
import { say } from "./texts.js";

/** @param {{marks: {at: number, text: string}[]}} props `at`: second of the talk */
export function Marks({ marks }) {
  return html`<ol class="marks" aria-label=${say("quality.comments")}>${marks.map(
    (one) => html`<li>${lasted(one.at)} <span dir="auto">${one.text}</span></li>`,
  )}</ol>`;
}
