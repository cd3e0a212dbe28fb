// @ts-check
// One campaign, step by step: where it stands, its steps, and the saving of its settings. What a step asks
// is each step's own. Settings are saved only if nobody changed them meanwhile (ETag).
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { tagged } from "./api.js";
import { CampaignBasics } from "./campaign_basics.js";
import { CampaignBroadcast } from "./campaign_broadcast.js";
import { CampaignDispositions } from "./campaign_dispositions.js";
import { CampaignLists } from "./campaign_lists.js";
import { CampaignMoves } from "./campaign_moves.js";
import { CampaignPacing } from "./campaign_pacing.js";
import { CampaignRules } from "./campaign_rules.js";
import { CampaignScript } from "./campaign_script.js";
import { CampaignTalks } from "./campaign_talks.js";
import { doing } from "./doing.js";
import { say } from "./texts.js";

/** @type {Record<string, (props: import("./campaign_step.js").StepProps) => any>} in their order */
const STEPS = {
  basics: CampaignBasics,
  lists: CampaignLists,
  rules: CampaignRules,
  pacing: CampaignPacing,
  dispositions: CampaignDispositions,
  talks: CampaignTalks,
  script: CampaignScript,
  broadcast: CampaignBroadcast,
};
const NAMES = Object.keys(STEPS);
const LOOK_MS = 5000;

/** @typedef {{body: any, etag: string}} Kept */

/**
 * A campaign as it is now, for who sees the settings of before: where those are others by now only its state
 * is taken over, so that saving is refused.
 * @param {Kept} told @param {Kept | null} before @returns {Kept}
 */
function seen(told, before) {
  if (!before || JSON.stringify(told.body.settings) === JSON.stringify(before.body.settings)) return told;
  const { state, starts_at } = told.body;
  return { ...before, body: { ...before.body, state, starts_at } };
}

/** @param {{id: string, step: string, may: Set<string>}} props `id`: "new": it is to be made */
export function CampaignEditor({ id, step, may }) {
  const [kept, keep] = useState(/** @type {Kept | null} */ (null));
  const isNew = id === "new";
  const shown = isNew || !STEPS[step] ? "basics" : step;
  const renew = () => tagged("GET", `/campaigns/${id}`).then(keep);
  const watch = () => tagged("GET", `/campaigns/${id}`).then((told) => keep((before) => seen(told, before)));
  const before = useRef(shown);
  useEffect(() => {
    if (isNew) return undefined;
    doing(renew);
    const timer = setInterval(() => watch().catch(() => undefined), LOOK_MS);
    return () => clearInterval(timer);
  }, [id]);
  useEffect(() => {
    // who goes on by keyboard goes on from there
    if (before.current !== shown) /** @type {HTMLElement | null} */ (document.querySelector(".steps [aria-current]"))?.focus();
    before.current = shown;
  }, [shown]);
  const campaign = isNew ? { id: "", name: "", state: "draft", settings: {} } : kept?.body;
  if (!campaign) return null;
  const next = () => {
    const after = NAMES[NAMES.indexOf(shown) + 1];
    location.hash = after ? `campaigns/${id}/${after}` : "campaigns";
  };
  /** @param {Record<string, any>} changes */
  const save = async (changes) => {
    const told = await tagged("PUT", `/campaigns/${id}/settings`, { ...campaign.settings, ...changes }, kept?.etag);
    keep(told);
    return told.body;
  };
  const fixed = !isNew && (campaign.state === "running" || !may.has("campaigns.update"));
  const Step = STEPS[shown];
  return html`<section class="card campaign" aria-labelledby="campaign">
    <div class="head"><a href="#campaigns">${say("page.campaigns")}</a> <span aria-hidden="true">/</span>
      <h1 id="campaign" dir="auto">${isNew ? say("campaigns.new") : campaign.name}</h1>
      ${!isNew && html`<span class=${`is-${campaign.state}`}><span class="dot"></span>${say(`state.${campaign.state}`)}</span>
        <span class="grow"></span><${CampaignMoves} campaign=${campaign} may=${may} done=${watch} />`}
    </div>
    <nav class="steps" aria-label=${say("campaigns.steps")}><ol>
      ${NAMES.map(
        (one) => html`<li>${isNew && one !== "basics"
          ? html`<span>${say(`step.${one}`)}</span>`
          : html`<a href=${`#campaigns/${id}/${one}`} aria-current=${one === shown ? "step" : undefined}>${say(`step.${one}`)}</a>`}</li>`,
      )}
    </ol></nav>
    ${campaign.state === "running" && shown !== "pacing" && shown !== "lists" && html`<p class="note">${say("campaigns.running")}</p>`}
    <${Step} key=${shown} campaign=${campaign} may=${may} fixed=${fixed} save=${save} renew=${renew} next=${next} />
  </section>`;
}
