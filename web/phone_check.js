// @ts-check
// Before work: is the microphone heard, the headset too, and is the way to the service good. Says
// what is wrong in words; whoever may not begin learns it from `fit`. Knows no call.
import { computed, html, useState } from "./vendor/ui.js";
import { doing } from "./doing.js";
import { chooseMicrophone, chosenMicrophone, level, microphone, microphones, playBack } from "./microphone.js";
import { grade, tryWay } from "./network.js";
import { phone, useTrack } from "./softphone.js";
import { say } from "./texts.js";

const SECONDS = 3;

/** Why whoever works from this page would not be heard; "": they would. A phone on the desk is not ours to judge. */
export const unfit = computed(() => {
  if (phone.value === "off") return "";
  if (!["registered", "talking"].includes(phone.value)) return "phone";
  return microphone.value === "heard" ? "" : "microphone";
});

export function PhoneCheck() {
  const [busy, work] = useState("");
  const [known, learn] = useState(/** @type {import("./network.js").Way | null} */ (null));
  if (phone.value === "off") return null;
  /** @param {string} name @param {() => Promise<void>} action */
  const test = async (name, action) => {
    work(name);
    await doing(action);
    work("");
  };
  const hear = () => test("hear", () => playBack(SECONDS));
  const go = () => test("go", async () => learn(await tryWay()));
  return html`<section class="card check" aria-labelledby="check">
    <h2 id="check">${say("check.title")}</h2>
    <p class=${microphone.value === "heard" ? "good" : "bad"} role="status">${say(`check.microphone.${microphone.value}`)}</p>
    <meter min="0" max="1" value=${level.value || 0} aria-label=${say("check.level")}></meter>
    ${microphones.value.length > 1 &&
    html`<label>${say("check.which")}<select value=${chosenMicrophone()}
      onChange=${(/** @type {any} */ e) => doing(async () => useTrack(await chooseMicrophone(e.target.value)))}>
      ${microphones.value.map((one) => html`<option value=${one.deviceId}>${one.label}</option>`)}</select></label>`}
    <div class="buttons">
      <button type="button" disabled=${Boolean(busy)} onClick=${hear}>${say(busy === "hear" ? "check.speak" : "check.hear")}</button>
      <button type="button" disabled=${Boolean(busy)} onClick=${go}>${say("check.network")}</button>
    </div>
    <p role="status" class=${known && (grade(known) === "good" ? "good" : "bad")}>
      ${known && html`${say(`check.way.${grade(known)}`)}: ${Math.round(known.trip_ms)} ms, ${Math.round(known.lost_rate * 100)} %`}</p>
  </section>`;
}
