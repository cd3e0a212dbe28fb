// @ts-check
// What agents look up: published articles, found by their words. Knows REST.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { say } from "./texts.js";

const WAIT_MS = 250;

/** @typedef {{name: string, version: number, text: string}} Article */

export function Knowledge() {
  const [words, type] = useState("");
  const [found, learn] = useState(/** @type {Article[] | null} */ (null));
  useEffect(() => {
    let over = false;
    const timer = setTimeout(async () => {
      const wanted = words.trim();
      const articles = wanted ? await ask("GET", `/knowledge?words=${encodeURIComponent(wanted)}`).catch(() => []) : null;
      if (!over) learn(articles);
    }, WAIT_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [words]);
  return html`<section class="card knowledge" aria-labelledby="knowledge">
    <h2 id="knowledge">${say("knowledge.title")}</h2>
    <input type="search" aria-label=${say("knowledge.find")} placeholder=${say("knowledge.find")} maxlength="200" value=${words}
      onInput=${(/** @type {any} */ event) => type(event.target.value)} />
    <p role="status">${found && !found.length ? say("knowledge.none") : ""}</p>
    ${(found || []).map(
      (one, place) => html`<details key=${one.name} open=${place === 0}><summary dir="auto">${one.name}</summary>
        <p class="spoken" dir="auto">${one.text}</p></details>`,
    )}
  </section>`;
}
