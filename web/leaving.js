// @ts-check
// Who closes or leaves the page in the middle of something is asked first: the browser's own question, as no
// page may write one. Knows the phone, and an agent's states by name.
import { computed, effect, signal } from "./vendor/ui.js";
import { legUp } from "./softphone.js";

/** The agent's state, as their desk shows it; null: the desk is not there. */
export const stateHere = signal(/** @type {string | null} */ (null));

/** Somebody is on the line or about to be, or a talk is not written up. */
const BUSY = ["reserved", "talking", "wrap_up"];

/** Who has logged off may go at once: their leg ends a moment later. */
const atStake = computed(() => BUSY.includes(stateHere.value || "") || (legUp.value && stateHere.value !== "offline"));

/** @param {BeforeUnloadEvent} event */
const askFirst = (event) => event.preventDefault();

// A page with nothing at stake has no listener: browsers keep such a page for who comes back.
effect(() => {
  if (atStake.value) addEventListener("beforeunload", askFirst);
  else removeEventListener("beforeunload", askFirst);
});
