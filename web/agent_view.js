// @ts-check
// How the agents' table is shown: its columns, and after which times a state is coloured. Knows no feed.
import { html } from "./vendor/ui.js";
import { COLUMNS, thresholds, view } from "./agent_columns.js";
import { Dialog } from "./dialog.js";
import { say } from "./texts.js";

/** @param {{close: () => void}} props */
export function AgentView({ close }) {
  /** @param {string} name */
  const turn = (name) => {
    const { columns } = view.value;
    view.value = { ...view.value, columns: columns.includes(name) ? columns.filter((one) => one !== name) : [...columns, name] };
  };
  /** @param {string} state @param {number} place @param {string} minutes */
  const set = (state, place, minutes) => {
    const pair = [.../** @type {Record<string, number[]>} */ (thresholds.value)[state]];
    pair[place] = 60 * Number(minutes);
    if (pair[place] > 0) thresholds.value = { ...thresholds.value, [state]: pair };
  };
  return html`<${Dialog} title=${say("agents.view")} close=${close}>
    <fieldset><legend>${say("agents.columns")}</legend>
      <div class="choices">${Object.keys(COLUMNS).filter((one) => one !== "agent").map(
        (name) => html`<label class="row"><input type="checkbox" checked=${view.value.columns.includes(name)} onChange=${() => turn(name)} />${say(`floor.${name}`)}</label>`,
      )}</div></fieldset>
    <fieldset><legend>${say("agents.thresholds")}</legend>
      <div class="fields">${Object.entries(thresholds.value).map(([state, pair]) =>
        pair.map((seconds, place) => html`<label>${say(`state.${state}`)}, ${say(place ? "agents.late" : "agents.long")}
          <input type="number" min="0.1" step="any" class=${place ? "age late" : "age long"} value=${+(seconds / 60).toFixed(2)}
            onChange=${(/** @type {any} */ event) => set(state, place, event.target.value)} /></label>`),
      )}</div></fieldset>
    <p class="hint">${say("agents.kept")}</p>
  <//>`;
}
