// @ts-check
// How good the way to the service is: of the audio by the browser's own figures, and before work by
// trips there and back. Knows no phone and no page.
import { signal } from "./vendor/ui.js";
import { ask } from "./api.js";

/** @typedef {{trip_ms: number, lost_rate: number}} Way */

/** Of the open phone's audio; null: nothing is known yet. */
export const way = signal(/** @type {Way | null} */ (null));

/** Whether nothing comes from the service any more, not even an answer to the browser's own checks. */
export const cut = signal(false);

const LOOK_MS = 3000;
const TRIPS = 8;
const PACKETS = 50;
const APART_MS = 20;
const PATIENCE_MS = 5000;

/** "good", "poor" or "bad": what one hears of it. @param {Way} known */
export function grade({ trip_ms, lost_rate }) {
  if (trip_ms > 400 || lost_rate > 0.05) return "bad";
  return trip_ms > 200 || lost_rate > 0.02 ? "poor" : "good";
}

/** Look after a phone's audio until it is over. @param {RTCPeerConnection} connection */
export function watchWay(connection) {
  connection.addEventListener("iceconnectionstatechange", () => {
    cut.value = ["disconnected", "failed"].includes(connection.iceConnectionState);
  });
  let [lost, received] = [0, 0];
  const timer = setInterval(async () => {
    if (connection.connectionState === "closed") {
      clearInterval(timer);
      way.value = null;
      cut.value = false;
      return;
    }
    let [trip_ms, sent_lost] = [way.value?.trip_ms ?? 0, 0];
    let now = { lost, received };
    for (const one of (await connection.getStats()).values()) {
      if (one.type === "remote-inbound-rtp") {
        if (one.roundTripTime) trip_ms = one.roundTripTime * 1000;
        sent_lost = one.fractionLost || 0;
      }
      if (one.type === "candidate-pair" && one.nominated && one.currentRoundTripTime) trip_ms = one.currentRoundTripTime * 1000;
      if (one.type === "inbound-rtp") now = { lost: one.packetsLost, received: one.packetsReceived };
    }
    const [gone, came] = [Math.max(0, now.lost - lost), now.received - received];
    ({ lost, received } = now);
    way.value = { trip_ms, lost_rate: Math.max(sent_lost, gone / Math.max(1, gone + came)) };
  }, LOOK_MS);
}

/** Trips to the service and back, and through the TURN server where there is one. @returns {Promise<Way>} */
export async function tryWay() {
  const { ice_servers } = await ask("GET", "/session/ice");
  const relays = ice_servers.filter((/** @type {any} */ one) => one.username);
  const asked = [];
  for (let trip = 0; trip < TRIPS; trip += 1) {
    const begun = performance.now();
    await ask("GET", "/session/ice");
    asked.push(performance.now() - begun);
  }
  const trip_ms = asked.sort((one, other) => one - other)[TRIPS / 2];
  return relays.length ? relayed(relays) : { trip_ms, lost_rate: 0 };
}

/** Packets to the TURN server, and from there to ourselves. @param {RTCIceServer[]} iceServers @returns {Promise<Way>} */
async function relayed(iceServers) {
  /** @type {RTCConfiguration} */
  const over = { iceServers, iceTransportPolicy: "relay" };
  const [here, there] = [new RTCPeerConnection(over), new RTCPeerConnection(over)];
  try {
    here.addEventListener("icecandidate", ({ candidate }) => candidate && there.addIceCandidate(candidate));
    there.addEventListener("icecandidate", ({ candidate }) => candidate && here.addIceCandidate(candidate));
    const channel = here.createDataChannel("trips", { ordered: false, maxRetransmits: 0 });
    there.addEventListener("datachannel", ({ channel: far }) =>
      far.addEventListener("message", ({ data }) => far.send(data)));
    /** @type {Promise<void>} */
    const opened = new Promise((then, fail) => {
      channel.addEventListener("open", () => then());
      setTimeout(() => fail(new Error("the TURN server cannot be reached")), PATIENCE_MS);
    });
    await here.setLocalDescription();
    await there.setRemoteDescription(/** @type {RTCSessionDescription} */ (here.localDescription));
    await there.setLocalDescription();
    await here.setRemoteDescription(/** @type {RTCSessionDescription} */ (there.localDescription));
    await opened;
    return await trips(channel);
  } finally {
    here.close();
    there.close();
  }
}

/** @param {RTCDataChannel} channel @returns {Promise<Way>} */
async function trips(channel) {
  const took = /** @type {number[]} */ ([]);
  channel.addEventListener("message", ({ data }) => took.push(performance.now() - Number(data)));
  for (let packet = 0; packet < PACKETS; packet += 1) {
    channel.send(String(performance.now()));
    await new Promise((then) => setTimeout(then, APART_MS));
  }
  await new Promise((then) => setTimeout(then, 500));
  took.sort((one, other) => one - other);
  return { trip_ms: took[Math.floor(took.length / 2)] ?? Infinity, lost_rate: 1 - took.length / PACKETS };
}
