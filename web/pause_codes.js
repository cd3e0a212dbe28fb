// @ts-check
// Pause codes: why agents may pause, whether that is paid, and for how long. Knows REST's pause codes.
import { html } from "./vendor/ui.js";
import { said } from "./form.js";
import { Table, useShelf } from "./shelf.js";
import { say } from "./texts.js";

/** @param {{may: Set<string>}} props */
export function PauseCodes({ may }) {
  const codes = useShelf("/pause-codes");
  /** @param {SubmitEvent} event */
  const add = async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const { code, label = "", paid, minutes } = said(event);
    const limit_s = minutes ? Math.round(60 * Number(minutes)) : null;
    if (await codes.change("POST", "/pause-codes", { code, label, paid: Boolean(paid), limit_s }, say("people.saved"))) form.reset();
  };
  const remove = (/** @type {string} */ code) => codes.change("DELETE", `/pause-codes/${encodeURIComponent(code)}`, undefined, say("people.removed"));
  return html`${may.has("pause_codes.create") &&
    html`<form class="fields" onSubmit=${add}>
      <label>${say("pauses.code")}<input name="code" required maxlength="40" pattern="[\\w\\-]+" /></label>
      <label>${say("pauses.label")}<input name="label" maxlength="200" /></label>
      <label>${say("pauses.minutes")}<input name="minutes" type="number" min="0.1" max="1440" step="any" /></label>
      <label class="row"><input name="paid" type="checkbox" defaultChecked />${say("pauses.paid")}</label>
      <button class="main">${say("people.add")}</button></form>`}
    ${codes.items && !codes.items.length && html`<p>${say("pauses.none")}</p>`}
    <${Table} label=${say("people.pauses")} heads=${["pauses.code", "pauses.label", "pauses.paid", "pauses.minutes", "floor.actions"].map(say)}
      rows=${(codes.items || []).map(
        (one) => html`<tr key=${one.code}><th scope="row">${one.code}</th><td dir="auto">${one.label}</td>
          <td>${say(one.paid ? "yes" : "no")}</td><td class="figure">${one.limit_s === null ? "–" : +(one.limit_s / 60).toFixed(1)}</td>
          <td class="buttons">${may.has("pause_codes.remove") &&
          html`<button type="button" aria-label=${`${say("people.remove")}: ${one.code}`} onClick=${() => remove(one.code)}>${say("people.remove")}</button>`}</td></tr>`,
      )} />`;
}
