// @ts-check
// Of a table that is scrolled, the rows that can be seen and some around them: of hundreds that change,
// thirty are drawn. Those left out are space, and counted for who cannot see. Knows no table.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";

/** Rows in which the part that is drawn moves on: not for each pixel that is scrolled. */
const STEP = 5;

/**
 * @template T
 * @param {T[]} rows all of them; in the table each is one line
 * @returns {{box: {current: any}, drawn: {row: T, place: number}[], above: any, below: any}}
 *   `box`: for what scrolls; `drawn`: rows with their `aria-rowindex`; `above`, `below`: the space around them
 */
export function useRowsSeen(rows) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [seen, look] = useState({ from: 0, to: 6 * STEP, height: 0 });
  useEffect(() => {
    const place = /** @type {HTMLElement} */ (box.current);
    const watch = () => {
      const height = /** @type {HTMLElement | null} */ (place.querySelector("tr[aria-rowindex]"))?.offsetHeight;
      if (!height) return;
      const first = Math.floor(place.scrollTop / height / STEP) * STEP;
      const from = Math.max(0, first - STEP);
      const to = first + Math.ceil(place.clientHeight / height / STEP) * STEP + 2 * STEP;
      look((was) => (was.from === from && was.to === to && was.height === height ? was : { from, to, height }));
    };
    const sized = new ResizeObserver(watch);
    sized.observe(place);
    place.addEventListener("scroll", watch, { passive: true });
    return () => {
      sized.disconnect();
      place.removeEventListener("scroll", watch);
    };
  }, []);
  const from = Math.min(seen.from, Math.max(0, rows.length - STEP));
  const drawn = rows.slice(from, seen.to).map((row, at) => ({ row, place: from + at + 2 })); // the first is the head's
  /** @param {number} count */
  const space = (count) => count > 0 && html`<tr aria-hidden="true"><td class="space" style=${{ height: `${count * seen.height}px` }}></td></tr>`;
  return { box, drawn, above: space(from), below: space(rows.length - seen.to) };
}
