// @ts-check
// What all steps of a campaign have: what they are given, and the end of their forms. Knows no step.
import { html } from "./vendor/ui.js";
import { say } from "./texts.js";

/** @typedef {{campaign: any, may: Set<string>, fixed: boolean, save: (changes: Record<string, any>) => Promise<any>,
 *   renew: () => Promise<any>, next: () => void}} StepProps `fixed`: it may not be changed now, or not by this person */

/** The end of a step's form. @param {{busy: boolean, fixed: boolean, last?: boolean}} props */
export function Saving({ busy, fixed, last = false }) {
  if (fixed) return null;
  return html`<div class="buttons">
    <button class="main" name="then" value="next" disabled=${busy}>${say(last ? "pacing.save" : "campaigns.next")}</button>
    ${!last && html`<button name="then" value="stay" disabled=${busy}>${say("pacing.save")}</button>`}
  </div>`;
}

/** Whether a form was sent by the button that goes on. @param {SubmitEvent} event */
export function goesOn(event) {
  return /** @type {HTMLButtonElement | null} */ (event.submitter)?.value !== "stay";
}
