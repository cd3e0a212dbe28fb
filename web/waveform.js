// @ts-check
// The waveform of a talk, and the place in it: each channel as a shape, the customer's above the agent's.
// Knows what `/recordings/{attempt}/peaks` tells. Refuses to know what plays.
import { html, useMemo } from "./vendor/ui.js";
import { lasted } from "./clock.js";
import { say } from "./texts.js";

/** @typedef {{channels: number, sample_rate: number, samples_per_pixel: number, length: number, data: number[]}} Peaks */

const WIDTH = 1000;
const LANE = 50;
/** What is quieter than this is not drawn as if it were loud; of 128. */
const QUIET = 12;

/** How long a talk is, seconds. @param {Peaks | null} peaks */
export function secondsOf(peaks) {
  return peaks ? (peaks.length * peaks.samples_per_pixel) / peaks.sample_rate : 0;
}

/** The outline of a channel as the path of an SVG. @param {Peaks} peaks @param {number} channel */
function outline(peaks, channel) {
  const steps = Math.min(peaks.length, WIDTH);
  const stride = 2 * peaks.channels;
  /** @type {[number, number][]} least and greatest */
  const found = [];
  let loudest = QUIET;
  for (let step = 0; step < steps; step++) {
    const end = Math.max(Math.floor(((step + 1) * peaks.length) / steps), Math.floor((step * peaks.length) / steps) + 1);
    let [least, greatest] = [0, 0];
    for (let pixel = Math.floor((step * peaks.length) / steps); pixel < end; pixel++) {
      least = Math.min(least, peaks.data[pixel * stride + 2 * channel]);
      greatest = Math.max(greatest, peaks.data[pixel * stride + 2 * channel + 1]);
    }
    loudest = Math.max(loudest, -least, greatest);
    found.push([least, greatest]);
  }
  const middle = LANE * (channel + 0.5);
  const at = (/** @type {number} */ step, /** @type {number} */ value) =>
    `${((step * WIDTH) / Math.max(1, steps - 1)).toFixed(1)},${(middle - (0.46 * LANE * value) / loudest).toFixed(1)}`;
  const above = found.map(([, greatest], step) => at(step, greatest));
  const below = found.map(([least], step) => at(step, least)).reverse();
  return steps ? `M${[...above, ...below].join("L")}Z` : "";
}

/**
 * @param {{peaks: Peaks | null, at: number, seconds: number, marks: {at: number}[], seek: (at_s: number) => void}} props
 *   times in seconds from the recording's beginning
 */
export function Waveform({ peaks, at, seconds, marks, seek }) {
  const shapes = useMemo(
    () => (peaks ? Array.from({ length: peaks.channels }, (_, channel) => outline(peaks, channel)) : []),
    [peaks],
  );
  const height = LANE * Math.max(1, shapes.length);
  const x = (/** @type {number} */ at_s) => (seconds ? Math.min(WIDTH, (WIDTH * at_s) / seconds) : 0);
  /** @param {PointerEvent} event */
  const point = (event) => {
    if (event.type === "pointermove" && event.buttons !== 1) return;
    const place = /** @type {HTMLElement} */ (event.currentTarget);
    if (event.type === "pointerdown") place.setPointerCapture(event.pointerId);
    const { left, width } = place.getBoundingClientRect();
    seek((seconds * (event.clientX - left)) / width);
  };
  return html`<div class="wave" role="slider" tabindex="0" aria-label=${say("player.place")} aria-valuemin="0"
    aria-valuemax=${Math.round(seconds)} aria-valuenow=${Math.round(at)}
    aria-valuetext=${`${lasted(at)} ${say("player.of")} ${lasted(seconds)}`} onPointerDown=${point} onPointerMove=${point}>
    <svg viewBox=${`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      ${shapes.map((shape, channel) => html`<path key=${channel} class=${channel ? "agent" : "customer"} d=${shape} />`)}
      <rect class="played" width=${x(at)} height=${height} />
      ${marks.map((mark) => html`<line class="mark" x1=${x(mark.at)} x2=${x(mark.at)} y2=${height} />`)}
      <line class="now" x1=${x(at)} x2=${x(at)} y2=${height} />
    </svg>
  </div>`;
}
