// @ts-check
// What can be done with a campaign as it stands: started, paused, stopped, drained, scheduled, archived.
// Which moves are lawful is decided by the API (dialer/domain/campaign.py); those it would refuse are not offered.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing } from "./doing.js";
import { Field, fieldsOf, useForm } from "./field.js";
import { say } from "./texts.js";

/** @type {Record<string, string[]>} moves by state, the one that is likely first */
const MOVES = {
  draft: ["start", "schedule", "archive"],
  scheduled: ["start", "schedule", "stop"],
  running: ["pause", "drain", "stop"],
  paused: ["start", "stop"],
  stopped: ["start", "schedule", "archive"],
  finished: ["start", "schedule", "archive"],
  archived: ["restore"],
};

/** @param {{campaign: any, may: Set<string>, done: () => unknown}} props `done`: called after a move */
export function CampaignMoves({ campaign, may, done }) {
  const [scheduling, schedule] = useState(false);
  const moves = (MOVES[campaign.state] || []).filter((move) => may.has(`campaigns.${move}`));
  /** @param {string} what */
  const move = (what) => {
    if (what === "schedule") schedule(!scheduling);
    else doing(() => ask("POST", `/campaigns/${campaign.id}/${what}`).then(done), `${campaign.name}: ${say(`moved.${what}`)}`);
  };
  return html`<div class="moves">
    ${moves.map(
      (one) => html`<button type="button" class=${one === "start" ? "main" : ""} aria-expanded=${one === "schedule" ? String(scheduling) : undefined}
        onClick=${() => move(one)}>${say(`move.${one}`)}</button>`,
    )}
    ${scheduling && html`<${When} campaign=${campaign} done=${() => (schedule(false), done())} />`}
  </div>`;
}

/** @param {{campaign: any, done: () => unknown}} props */
function When({ campaign, done }) {
  const form = useForm();
  /** @param {SubmitEvent} event */
  const save = async (event) => {
    const at = new Date(fieldsOf(event).at).getTime() / 1000;
    if (await form.send(() => ask("POST", `/campaigns/${campaign.id}/schedule`, { at }), say("moved.schedule"))) done();
  };
  return html`<form class="when" onSubmit=${save}>
    <${Field} name="at" type="datetime-local" label=${say("campaigns.when")} required problems=${form.problems} />
    <button class="main" disabled=${form.busy}>${say("move.schedule")}</button>
  </form>`;
}
