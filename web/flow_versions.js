// @ts-check
// The versions of a flow: which is published, what one looks like, and the way back to an older one.
import { html, useState } from "./vendor/ui.js";
import { tagged } from "./api.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { Drawing } from "./flow_drawing.js";
import { Table } from "./shelf.js";
import { say } from "./texts.js";

/** @param {{flow: any, etag: string, may: Set<string>, look: () => Promise<any>, open: (version: number) => Promise<void>}} props */
export function FlowVersions({ flow, etag, may, look, open }) {
  const [drawn, draw] = useState(0);
  const shown = flow.versions.some((/** @type {any} */ one) => one.version === drawn) ? drawn : flow.newest;
  /** @param {string} what @param {unknown} [body] */
  const change = (what, body) =>
    doing(async () => {
      await tagged("POST", `/flows/${encodeURIComponent(flow.name)}/${what}`, body, etag);
      await look();
    }, say(`flows.done.${what}`));
  return html`<section aria-labelledby="versions"><h2 id="versions">${say("flows.versions")}</h2>
    <${Table} label=${say("flows.versions")} heads=${["flows.version", "flows.by", "flows.changed", "flows.published", "floor.actions"].map(say)}
      rows=${flow.versions.map(
        (/** @type {any} */ one) => html`<tr aria-current=${one.version === shown ? "true" : undefined}><th scope="row">${one.version}</th><td dir="auto">${one.by}</td><td>${moment(one.at)}</td>
          <td>${one.published ? html`<b class="good">${say("flows.published")}</b>` : ""}</td>
          <td class="buttons">
            <button type="button" onClick=${() => doing(() => open(one.version))}>${say("flows.open")}</button>
            <button type="button" onClick=${() => draw(one.version)}>${say("flows.drawing")}</button>
            ${!one.published && may.has("flows.publish") && html`<button type="button" onClick=${() => change("publish", { version: one.version })}>${say("flows.publish")}</button>`}
            ${one.published && may.has("flows.withdraw") && html`<button type="button" onClick=${() => change("withdraw")}>${say("flows.withdraw")}</button>`}
          </td></tr>`,
      )} />
    ${may.has("flows.drawing") && html`<${Drawing} flow=${flow.name} version=${shown} />`}
  </section>`;
}
