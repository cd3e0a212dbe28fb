// @ts-check
// The screen stays on while the page is the phone: a machine that sleeps loses its agent. The browser
// takes the lock away from a page that is hidden; it is asked for again. Knows no phone.

/** @type {WakeLockSentinel | null} */
let lock = null;
let wanted = false;

async function take() {
  if (!wanted || document.visibilityState !== "visible") return;
  try {
    lock = (await navigator.wakeLock?.request("screen")) ?? null;
    if (!wanted) sleepAgain();
  } catch {
    lock = null; // an empty battery, or a browser that has none: the agent's own settings hold
  }
}

document.addEventListener("visibilitychange", take);

/** Keep the screen on from now on. */
export function stayAwake() {
  wanted = true;
  take();
}

/** Let the screen go dark as its owner has set it. */
export function sleepAgain() {
  wanted = false;
  lock?.release().catch(() => undefined);
  lock = null;
}
