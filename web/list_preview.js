// @ts-check
// The beginning of a list as it would be read: what each column becomes, which may be changed, and its first rows.
import { html } from "./vendor/ui.js";
import { short } from "./field.js";
import { say } from "./texts.js";

/** What a column may be beside an attribute, by our name. */
const MEANINGS = ["phone", "mobile", "work", "home", "other", "zone", "address", "country", "postal_code", "priority"];
const SAME = "same";

/**
 * What the reader said of columns, as the API wants it: name=header.
 * @param {any} preview
 * @param {Record<number, string>} mapping by the place of a column: one of `MEANINGS`, or the name of an attribute
 */
export function pairsOf(preview, mapping) {
  return Object.entries(mapping).map(([place, ours]) => `${ours}=${headerOf(preview, Number(place))}`);
}

/** The header of a column as it stands in the file. @param {any} preview @param {number} place */
function headerOf(preview, place) {
  const name = preview.columns[place];
  return preview.meanings[place] === "phone" ? preview.mapping.phone : (preview.mapping[name] ?? name);
}

/** @param {{preview: any, mapping: Record<number, string>, map: (mapping: Record<number, string>) => void}} props */
export function ListPreview({ preview, mapping, map }) {
  const { columns, rows, taken, rejected } = preview;
  const wrong = Object.entries(rejected);
  const bad = wrong.reduce((total, [, count]) => total + Number(count), 0);
  return html`<section aria-labelledby="preview"><h3 id="preview">${say("import.preview")}</h3>
    <p>${say("import.of")} ${taken + bad}: <b class="good">${taken} ${say("import.would")}</b>${bad > 0 && html`, <b class="bad">${bad} ${say("import.rejected")}</b>`}</p>
    ${wrong.length > 0 && html`<ul>${wrong.map(([reason, count]) => html`<li>${count}: ${reason}</li>`)}</ul>`}
    <div class="scroll" tabindex="0" role="region" aria-label=${say("import.first")}><table>
      <thead>
        <tr><th scope="col">${say("import.row")}</th><th scope="col">${say("import.reason")}</th>${columns.map((/** @type {string} */ _, /** @type {number} */ place) => html`<th scope="col" dir="auto">${short(headerOf(preview, place), 40)}</th>`)}</tr>
        <tr><td colspan="2">${say("import.becomes")}</td>${columns.map(
          (/** @type {string} */ name, /** @type {number} */ place) => html`<td><${Meaning} name=${headerOf(preview, place)} meaning=${preview.meanings[place]} said=${mapping[place]}
            become=${(/** @type {string} */ ours) => map(changed(mapping, place, ours))} /></td>`,
        )}</tr>
      </thead>
      <tbody>${rows.map(
        (/** @type {any} */ one) => html`<tr class=${one.reason ? "rejected" : ""}><td>${one.row}</td><td class="bad">${one.reason}</td>
          ${columns.map((/** @type {string} */ _, /** @type {number} */ place) => html`<td dir="auto">${short(one.values[place], 40)}</td>`)}</tr>`,
      )}</tbody>
    </table></div>
  </section>`;
}

/** @param {Record<number, string>} mapping @param {number} place @param {string} ours */
function changed(mapping, place, ours) {
  /** @type {Record<number, string>} */
  const others = {};
  for (const [at, name] of Object.entries(mapping)) if (Number(at) !== place && name !== ours) others[Number(at)] = name;
  return ours ? { ...others, [place]: ours } : others;
}

/** What one column becomes. @param {{name: string, meaning: string, said: string | undefined, become: (ours: string) => void}} props */
function Meaning({ name, meaning, said, become }) {
  const now = said ? (MEANINGS.includes(said) ? said : SAME) : meaning || SAME;
  const label = `${say("import.becomes")}: ${short(name, 40)}`;
  /** @param {string} chosen */
  const choose = (chosen) => become(chosen !== SAME ? chosen : meaning ? `${name} (${say("meaning.text")})` : "");
  return html`<select aria-label=${label} value=${now} onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
      <option value=${SAME}>${say("meaning.attribute")}</option>
      ${[...new Set([...MEANINGS, ...(MEANINGS.includes(meaning) || !meaning ? [] : [meaning])])].map((one) => html`<option value=${one}>${say(`meaning.${one}`)}</option>`)}
    </select>
    ${now === SAME && html`<input aria-label=${`${say("meaning.named")}: ${short(name, 40)}`} defaultValue=${said || name} maxlength="100"
      onChange=${(/** @type {any} */ event) => become(event.target.value.trim() === name ? "" : event.target.value.trim())} />`}`;
}
