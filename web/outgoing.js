// @ts-check
// Calls that the agent begins: the lead that is shown to be dialed or skipped, a number of a
// campaign by hand, and taking either back while it rings. Knows REST.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { lasted, now } from "./clock.js";
import { doing } from "./doing.js";
import { useHotKeys } from "./keys.js";
import { say } from "./texts.js";

/** @param {{shown: {campaign: string, until: number, skip_reasons: string[]}}} props */
export function Preview({ shown }) {
  const [busy, work] = useState(false);
  /** @param {() => Promise<unknown>} action */
  const once = async (action) => {
    if (busy) return;
    work(true);
    await doing(action);
    work(false);
  };
  const dial = () => once(() => ask("POST", "/session/preview/dial"));
  /** @param {string} reason */
  const skip = (reason) => once(() => ask("POST", "/session/preview/skip", { reason }));
  const reasons = shown.skip_reasons;
  useHotKeys({
    d: dial,
    ...Object.fromEntries(reasons.slice(0, 9).map((reason, place) => [String(place + 1), () => skip(reason)])),
  });
  return html`<section class="card preview" aria-labelledby="preview">
    <h2 id="preview">${say("preview.title")} <time class="countdown">${lasted(shown.until - now.value)}</time></h2>
    <button type="button" class="main" disabled=${busy} onClick=${dial}><kbd>D</kbd> ${say("preview.dial")}</button>
    <h3>${say("preview.skip")}</h3>
    <div class="codes">${reasons.map(
      (reason, place) => html`<button type="button" disabled=${busy} onClick=${() => skip(reason)}>
        ${place < 9 && html`<kbd>${place + 1}</kbd>`} ${reason}</button>`,
    )}</div>
  </section>`;
}

/** What an agent dials by hand rings: it can be taken back. */
export function Ringing() {
  const cancel = () => doing(() => ask("POST", "/session/dial-cancel"));
  useHotKeys({ x: cancel });
  return html`<button type="button" class="danger" onClick=${cancel}><kbd>X</kbd> ${say("outgoing.cancel")}</button>`;
}

/** @param {{campaigns: {id: string, name: string}[]}} props those that the agent works for */
export function ByHand({ campaigns }) {
  const [campaign, choose] = useState("");
  const [number, type] = useState("");
  /** @param {Event} event */
  const dial = (event) => {
    event.preventDefault();
    const wanted = { campaign: campaign || campaigns[0]?.id, number: number.replace(/[\s().-]/g, "") };
    doing(() => ask("POST", "/session/dial", wanted));
  };
  if (!campaigns.length) return null;
  return html`<form class="card byhand" onSubmit=${dial} aria-labelledby="byhand">
    <h2 id="byhand">${say("outgoing.title")}</h2>
    ${campaigns.length > 1 &&
    html`<label>${say("floor.campaign")}<select value=${campaign || campaigns[0].id}
      onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
      ${campaigns.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select></label>`}
    <label>${say("outgoing.number")}<input type="tel" required pattern="[+][0-9 ().\\-]{4,24}" placeholder="+" value=${number}
      onInput=${(/** @type {any} */ event) => type(event.target.value)} /></label>
    <button>${say("preview.dial")}</button>
  </form>`;
}
