// @ts-check
// The page of scripts and articles: which there are, what of them is published, what waits for approval. The
// address says which kind, and which text. Knows REST's scripts and articles.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { LibraryText } from "./library_text.js";
import { Table } from "./shelf.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_library.js";

know(TEXTS);

const KINDS = ["scripts", "articles"];
/** In the place of a name: no text is called so. */
const NEW = "+";

/** @param {import("./pages.js").PageProps} props */
export function Library({ me, at }) {
  const may = new Set(me.rights);
  const [asked, name] = at;
  const kind = KINDS.includes(asked) ? asked : KINDS[0];
  return html`<section class="card" aria-labelledby="library">
    <div class="head"><h1 id="library">${say("page.library")}</h1>
      <nav class="tabs" aria-label=${say("page.library")}>${KINDS.map(
        (one) => html`<a href=${`#library/${one}`} aria-current=${one === kind ? "page" : undefined}>${say(`library.${one}`)}</a>`,
      )}</nav><span class="grow"></span>
      ${may.has(`${kind}.create`) && !name && html`<a class="button" href=${`#library/${kind}/${encodeURIComponent(NEW)}`}>${say(`library.${kind}.new`)}</a>`}</div>
    ${name
      ? html`<${LibraryText} key=${`${kind} ${name}`} kind=${kind} name=${name === NEW ? "" : name} may=${may} />`
      : html`<${Names} key=${kind} kind=${kind} />`}
  </section>`;
}

/** @param {{kind: string}} props */
function Names({ kind }) {
  const [texts, learn] = useState(/** @type {any[] | null} */ (null));
  const [wanted, filter] = useState("");
  useEffect(() => {
    doing(async () => learn(await ask("GET", `/${kind}`)));
  }, []);
  if (!texts) return null;
  const shown = texts.filter((one) => one.name.toLowerCase().includes(wanted.toLowerCase()));
  return html`<p class="hint">${say(`library.${kind}.about`)}</p>
    <input type="search" aria-label=${say("library.filter")} placeholder=${say("library.filter")} onInput=${(/** @type {any} */ event) => filter(event.target.value)} />
    ${texts.length
      ? html`<${Table} label=${say(`library.${kind}`)} heads=${["card.name", "library.newest", "library.published", "library.changed", "floor.state"].map(say)} rows=${shown.map(
          (one) => html`<tr key=${one.name}><th scope="row"><a href=${`#library/${kind}/${encodeURIComponent(one.name)}`} dir="auto">${one.name}</a></th>
            <td>${one.newest}</td><td>${one.published ?? "–"}</td><td>${moment(one.changed_at)}</td>
            <td>${one.published === one.newest ? say("library.state.published") : html`<b class="tag">${say("library.state.waits")}</b>`}</td></tr>`,
        )} />`
      : html`<p>${say("library.none")}</p>`}`;
}
