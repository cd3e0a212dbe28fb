// @ts-check
// What to say: the script with the person's fields in it, and what must be said as a list to tick.
// Knows no result: who writes up asks what is still unsaid.
import { html } from "./vendor/ui.js";
import { draft, write } from "./draft.js";
import { Spoken } from "./spoken.js";
import { say } from "./texts.js";

/** @typedef {{text: string, field: string, missing: boolean, statement: number | null}} Part */
/** @typedef {{name: string, version: number, parts: Part[]}} Script */

/** The statements that must be made, in their order. @param {Script | null} script @returns {string[]} */
export function statementsOf(script) {
  /** @type {string[]} */
  const found = [];
  for (const { text, statement } of script?.parts || []) {
    if (statement !== null) found[statement] = (found[statement] || "") + text;
  }
  return found;
}

/** Whether all was said that must be. @param {Script | null} script @param {number[]} said */
export const allSaid = (script, said) => statementsOf(script).every((_, number) => said.includes(number));

/** @param {{script: Script | null, talking: boolean}} props `talking`: what is said can be ticked */
export function ScriptPanel({ script, talking }) {
  if (!script) return null;
  const statements = talking ? statementsOf(script) : [];
  const said = (talking && draft.value.said) || [];
  /** @param {number} number */
  const turn = (number) => write({ said: said.includes(number) ? said.filter((one) => one !== number) : [...said, number] });
  return html`<section class="card script" aria-labelledby="script">
    <h2 id="script">${say("script.title")}</h2>
    <${Spoken} parts=${script.parts} said=${said} />
    ${statements.length > 0 &&
    html`<fieldset><legend>${say("script.must")}</legend>
      ${statements.map(
        (text, number) => html`<label class="row"><input type="checkbox" checked=${said.includes(number)}
          onChange=${() => turn(number)} /> <span dir="auto">${text}</span></label>`,
      )}</fieldset>`}
  </section>`;
}
