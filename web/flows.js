// @ts-check
// The page of flows: all of them, and one of them as a form, as a text, as a drawing, with its versions.
// The address says which. What is right in a flow is said by the API (POST /flows/check).
import { html, useEffect, useState } from "./vendor/ui.js";
import { all } from "./api.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { FlowEditor } from "./flow_editor.js";
import { Table } from "./shelf.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_flows.js";

know(TEXTS);

/** @param {import("./pages.js").PageProps} props */
export function Flows({ me, at }) {
  const may = new Set(me.rights);
  const [name] = at;
  return html`<div class="page">${name ? html`<${FlowEditor} key=${name} name=${name} may=${may} />` : html`<${FlowList} may=${may} />`}</div>`;
}

/** @param {{may: Set<string>}} props */
function FlowList({ may }) {
  const [flows, learn] = useState(/** @type {any[] | null} */ (null));
  useEffect(() => {
    doing(async () => learn(await all("/flows")));
  }, []);
  return html`<section class="card" aria-labelledby="flows">
    <div class="head"><h1 id="flows">${say("page.flows")}</h1><span class="grow"></span>
      ${may.has("flows.create") && html`<a class="button main" href="#flows/+">${say("flows.new")}</a>`}</div>
    <p>${say("flows.hint")}</p>
    ${flows && !flows.length && html`<p>${say("floor.empty")}</p>`}
    ${flows && flows.length > 0 && html`<${Table} label=${say("page.flows")} heads=${["flows.name", "flows.newest", "flows.published", "flows.changed"].map(say)}
      rows=${flows.map(
        (one) => html`<tr><th scope="row"><a href=${`#flows/${encodeURIComponent(one.name)}`}>${one.name}</a></th><td>${one.newest}</td>
          <td>${one.published ?? say("flows.none")}</td><td>${moment(one.changed_at)}</td></tr>`,
      )} />`}
  </section>`;
}
