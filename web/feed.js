// @ts-check
// The live feed: keeps what each topic shows, and goes on where it was after a break (docs/feed.md).
// Knows no page.
import { signal } from "./vendor/ui.js";

/** Whether the feed is open now. */
export const live = signal(false);
/** Seconds that the server's clock is ahead of ours. */
export const ahead = signal(0);

const LONGEST_S = 30;
const QUIET_S = 40;

/** One socket, and the topics that are followed over it. */
export class Feed {
  constructor() {
    /** @type {Map<string, {want: object, values: Map<string, any>, cursor: string, told: (values: Map<string, any>) => void}>} */
    this.topics = new Map();
    this.wait_s = 1;
    this.closed = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.heard = 0;
    this.doubted = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.watch = undefined;
  }

  /**
   * Follow a topic; `told` is given all values after each change, keyed "topic/key".
   * @param {string} topic
   * @param {(values: Map<string, any>) => void} told
   */
  follow(topic, told) {
    this.topics.set(topic, { want: { topic }, values: new Map(), cursor: "", told });
    if (this.socket && this.socket.readyState === WebSocket.OPEN) this.#subscribe(topic);
  }

  open() {
    if (this.closed) return;
    clearTimeout(this.again);
    const address = new URL("/api/v1/feed", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.socket = socket;
    this.heard = Date.now();
    socket.addEventListener("open", () => {
      this.wait_s = 1;
      live.value = true;
      for (const topic of this.topics.keys()) this.#subscribe(topic);
    });
    socket.addEventListener("message", (event) => {
      if (this.socket === socket) this.#take(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      live.value = false;
      this.socket = null;
      if (this.closed) return;
      if (event.code === 4401) {
        dispatchEvent(new Event("outpace:logged-out"));
        return;
      }
      this.again = setTimeout(() => this.open(), this.wait_s * 1000);
      this.wait_s = Math.min(LONGEST_S, this.wait_s * 2);
    });
    this.watch ??= setInterval(() => this.#look(), 5000);
  }

  close() {
    this.closed = true;
    clearInterval(this.watch);
    this.socket?.close();
  }

  /**
   * Somebody else knows that the network is cut, or back: a socket would learn it much later.
   * @param {boolean} cut
   */
  doubt(cut) {
    if (cut) {
      this.doubted = true;
      live.value = false;
      return;
    }
    const renew = this.doubted && !live.value;
    this.doubted = false;
    if (renew) {
      const old = this.socket;
      this.socket = null;
      old?.close();
      this.wait_s = 1;
      this.open();
    }
  }

  /** A socket that died without a word (a laptop that slept) is given up. */
  #look() {
    if (this.socket && Date.now() - this.heard > QUIET_S * 1000) this.socket.close();
  }

  /** @param {string} topic */
  #subscribe(topic) {
    const kept = this.topics.get(topic);
    if (!kept) return;
    const want = kept.cursor ? { ...kept.want, resume: kept.cursor } : kept.want;
    this.socket?.send(JSON.stringify({ subscribe: [want] }));
  }

  /** @param {any} message */
  #take(message) {
    this.heard = Date.now();
    live.value = true;
    if (message.ping) ahead.value = message.ping - Date.now() / 1000;
    const kept = this.topics.get(message.topic);
    if (!kept) return;
    const entries = message.snapshot || message.delta;
    if (!entries) return;
    if (message.snapshot) kept.values.clear();
    for (const { node, topic, key, value } of entries) {
      const at = `${topic}/${topic === "node" ? node : key}`;
      if (value === null) kept.values.delete(at);
      else kept.values.set(at, { ...value, key, node });
    }
    kept.cursor = message.cursor;
    kept.told(kept.values);
  }
}

/** The values of one kind. @param {Map<string, any>} values @param {string} kind @returns {any[]} */
export function of(values, kind) {
  const found = [];
  for (const [at, value] of values) if (at.startsWith(`${kind}/`)) found.push(value);
  return found;
}
