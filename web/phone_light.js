// @ts-check
// How the phone in this page stands, its microphone and its network, and its switch. Knows no call.
import { html, useEffect } from "./vendor/ui.js";
import { doing } from "./doing.js";
import { level, microphone } from "./microphone.js";
import { cut, grade, way } from "./network.js";
import { muted, openPhone, phone, reopenPhone, turnMute } from "./softphone.js";
import { say } from "./texts.js";

export function PhoneLight() {
  useEffect(() => {
    doing(reopenPhone);
  }, []);
  const off = ["off", "failed"].includes(phone.value);
  return html`<span class=${`phone is-${phone.value}`}>
    ${say("desk.phone")}: ${say(`phone.${phone.value}`)}
    ${level.value !== null &&
    html`<meter min="0" max="1" value=${level.value} aria-label=${say("check.level")}></meter>`}
    ${microphone.value === "dead" && html`<b class="bad" role="alert">${say("check.microphone.dead")}</b>`}
    ${cut.value && html`<b class="bad" role="alert">${say("check.way.cut")}</b>`}
    ${way.value && !cut.value && html`<span class=${`way is-${grade(way.value)}`} title=${`${Math.round(way.value.trip_ms)} ms, ${Math.round(way.value.lost_rate * 100)} %`}>
      ${say(`check.way.${grade(way.value)}`)}</span>`}
    ${phone.value === "talking" &&
    html`<button type="button" aria-pressed=${muted.value} onClick=${turnMute}>
      ${say(muted.value ? "phone.unmute" : "phone.mute")}</button>`}
    ${off && html`<button type="button" onClick=${() => doing(openPhone)}>${say("phone.open")}</button>`}
  </span>`;
}
