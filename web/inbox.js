// @ts-check
// What supervisors wrote to this agent. The feed has no messages yet: looked at now and then.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { say } from "./texts.js";

const EVERY_MS = 20_000;

export function Inbox() {
  const [items, learn] = useState(/** @type {any[]} */ ([]));
  useEffect(() => {
    const look = () => ask("GET", "/messages/inbox?limit=20").then((page) => learn(page.items), () => undefined);
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  /** @param {any} message */
  const read = async (message) => {
    await ask("POST", `/messages/${message.id}/read`).catch(() => undefined);
    learn(items.map((one) => (one.id === message.id ? { ...one, read_at: 1 } : one)));
  };
  return html`<section class="card inbox" aria-labelledby="inbox">
    <h2 id="inbox">${say("desk.messages")}</h2>
    ${!items.length && html`<p>${say("floor.empty")}</p>`}
    <ul>${items.map(
      (one) => html`<li class=${one.read_at ? "" : "unread"}>
        <b>${one.by}</b> <span dir="auto">${one.body}</span>
        ${!one.read_at && html`<button type="button" onClick=${() => read(one)}>✓</button>`}
      </li>`,
    )}</ul>
  </section>`;
}
