// @ts-check
// When a lead is dialed again: a row for each way a call can end, and what holds for all of them. A part of the
// step of rules; what the rules mean for one lead is the service's (docs/recycling.md).
import { html } from "./vendor/ui.js";
import { Field } from "./field.js";
import { DAY_S, HOUR_S, MINUTE_S, inUnit, seconds, severalInUnit, severalSeconds } from "./spans.js";
import { say } from "./texts.js";

const ENDS = ["busy", "no_answer", "machine", "congestion", "failed", "cancelled", "hung_up_waiting", "abandoned", "message_heard", "lost"];
/** These may have no rule of their own. */
const LEFT_OUT = ["message_heard", "lost"];

/** @type {[name: string, unit_s: number, least: number, needed: boolean][]} times, with the unit in which they are asked for */
const TIMES = [
  ["next_number_after_s", MINUTE_S, 0, false],
  ["callback_after_s", HOUR_S, 0, true],
  ["refusal_quiet_s", DAY_S, 0, true],
  ["abandon_quiet_s", HOUR_S, 72, true],
];
const MOST = ["most_per_day", "most_in_all"];

/** What a form says of recycling. @param {Record<string, string>} said */
export function recyclingOf(said) {
  const ends = ENDS.map((end) => [end, retryOf(said, end)]);
  const times = TIMES.map(([name, unit_s]) => [name, seconds(said[`recycling.${name}`], unit_s)]);
  const most = MOST.map((name) => [name, Number(said[`recycling.${name}`])]);
  return Object.fromEntries([...ends, ...times, ...most]);
}

/** @param {Record<string, string>} said @param {string} end */
function retryOf(said, end) {
  const waits_s = severalSeconds(said[`recycling.${end}.waits_s`], MINUTE_S);
  if (!waits_s.length && LEFT_OUT.includes(end)) return null;
  return { waits_s, most: Number(said[`recycling.${end}.most`] || 1) };
}

/** @param {{rules: any, problems: import("./field.js").Problems}} props */
export function Recycling({ rules, problems }) {
  return html`<div class="fields">
      ${MOST.map(
        (name) => html`<${Field} name=${`recycling.${name}`} label=${say(`rules.${name}`)} type="number" min="1" max=${name === "most_per_day" ? 100 : 1000}
          required value=${rules[name]} problems=${problems} />`,
      )}
    </div>
    <fieldset><legend>${say("recycling.title")}</legend>
      <p>${say("recycling.hint")}</p>
      <div class="fields">
        ${ENDS.map((end) => {
          const free = LEFT_OUT.includes(end);
          return html`<${Field} name=${`recycling.${end}.waits_s`} label=${`${say(`outcome.${end}`)}: ${say("recycling.waits")}`} required=${!free}
              value=${severalInUnit(rules[end]?.waits_s || [], MINUTE_S)} problems=${problems} hint=${free ? say(`recycling.${end}.none`) : undefined} />
            <${Field} name=${`recycling.${end}.most`} label=${`${say(`outcome.${end}`)}: ${say("recycling.most")}`} type="number" min="1" max="100" required=${!free}
              value=${rules[end]?.most ?? ""} problems=${problems} />`;
        })}
        ${TIMES.map(
          ([name, unit_s, least, needed]) => html`<${Field} name=${`recycling.${name}`} label=${say(`recycling.${name}`)} type="number" min=${least} step="any"
            required=${needed} value=${inUnit(rules[name], unit_s)} problems=${problems} />`,
        )}
      </div>
    </fieldset>`;
}
