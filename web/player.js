// @ts-check
// Plays a recorded talk: its waveform, the place in it, speed, and what was noted at points of it. Knows
// REST's recordings. Refuses to know what notes are for, and who may listen.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { lasted } from "./clock.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_player.js";
import { Waveform, secondsOf } from "./waveform.js";

know(TEXTS);

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const STEP_S = 10;
/** What keys move by, seconds. */
const KEYS = /** @type {Record<string, number>} */ ({
  ArrowLeft: -5,
  ArrowRight: 5,
  PageUp: 30,
  PageDown: -30,
  Home: -Infinity,
  End: Infinity,
});

/**
 * Nothing is asked for but the waveform before somebody plays: playing is put on record.
 * @param {{attempt: string, marks?: {at: number, text: string}[], at?: number, choose?: (at_s: number) => void}} props
 *   `marks`: what is noted at which second; `at`: the second to be at; `choose`: is told the second that a note is
 *   wanted for
 */
export function Player({ attempt, marks = [], at = 0, choose }) {
  const audio = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const [peaks, learn] = useState(/** @type {any} */ (undefined));
  const [now, move] = useState(at);
  const [length, measure] = useState(0);
  const [plays, turn] = useState(false);
  const [problem, tell] = useState("");
  const seconds = secondsOf(peaks) || length;
  const path = `/recordings/${encodeURIComponent(attempt)}`;

  useEffect(() => {
    learn(undefined);
    ask("GET", `${path}/peaks`).then(learn, () => learn(null));
  }, [attempt]);
  const seek = (/** @type {number} */ to) => {
    const place = Math.max(0, Math.min(to, seconds || to));
    if (audio.current && Number.isFinite(place)) audio.current.currentTime = place;
    move(place);
  };
  useEffect(() => seek(at), [attempt, at]);

  const play = () => {
    tell("");
    if (!audio.current) return;
    if (!audio.current.paused) return audio.current.pause();
    if (now >= seconds - 0.1) seek(0);
    audio.current.play().catch(() => undefined); // what is wrong is told by onError
  };
  /** The element does not say why it cannot play: the API does. */
  const wrong = async () => {
    turn(false);
    try {
      await ask("GET", path);
      tell(say("player.broken"));
    } catch (error) {
      const { message, fix } = /** @type {{message: string, fix?: string}} */ (error);
      tell(fix ? `${message}: ${fix}` : message);
    }
  };
  const again = () => {
    audio.current?.load();
    play();
  };
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    const on = /** @type {HTMLElement} */ (event.target).tagName;
    if (on === "SELECT" || on === "INPUT" || on === "TEXTAREA" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === " " && on !== "BUTTON") play();
    else if (event.key in KEYS) seek(KEYS[event.key] === Infinity ? seconds : now + KEYS[event.key]);
    else return;
    event.preventDefault();
  };

  return html`<section class="player" aria-label=${say("player.name")} onKeyDown=${key}>
    <audio ref=${audio} src=${`/api/v1${path}`} preload="none" onPlay=${() => turn(true)} onPause=${() => turn(false)}
      onTimeUpdate=${() => move(audio.current?.currentTime || 0)} onError=${wrong}
      onLoadedMetadata=${() => measure(audio.current && Number.isFinite(audio.current.duration) ? audio.current.duration : 0)}></audio>
    <${Waveform} peaks=${peaks || null} at=${now} seconds=${seconds} marks=${marks} seek=${seek} />
    ${peaks === null && html`<p class="hint">${say("player.nopeaks")}</p>`}
    <div class="head">
      <button type="button" class="main" onClick=${play}>${say(plays ? "player.pause" : "player.play")}</button>
      <button type="button" aria-label=${say("player.back")} title=${say("player.back")} onClick=${() => seek(now - STEP_S)}>−${STEP_S} s</button>
      <button type="button" aria-label=${say("player.on")} title=${say("player.on")} onClick=${() => seek(now + STEP_S)}>+${STEP_S} s</button>
      <span class="age">${lasted(now)} / ${lasted(seconds)}</span>
      <label class="row">${say("player.speed")}
        <select onChange=${(/** @type {any} */ event) => audio.current && (audio.current.playbackRate = Number(event.target.value))}>
          ${SPEEDS.map((one) => html`<option value=${one} selected=${one === 1}>${one} ×</option>`)}
        </select></label>
      ${choose && html`<button type="button" onClick=${() => choose(now)}>${say("player.choose")}</button>`}
      <span class="grow"></span>
      <small class="customer">${say("player.customer")}</small> <small class="agent">${say("player.agent")}</small>
    </div>
    ${problem && html`<p class="bad" role="alert">${problem} <button type="button" onClick=${again}>${say("player.again")}</button></p>`}
    ${marks.length > 0 &&
    html`<ol class="marks" aria-label=${say("player.marks")}>${marks.map(
      (mark) => html`<li><button type="button" onClick=${() => seek(mark.at)}>${lasted(mark.at)}</button> <span dir="auto">${mark.text}</span></li>`,
    )}</ol>`}
    <p class="hint">${say("player.keys")}</p>
  </section>`;
}
