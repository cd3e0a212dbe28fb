// @ts-check
// A flow's version as the API draws it: a picture of its own address, as the policy wants it. Knows no step.
import { html } from "./vendor/ui.js";
import { say } from "./texts.js";

/** @param {{flow: string, version: number}} props */
export function Drawing({ flow, version }) {
  const address = `/api/v1/flows/${encodeURIComponent(flow)}/versions/${version}/drawing`;
  return html`<figure class="drawing"><div class="scroll" tabindex="0" role="region" aria-label=${say("flows.drawing")}>
    <img src=${address} alt=${`${say("flows.drawing")}: ${flow} ${version}`} /></div></figure>`;
}
