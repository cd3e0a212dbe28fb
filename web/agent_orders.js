// @ts-check
// What a supervisor may do for an agent: hang up, listen in, pause, resume, log off, write. Knows REST.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { Dialog } from "./dialog.js";
import { doing } from "./doing.js";
import { said } from "./form.js";
import { say } from "./texts.js";

/** @typedef {{what: "pause" | "message", agent: string}} Asked what is asked for before it is done */

/** @param {{agent: any, may: Set<string>, askFor: (asked: Asked) => void}} props */
export function Orders({ agent, may, askFor }) {
  const { key, state } = agent;
  const order = (/** @type {string} */ what) => doing(() => ask("POST", `/agents/${encodeURIComponent(key)}/${what}`));
  /** @param {string} text @param {boolean} open @param {() => void} does */
  const button = (text, open, does) =>
    open && html`<button type="button" aria-label=${`${say(text)}: ${key}`} onClick=${does}>${say(text)}</button>`;
  const talks = state === "talking";
  const there = state !== "offline";
  return html`<td class="buttons">
    ${button("floor.hangup", talks && may.has("agents.hang_up"), () => order("hang-up"))}
    ${["listen", "whisper", "barge"].map((mode) =>
      button(`floor.${mode}`, talks && may.has("supervision.begin"), () => doing(() => ask("POST", "/supervision", { agent: key, mode }))))}
    ${button("desk.pause", there && state !== "paused" && may.has("agents.pause"), () => askFor({ what: "pause", agent: key }))}
    ${button("floor.resume", state === "paused" && may.has("agents.resume"), () => order("resume"))}
    ${button("floor.ready", state === "wrap_up" && may.has("agents.ready"), () => order("ready"))}
    ${button("floor.logout", there && may.has("agents.log_out"), () => order("log-out"))}
    ${button("floor.message", there && may.has("messages.send"), () => askFor({ what: "message", agent: key }))}
  </td>`;
}

/** @param {{asked: Asked, close: () => void}} props */
export function Asking({ asked: { what, agent }, close }) {
  return what === "pause" ? html`<${Pause} agent=${agent} close=${close} />` : html`<${Message} agent=${agent} close=${close} />`;
}

/** Where there are pause codes, a pause needs one of them. @param {{agent: string, close: () => void}} props */
function Pause({ agent, close }) {
  const [codes, learn] = useState(/** @type {any[] | null} */ (null));
  useEffect(() => {
    doing(async () => learn(await all("/pause-codes")));
  }, []);
  /** @param {SubmitEvent} event */
  const pause = async (event) => {
    const { code = "" } = said(event);
    if ((await doing(async () => (await ask("POST", `/agents/${encodeURIComponent(agent)}/pause`, { code })) ?? true)) !== undefined) close();
  };
  return html`<${Dialog} title=${`${say("desk.pause")}: ${agent}`} close=${close}>
    ${codes &&
    html`<form onSubmit=${pause}>
      ${codes.length > 0 &&
      html`<label>${say("floor.pause.code")}<select name="code">${codes.map((one) => html`<option value=${one.code}>${one.label || one.code}</option>`)}</select></label>`}
      <p class="hint">${say("floor.pause.when")}</p>
      <div class="buttons"><button class="main">${say("desk.pause")}</button></div>
    </form>`}
  <//>`;
}

/** @param {{agent: string, close: () => void}} props */
function Message({ agent, close }) {
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    if (await doing(() => ask("POST", "/messages", { to: `agent:${agent}`, ...said(event) }), say("floor.message.sent"))) close();
  };
  return html`<${Dialog} title=${`${say("floor.message.to")} ${agent}`} close=${close}>
    <form onSubmit=${send}>
      <label>${say("floor.message")}<textarea name="body" required rows="3" maxlength="1000" autofocus></textarea></label>
      <div class="buttons"><button class="main">${say("floor.send")}</button></div>
    </form>
  <//>`;
}
