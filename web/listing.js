// @ts-check
// A list of the API in pages: what was fetched, and how the next page is. Knows no page of ours.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing } from "./doing.js";
import { say } from "./texts.js";

const PAGE = 50;

/**
 * The items of a list, from its first page on whenever the path is another.
 * @param {string} path below /api/v1, with its filters; empty: nothing is asked for
 * @returns {{items: any[] | null, more: (() => void) | null, again: () => void}} `items`: null while
 *   the first page is on its way; `more`: null on the last page
 */
export function useListing(path) {
  const [kept, keep] = useState({ items: /** @type {any[] | null} */ (null), next: "" });
  const wanted = useRef("");
  /** @param {any[]} before @param {string} cursor */
  const look = (before, cursor) =>
    doing(async () => {
      const joint = path.includes("?") ? "&" : "?";
      const page = await ask("GET", `${path}${joint}limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      if (wanted.current !== path) return; // asked for something else meanwhile
      keep({ items: [...before, ...page.items], next: page.next || "" });
    });
  useEffect(() => {
    wanted.current = path;
    keep({ items: null, next: "" });
    if (path) look([], "");
    return () => {
      wanted.current = "";
    };
  }, [path]);
  return {
    items: kept.items,
    more: kept.next ? () => look(kept.items || [], kept.next) : null,
    again: () => look([], ""),
  };
}

/** @param {{list: {more: (() => void) | null}}} props */
export function More({ list }) {
  return list.more && html`<p><button type="button" onClick=${list.more}>${say("more")}</button></p>`;
}

/** Parameters that say something, as a path has them. @param {Record<string, unknown>} asked */
export function asked(asked) {
  const said = Object.entries(asked).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const text = said.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
  return text && `?${text}`;
}

/** A day as the browser's calendar has it: its first second, and the next day's. @param {string} day YYYY-MM-DD, or nothing */
export function ofDay(day) {
  if (!day) return {};
  const begin = new Date(`${day}T00:00`);
  const end = new Date(begin.getFullYear(), begin.getMonth(), begin.getDate() + 1);
  return { since: begin.getTime() / 1000, until: end.getTime() / 1000 };
}
