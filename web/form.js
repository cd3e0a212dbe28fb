// @ts-check
// What a form says, and a field for a new password. Knows no page.
import { html, useState } from "./vendor/ui.js";
import { say } from "./texts.js";

/** The fields of a form by name, without blanks around (but of a password); what is empty is left out. @param {SubmitEvent} event @returns {Record<string, string>} */
export function said(event) {
  event.preventDefault();
  const fields = [...new FormData(/** @type {HTMLFormElement} */ (event.target))];
  return Object.fromEntries(fields.map(([name, value]) => [name, name === "password" ? value : String(value).trim()]).filter(([, value]) => value));
}

/** Without letters and digits that are taken for each other. */
const LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";

/** Something that nobody guesses: 20 characters. */
function madeUp() {
  const drawn = crypto.getRandomValues(new Uint32Array(20));
  return [...drawn].map((one) => LETTERS[one % LETTERS.length]).join("");
}

/** @param {{name: string, label: string, required?: boolean}} props */
export function NewPassword({ name, label, required = false }) {
  const [text, write] = useState("");
  const [shown, show] = useState(false);
  return html`<div class="secret">
    <label>${label}<input name=${name} type=${shown ? "text" : "password"} value=${text} required=${required} minlength="12" maxlength="1024"
      autocomplete="new-password" onInput=${(/** @type {any} */ event) => write(event.target.value)} /></label>
    <button type="button" onClick=${() => (write(madeUp()), show(true))}>${say("form.madeup")}</button>
    <label class="row"><input type="checkbox" checked=${shown} onChange=${() => show(!shown)} />${say("form.show")}</label>
  </div>`;
}
