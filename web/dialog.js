// @ts-check
// A dialog above the page: shown as it comes, closed by Escape, its button, or who opened it. Knows no page.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { say } from "./texts.js";

let opened = 0;

/** @param {{title: string, close: () => void, children?: any}} props */
export function Dialog({ title, close, children }) {
  const place = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [name] = useState(() => `dialog-${++opened}`);
  useEffect(() => place.current?.showModal(), []);
  return html`<dialog ref=${place} class="panel" onClose=${close} aria-labelledby=${name}>
    <header><h2 id=${name}>${title}</h2>
      <button type="button" onClick=${() => place.current?.close()}>${say("close")}</button></header>
    ${children}
  </dialog>`;
}
