// @ts-check
// A list of cards that are put in order: the buttons of one, and the way to a card that was added. Knows no card.
import { html } from "./vendor/ui.js";
import { say } from "./texts.js";

/** @param {{name: string, first: boolean, last: boolean, move: (by: number) => void, remove: () => void}} props `name`: what the card is called */
export function CardButtons({ name, first, last, move, remove }) {
  return html`<div class="buttons">
    <button type="button" disabled=${first} onClick=${() => move(-1)} aria-label=${`${say("card.up")}: ${name}`}>↑</button>
    <button type="button" disabled=${last} onClick=${() => move(1)} aria-label=${`${say("card.down")}: ${name}`}>↓</button>
    <button type="button" class="danger" onClick=${remove} aria-label=${`${say("card.remove")}: ${name}`}>${say("card.remove")}</button>
  </div>`;
}

/** A list with one of its items moved. @template T @param {T[]} items @param {number} place @param {number} by @returns {T[]} */
export function moved(items, place, by) {
  const others = items.filter((_, at) => at !== place);
  return [...others.slice(0, place + by), items[place], ...others.slice(place + by)];
}

/** Go to the first field of the last card: it is there in a moment. */
export function toLastCard() {
  requestAnimationFrame(() => {
    const field = document.querySelector(".cards > li:last-child input");
    /** @type {HTMLElement | null} */ (field)?.focus();
  });
}
