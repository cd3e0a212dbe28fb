// @ts-check
// A short list of the API that is read whole, and what changes it: asked for again after each change.
// Knows no page.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { doing } from "./doing.js";

const MOST = 20_000;

/**
 * @param {string} path below /api/v1
 * @returns {{items: any[] | null, look: () => Promise<unknown>, change: (method: string, path: string, body?: unknown, done?: string) => Promise<any>}}
 *   `items`: null until it is known; `change`: asks, tells what goes wrong, looks again; gives the answer, undefined if refused
 */
export function useShelf(path) {
  const [items, keep] = useState(/** @type {any[] | null} */ (null));
  const look = () => doing(async () => keep(await all(path, MOST)));
  useEffect(() => {
    look();
  }, [path]);
  /** @param {string} method @param {string} to @param {unknown} [body] @param {string} [done] */
  const change = (method, to, body, done) =>
    doing(async () => {
      const answer = (await ask(method, to, body)) ?? {};
      await look();
      return answer;
    }, done);
  return { items, look, change };
}

/** @param {{heads: any[], rows: any[], label: string}} props `heads`: of the columns; `rows`: table rows */
export function Table({ heads, rows, label }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}><table>
    <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows}</tbody>
  </table></div>`;
}
