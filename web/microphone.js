// @ts-check
// The microphone of this page: opened once, listened to, and whether it can be relied on. Knows no
// phone and no page.
import { signal } from "./vendor/ui.js";

/** Of the last moment, 0..1; null: none is open. */
export const level = signal(/** @type {number | null} */ (null));
/** "off", "silent" (nothing was heard of it yet), "heard", or "dead" (unplugged, or taken away). */
export const microphone = signal("off");
/** Microphones there are, with names once one was allowed. */
export const microphones = signal(/** @type {MediaDeviceInfo[]} */ ([]));

const EVERY_MS = 100;
/** Of the loudest sample: above the noise of an empty room. */
const HEARD = 0.02;
/** In the browser's storage: which microphone was chosen. */
const CHOSEN = "outpace.microphone";

/** @type {MediaStream | null} */
let stream = null;
/** @type {AudioContext | null} */
let context = null;
/** @type {ReturnType<typeof setInterval> | undefined} */
let meter;

/** The open microphone; asks for it when there is none. @returns {Promise<MediaStream>} */
export async function openMicrophone() {
  if (stream) return stream;
  const chosen = localStorage.getItem(CHOSEN);
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  stream = await navigator.mediaDevices.getUserMedia({
    audio: chosen ? { ...audio, deviceId: { ideal: chosen } } : audio,
  });
  microphone.value = "silent";
  const [track] = stream.getAudioTracks();
  track.addEventListener("ended", () => (microphone.value = "dead"));
  track.addEventListener("mute", () => (microphone.value = "dead"));
  track.addEventListener("unmute", () => (microphone.value = "silent"));
  listen(stream);
  microphones.value = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "audioinput");
  return stream;
}

export function closeMicrophone() {
  clearInterval(meter);
  context?.close();
  stream?.getTracks().forEach((track) => track.stop());
  stream = context = null;
  level.value = null;
  microphone.value = "off";
}

/** Take another microphone from now on; returns its track. @param {string} id */
export async function chooseMicrophone(id) {
  localStorage.setItem(CHOSEN, id);
  closeMicrophone();
  return (await openMicrophone()).getAudioTracks()[0];
}

/** Which microphone is open. */
export const chosenMicrophone = () => stream?.getAudioTracks()[0]?.getSettings().deviceId || "";

/** Record for a while, and play it back: what the customer would hear, in one's own headset. @param {number} seconds */
export async function playBack(seconds) {
  const recorder = new MediaRecorder(await openMicrophone());
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  const stopped = new Promise((then) => recorder.addEventListener("stop", then));
  recorder.start();
  setTimeout(() => recorder.stop(), seconds * 1000);
  await stopped;
  const player = new AudioContext();
  const source = player.createBufferSource();
  source.buffer = await player.decodeAudioData(await new Blob(parts).arrayBuffer());
  source.connect(player.destination);
  const over = new Promise((then) => source.addEventListener("ended", then));
  source.start();
  await over;
  await player.close();
}

/** @param {MediaStream} heard */
function listen(heard) {
  context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(heard).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  meter = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let most = 0;
    for (const sample of samples) most = Math.max(most, Math.abs(sample));
    level.value = most;
    if (most > HEARD && microphone.value === "silent") microphone.value = "heard";
  }, EVERY_MS);
}
