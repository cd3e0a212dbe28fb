// @ts-check
// The page as the agent's phone: registers over the API's /sip, answers by itself, plays what it
// hears. The server calls; this page never dials. Knows no page.
import { signal } from "./vendor/ui.js";
import { ask } from "./api.js";
import { sleepAgain, stayAwake } from "./awake.js";
import { ahead } from "./feed.js";
import { closeMicrophone, openMicrophone } from "./microphone.js";
import { watchWay } from "./network.js";

/** "off", "connecting", "registered", "talking" or "failed". */
export const phone = signal("off");
export const muted = signal(false);
/** Whether the standing leg is up: it outlives a socket that is gone for a while. */
export const legUp = signal(false);

/** In the tab's storage: that this page was the phone before a reload. */
const WAS_OPEN = "outpace.phone";

/** This page before its reload gives it back in a moment. */
const LOCK_TRIES = 8;
const LOCK_AGAIN_MS = 50;

/** Milliseconds until an answer is sent with the addresses found so far. */
const GATHER_MS = 300;

/** Whether this tab is the one that may be the phone. */
let locked = false;
/** @type {any} */
let agent = null;
/** @type {any} */
let session = null;
/** STUN and TURN servers, and until when their login holds. */
let ice = { ice_servers: /** @type {RTCIceServer[]} */ ([]), until: /** @type {number | null} */ (null) };
/** Seconds before its end at which a login is too old for a call. */
const SOON_S = 60;

const ear = document.createElement("audio");
ear.autoplay = true;
document.body.append(ear);

/** Be the phone again after a reload: the call is still there, and is joined with this page. */
export function reopenPhone() {
  return sessionStorage.getItem(WAS_OPEN) ? openPhone() : Promise.resolve();
}

/** Open the microphone and register; one tab at a time. */
export async function openPhone() {
  if (agent) return;
  phone.value = "connecting";
  try {
    await takeLock();
    sessionStorage.setItem(WAS_OPEN, "yes");
    await openMicrophone();
    const said = await ask("POST", "/session/phone");
    ice = said;
    const { default: JsSIP } = await import("./vendor/jssip.js");
    const address = new URL(said.websocket_url || "/sip", location.href);
    if (address.protocol.startsWith("http")) address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(address.href)],
      uri: `sip:${said.name}@${said.realm}`,
      authorization_user: said.name,
      realm: said.realm,
      password: said.secret,
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
    });
    agent.on("registered", () => {
      if (session) session.renegotiate({ useUpdate: true });
      phone.value = session ? "talking" : "registered";
    });
    agent.on("disconnected", () => (phone.value = "connecting"));
    agent.on("registrationFailed", () => (phone.value = "failed"));
    agent.on("newRTCSession", take);
    agent.start();
    stayAwake();
  } catch (error) {
    closePhone();
    phone.value = "failed";
    throw error;
  }
}

export function closePhone() {
  sessionStorage.removeItem(WAS_OPEN);
  agent?.stop();
  agent = session = null;
  legUp.value = false;
  closeMicrophone();
  sleepAgain();
  phone.value = "off";
}

export function turnMute() {
  if (!session) return;
  if (muted.value) session.unmute({ audio: true });
  else session.mute({ audio: true });
  muted.value = !muted.value;
}

/** Speak with another microphone from now on. @param {MediaStreamTrack} track */
export async function useTrack(track) {
  const sender = session?.connection?.getSenders().find((/** @type {RTCRtpSender} */ one) => one.track?.kind === "audio");
  if (sender) await sender.replaceTrack(track);
}

/** @returns {Promise<RTCIceServer[]>} */
async function iceServers() {
  if (ice.until && ice.until - Date.now() / 1000 - ahead.value < SOON_S) ice = await ask("GET", "/session/ice").catch(() => ice);
  return ice.ice_servers;
}

/** @param {any} event */
async function take({ originator, session: call }) {
  if (originator !== "remote") {
    call.terminate();
    return;
  }
  session = call;
  muted.value = false;
  call.on("peerconnection", (/** @type {any} */ { peerconnection }) => {
    watchWay(peerconnection);
    peerconnection.addEventListener("track", (/** @type {RTCTrackEvent} */ track) => {
      ear.srcObject = track.streams[0] || new MediaStream([track.track]);
    });
  });
  let sent = false;
  const far = { wanted: false };
  call.on("icecandidate", (/** @type {any} */ { candidate, ready }) => {
    if (sent) return;
    if (!far.wanted || / typ (srflx|relay)/.test(candidate.candidate)) {
      sent = true;
      setTimeout(ready, 1);
    } else {
      setTimeout(() => {
        if (!sent) ready();
        sent = true;
      }, GATHER_MS);
    }
  });
  call.on("accepted", () => {
    phone.value = "talking";
    legUp.value = session === call;
  });
  const over = () => {
    if (session === call) {
      session = null;
      legUp.value = false;
    }
    if (agent) phone.value = "registered";
  };
  call.on("ended", over);
  call.on("failed", over);
  const servers = await iceServers();
  if (session !== call) return;
  far.wanted = servers.length > 0;
  call.answer({ mediaStream: await openMicrophone(), pcConfig: { iceServers: servers } });
}

/**
 * A second tab would take the registration away without a word: it is refused.
 * @param {number} [tries]
 * @returns {Promise<void>}
 */
function takeLock(tries = LOCK_TRIES) {
  if (!navigator.locks || locked) return Promise.resolve();
  return new Promise((resolve, reject) => {
    navigator.locks.request("outpace-phone", { ifAvailable: true }, (lock) => {
      if (!lock && tries > 1) {
        setTimeout(() => takeLock(tries - 1).then(resolve, reject), LOCK_AGAIN_MS);
        return undefined;
      }
      if (!lock) {
        reject(new Error("another tab of this browser is the phone: use that one"));
        return undefined;
      }
      locked = true;
      resolve(undefined);
      return new Promise(() => undefined); // kept for as long as the tab lives
    });
  });
}
