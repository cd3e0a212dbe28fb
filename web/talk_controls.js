// @ts-check
// What the agent can do in a talk: hold, hand on, a third, keys, mute, a pause of the recording. Says
// what it wants; the server answers how the talk stands. Knows REST.
import { html, signal, useEffect } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing, tell } from "./doing.js";
import { useHotKeys } from "./keys.js";
import { say } from "./texts.js";

/** How the talk stands, as the server said last. */
const stands = signal(/** @type {any} */ (null));

/** @param {string} move @param {object} [more] */
const make = (move, more = {}) => doing(async () => (stands.value = await ask("POST", "/session/moves", { move, ...more })));

/**
 * @param {{attempt: string, state: string, asks: boolean, question: string}} props `asks`: nothing is recorded until they
 *   agree; `question`: where the question by prompt and key stands, "" without one.
 */
export function TalkControls({ attempt, state, asks, question }) {
  useEffect(() => {
    stands.value = null;
  }, [attempt]);
  const now = stands.value?.attempt === attempt ? stands.value : null;
  const held = state === "holding" || now?.state === "holding";
  const company = now?.company || "alone";
  useHotKeys({
    o: () => make(held ? "resume" : "hold"),
    m: () => make(now?.muted ? "unmute" : "mute"),
    r: () => make(now?.recording_paused ? "record-resume" : "record-pause"),
    k: keys,
    v: company === "alone" && leaveMessage,
    w: company === "alone" && park,
    t: company === "alone" && (() => toSomebody("transfer")),
    c: company === "alone" && (() => toSomebody("consult")),
  });
  return html`${question && html`<p role="status">${say(`talk.question.${question}`)}</p>`}
    <div class="buttons" role="group" aria-label=${say("talk.controls")}>
    <button type="button" aria-pressed=${held} onClick=${() => make(held ? "resume" : "hold")}>${say(held ? "talk.resume" : "talk.hold")}</button>
    <button type="button" aria-pressed=${Boolean(now?.muted)} onClick=${() => make(now?.muted ? "unmute" : "mute")}>
      ${say(now?.muted ? "phone.unmute" : "phone.mute")}</button>
    ${(now ? now.recording_asked : asks) && html`<button type="button" onClick=${() => make("record-start")}>${say("talk.record.start")}</button>`}
    <button type="button" aria-pressed=${Boolean(now?.recording_paused)} onClick=${() => make(now?.recording_paused ? "record-resume" : "record-pause")}>
      ${say(now?.recording_paused ? "talk.record" : "talk.norecord")}</button>
    ${company === "alone" &&
    html`<button type="button" onClick=${leaveMessage}>${say("talk.message")}</button>`}
    <button type="button" onClick=${keys}>${say("talk.keys")}</button>
    ${company === "alone" &&
    html`<button type="button" onClick=${park}>${say("talk.park")}</button>
      <button type="button" onClick=${() => toSomebody("transfer")}>${say("talk.transfer")}</button>
      <button type="button" onClick=${() => toSomebody("consult")}>${say("talk.consult")}</button>`}
    ${company !== "alone" &&
    html`<b>${now?.third || say("talk.outside")}</b>
      <button type="button" class="main" onClick=${() => make("complete")}>${say("talk.complete")}</button>
      <button type="button" onClick=${() => make("three-way")}>${say("talk.threeway")}</button>
      <button type="button" onClick=${() => make("leave")}>${say("talk.leave")}</button>
      <button type="button" onClick=${() => make("cancel")}>${say("cancel")}</button>`}
  </div>`;
}

/** A machine answered: its message, and the next call. */
const leaveMessage = () => make("leave-message");

/** Where the customer waits is told: whoever picks them up must know. */
async function park() {
  const stood = await make("park");
  if (stood) tell(`${say("talk.parked")} ${stood.slot}`);
}

/** An idle agent takes a customer who is parked. */
export async function pickUp() {
  const found = await doing(() => ask("GET", "/session/parked"));
  if (!found) return;
  const slots = found.items.map((/** @type {{slot: string, by: string}} */ one) => `${one.slot} (${one.by})`);
  const slot = slots.length ? prompt(`${say("talk.slot")}: ${slots.join(", ")}`) : tell(say("talk.none_parked"));
  if (slot) make("pick-up", { slot });
}

function keys() {
  const digits = prompt(say("talk.keys.ask"));
  if (digits) make("dtmf", { digits });
}

/** @param {"transfer" | "consult"} move */
function toSomebody(move) {
  const who = prompt(say("talk.who"));
  if (!who) return;
  const [, kind, name] = who.match(/^(queue|team):\s*(.+)$/) || [];
  make(move, kind ? { [kind]: name } : who.startsWith("+") ? { number: who } : { to: who });
}
