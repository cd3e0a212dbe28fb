// @ts-check
// What the agent did today, where that is in the team, and whom they promised a call. Knows REST.
import { html, signal, useEffect } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { lasted, now } from "./clock.js";
import { doing } from "./doing.js";
import { say } from "./texts.js";
import { HERE, dated } from "./zones.js";

const EVERY_MS = 60_000;
/** Seconds before its time at which a promise is pointed out. */
const SOON_S = 600;

const day = signal(/** @type {any} */ (null));
const promises = signal(/** @type {any[]} */ ([]));

function look() {
  ask("GET", `/session/today?zone=${encodeURIComponent(HERE)}`).then((found) => (day.value = found), () => undefined);
  all("/callbacks").then((found) => (promises.value = found), () => undefined);
}

/** Look again now and then, and whenever the agent does something else. @param {string} state */
export function useMyDay(state) {
  useEffect(() => {
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [state]);
}

export function Totals() {
  const known = day.value;
  if (!known) return null;
  return html`<dl class="totals" aria-label=${say("day.today")}>
    ${[
      ["day.talks", known.talks],
      ["day.sales", known.sales],
      ["day.talk", lasted(known.talk_s)],
      ["day.wrap", lasted(known.wrap_up_s)],
      ["day.pause", lasted(known.paused_s)],
      ["day.rank", `${known.rank} / ${known.of}`],
    ].map(([name, value]) => html`<div><dt>${say(name)}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

/** @param {{here: boolean}} props whether the agent is at work */
export function Promises({ here }) {
  /** @param {number} id */
  const keep = (id) => doing(async () => {
    await ask("POST", `/session/callbacks/${id}/call`);
    look();
  }, say("day.comes"));
  return html`<section class="card promises" aria-labelledby="promises">
    <h2 id="promises">${say("day.promises")}</h2>
    ${!promises.value.length && html`<p>${say("floor.empty")}</p>`}
    <ul>${promises.value.map(
      (one) => html`<li class=${one.due_at - now.value < SOON_S ? "soon" : ""}>
        <b>${one.number}</b>
        <span>${dated(one.dial_at || one.due_at, one.zones[0])} <small>${one.zones[0]} · ${say("day.here")} ${dated(one.dial_at || one.due_at)}</small></span>
        ${one.misses > 0 && html`<small>${one.misses} × ${say("day.missed")}</small>`}
        ${one.note && html`<span dir="auto">${one.note}</span>`}
        <button type="button" disabled=${!here} aria-label=${`${say("day.now")}: ${one.number}`} onClick=${() => keep(one.id)}>${say("day.now")}</button>
      </li>`,
    )}</ul>
  </section>`;
}
