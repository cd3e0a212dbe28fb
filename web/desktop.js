// @ts-check
// The agent's desk: own state, the call, the person, the result. What is shown is what the server
// says; nothing here decides. Knows the session's feed and REST.
import { computed, html, signal, useEffect, useRef, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { lasted, now } from "./clock.js";
import { Dispose } from "./disposition.js";
import { doing } from "./doing.js";
import { openDraft } from "./draft.js";
import { of } from "./feed.js";
import { Inbox } from "./inbox.js";
import { KeyHelp, useHotKeys } from "./keys.js";
import { Knowledge } from "./knowledge.js";
import { Promises, Totals, useMyDay } from "./my_day.js";
import { stateHere } from "./leaving.js";
import { cut } from "./network.js";
import { ByHand, Preview, Ringing } from "./outgoing.js";
import { Person } from "./person.js";
import { PhoneCheck, unfit } from "./phone_check.js";
import { PhoneLight } from "./phone_light.js";
import { ScriptPanel } from "./script_panel.js";
import { phone } from "./softphone.js";
import { TalkControls, pickUp } from "./talk_controls.js";
import { say, sayReason } from "./texts.js";

/** Own agent, as the feed has it; null: nobody has it. */
const mine = signal(/** @type {any} */ (null));
/** Own call. */
const call = signal(/** @type {any} */ (null));
/** Who the call is with, as the feed has it: there before the customer is heard. */
const who = signal(/** @type {import("./person.js").Who | null} */ (null));
/** Campaigns that are there, as REST lists them. */
const campaigns = signal(/** @type {any[]} */ ([]));
const ours = computed(() =>
  campaigns.value.filter((one) => mine.value?.campaigns.includes(one.id) && one.settings?.manual_dial !== false));
const codes = signal(/** @type {{code: string, label: string}[]} */ ([]));

/** Between two looks for something that the service learns in a moment. */
const AGAIN_MS = 300;

/** @type {[string, string][]} */
const KEYS = [
  ["1 – 9", "keys.result"], ["Enter", "keys.save"], ["Ctrl Enter", "keys.save"], ["N", "keys.note"],
  ["H", "keys.hangup"], ["O", "keys.hold"], ["M", "keys.mute"], ["T", "keys.transfer"], ["C", "keys.consult"],
  ["V", "talk.message"], ["W", "talk.park"], ["K", "keys.dtmf"], ["R", "keys.record"], ["P", "keys.pause"], ["E", "keys.extend"], ["D", "keys.dial"], ["X", "keys.cancel"], ["F", "keys.find"], ["Esc", "keys.leave"], ["?", "keys.help"],
];

const state = computed(() => mine.value?.state || "offline");
const attempt = computed(() => mine.value?.attempt || null);
/** What is called a state here: one who is held looks at a lead, is dialed for, or waits. */
const doingNow = computed(() => {
  if (state.value !== "held") return state.value;
  return mine.value?.preview ? "previewing" : attempt.value ? "calling_out" : "held";
});

/** @param {{me: any, feed: any}} props */
export function Desktop({ me, feed }) {
  useEffect(() => {
    feed.follow("session", (/** @type {Map<string, any>} */ values) => {
      mine.value = of(values, "agents")[0] || null;
      call.value = of(values, "calls").find((one) => one.key === mine.value?.attempt) || null;
      who.value = of(values, "people").find((one) => one.attempt === attempt.value) || null;
      if (attempt.value) openDraft(attempt.value);
    });
    doing(async () => (codes.value = await ask("GET", "/pause-codes")));
    doing(async () => (campaigns.value = await all("/campaigns")));
  }, [feed]);
  useComeback();
  useEffect(() => feed.doubt(cut.value), [cut.value]);
  useMyDay(state.value);
  useEffect(() => {
    stateHere.value = state.value;
    return () => {
      stateHere.value = null;
    };
  }, [state.value]);
  useHotKeys({
    f: () => /** @type {HTMLElement | null} */ (document.querySelector(".knowledge input"))?.focus(),
    h: state.value === "talking" && hangUp,
    e: state.value === "wrap_up" && extend,
    p: state.value === "paused" ? !unfit.value && resume : state.value === "idle" && !codes.value.length && (() => pause("")),
  });
  const here = !["offline", "calling"].includes(state.value);
  return html`<div class="desk">
    <${StateBar} />
    ${here
      ? html`<div class="columns">
          <div class="stack"><${CallPanel} /><${Knowledge} /></div>
          <div class="stack"><${Person} who=${who.value} />
            <${ScriptPanel} script=${who.value?.script || null} talking=${["talking", "wrap_up"].includes(state.value)} /></div>
          <div class="stack"><${AfterTalk} /></div>
        </div>
        <${KeyHelp} keys=${KEYS} />`
      : html`<div class="columns"><${Start} me=${me} /><${PhoneCheck} /><${Inbox} /><${Promises} here=${false} /></div>`}
  </div>`;
}

/** What came of the talk, while there is one. */
function AfterTalk() {
  const wrapping = state.value === "wrap_up";
  if (state.value === "held" && mine.value?.preview) return html`<${Preview} shown=${mine.value.preview} />`;
  if (!wrapping && state.value !== "talking") {
    const free = ["idle", "paused"].includes(state.value);
    return html`<div class="stack">${free && html`<${ByHand} campaigns=${ours.value} />`}<${Promises} here=${free} /><${Inbox} /></div>`;
  }
  const person = who.value;
  if (person?.attempt) return html`<${Dispose} key=${person.attempt} who=${person} wrapping=${wrapping} />`;
  // somebody who called, or is erased: nothing is written up of them
  return html`<section class="card"><button type="button" class="main" disabled=${!wrapping} onClick=${ready}>
    ${say("desk.ready")}</button></section>`;
}

/** Whoever was lost with all of the switch is called by the engine: that comes first. */
const CALLED_BACK_MS = 1000;

/** Who was logged off because this page was away for too long is at work again once it is the phone. */
function useComeback() {
  const done = useRef(false);
  const lost = state.value === "offline" && mine.value?.reason === "phone lost";
  useEffect(() => {
    if (!lost) done.current = false;
    if (!lost || phone.value !== "registered" || done.current) return;
    const due = setTimeout(() => {
      done.current = true;
      doing(() => ask("POST", "/session/log-in", { campaigns: mine.value.campaigns }));
    }, CALLED_BACK_MS);
    return () => clearTimeout(due);
  }, [lost, phone.value]);
}

function StateBar() {
  const agent = mine.value;
  const since = agent?.since || now.value;
  return html`<section class=${`statebar is-${state.value}`} aria-live="polite">
    <b>${say(`state.${doingNow.value}`)}</b>
    ${agent?.reason && html`<span class="reason">${sayReason(agent.reason)}</span>`}
    <time>${lasted(now.value - since)}</time>
    ${agent?.wish && html`<span class="wish">${say(`desk.wish.${agent.wish}`)}</span>`}
    ${state.value === "wrap_up" && agent?.wrap_up_until &&
    html`<span class="countdown">${say("desk.wrap")} ${lasted(agent.wrap_up_until - now.value)}</span>
      <button type="button" disabled=${!agent.extensions} onClick=${extend}><kbd>E</kbd> ${say("desk.extend")}</button>`}
    <span class="grow"></span>
    <${Totals} />
    <${PhoneLight} />
  </section>`;
}

/** @param {{me: any}} props */
function Start({ me }) {
  const [chosen, choose] = useState(/** @type {string[]} */ ([]));
  const [busy, work] = useState(false);
  useEffect(() => {
    choose(campaigns.value.filter((one) => one.state === "running").map((one) => one.id));
  }, [campaigns.value]);
  const open = campaigns.value.filter((one) => !["archived", "finished"].includes(one.state));
  if (!me.agent) return html`<p>${say("desk.noagent")}</p>`;
  /** @param {SubmitEvent} event */
  const start = async (event) => {
    event.preventDefault();
    work(true);
    await doing(() => ask("POST", "/session/log-in", { campaigns: chosen }));
    work(false);
  };
  /** @param {string} id */
  const turn = (id) => choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return html`<form class="card start" onSubmit=${start}>
    <h2>${say("desk.campaigns")}</h2>
    ${!open.length && html`<p>${say("desk.none")}</p>`}
    ${open.map(
      (one) => html`<label class="row"><input type="checkbox" name="campaign" value=${one.id}
        checked=${chosen.includes(one.id)} onChange=${() => turn(one.id)} /> ${one.name} <small>${say(`state.${one.state}`)}</small></label>`,
    )}
    ${unfit.value && html`<p class="bad">${say(`desk.unfit.${unfit.value}`)}</p>`}
    <button class="main" disabled=${busy || !chosen.length || Boolean(unfit.value)}>${say("desk.start")}</button>
  </form>`;
}

function CallPanel() {
  const inCall = ["reserved", "talking"].includes(state.value);
  const live = call.value;
  const consent = useConsent();
  return html`<section class="card call">
    ${live
      ? html`<h2>${live.number}</h2>
          <p>${say(`state.${live.state}`)} ${" "}
            <time>${lasted(now.value - (live.connected_at || live.answered_at || now.value))}</time></p>`
      : html`<p>${state.value === "idle" ? say("desk.waiting") : say(`state.${doingNow.value}`)}</p>`}
    <div class="buttons">
      ${state.value === "idle" && html`<button type="button" onClick=${pickUp}>${say("talk.pickup")}</button>`}
      ${inCall && html`<button type="button" class="danger" onClick=${hangUp}>${say("desk.hangup")}</button>`}
      ${state.value === "held" && attempt.value && html`<${Ringing} />`}
      ${state.value === "paused"
        ? html`${unfit.value && html`<p class="bad">${say(`desk.unfit.${unfit.value}`)}</p>`}
            <button type="button" class="main" disabled=${Boolean(unfit.value)} onClick=${resume}>${say("desk.resume")}</button>`
        : html`<${PauseMenu} inCall=${inCall} />`}
      <button type="button" onClick=${logOff}>${say("desk.stop")}</button>
    </div>
    ${state.value === "talking" && attempt.value &&
    html`<${TalkControls} attempt=${attempt.value} state=${live?.state || ""}
      asks=${consent.asks} question=${consent.question} />`}
  </section>`;
}

/** Whether the agent, or a prompt, asks if the talk may be recorded; looked at until the service knows the answer. */
function useConsent() {
  const [told, learn] = useState({ attempt: "", asks: false, question: "" });
  const talking = state.value === "talking" ? attempt.value : null;
  useEffect(() => {
    if (!talking) return undefined;
    let over = false;
    const look = async () => {
      const talk = (await ask("GET", "/session").catch(() => null))?.talk;
      if (over) return;
      const known = talk?.attempt === talking;
      if (known) learn({ attempt: talking, asks: talk.recording_asked, question: talk.recording_question });
      if (!known || talk.recording_question === "asking") setTimeout(look, AGAIN_MS);
    };
    look();
    return () => {
      over = true;
    };
  }, [talking]);
  return talking && told.attempt === talking ? told : { asks: false, question: "" };
}

/** @param {{inCall: boolean}} props */
function PauseMenu({ inCall }) {
  const label = say(inCall ? "desk.pause.after" : "desk.pause");
  if (!codes.value.length) {
    return html`<button type="button" onClick=${() => pause("")}>${label}</button>`;
  }
  return html`<select aria-label=${label} value=""
    onChange=${(/** @type {any} */ event) => {
      pause(event.target.value);
      event.target.value = "";
    }}>
    <option value="" disabled>${label}…</option>
    ${codes.value.map((one) => html`<option value=${one.code}>${one.label || one.code}</option>`)}
  </select>`;
}

const hangUp = () => doing(() => ask("POST", "/session/hang-up"));
const ready = () => doing(() => ask("POST", "/session/ready", {}));
const extend = () => doing(() => ask("POST", "/session/extend"));
const resume = () => doing(() => ask("POST", "/session/resume"));
const logOff = () => doing(() => ask("POST", "/session/log-out"));
/** @param {string} code */
const pause = (code) => doing(() => ask("POST", "/session/pause", { code }));
