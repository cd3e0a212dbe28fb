// @ts-check
// What reviewers said of an agent's own talks: scores, answers, notes, moments, with the talk to be heard. Knows
// REST's reviews.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { More, useListing } from "./listing.js";
import { Marks } from "./marks.js";
import { Player } from "./player.js";
import { Answered } from "./score_form.js";
import { percent } from "./share.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_quality.js";

know(TEXTS);

/** @param {import("./pages.js").PageProps} props */
export function OwnReviews({ me }) {
  const list = useListing("/reviews/own");
  const [cards, learn] = useState(/** @type {Map<string, any>} */ (new Map()));
  useEffect(() => {
    doing(async () => {
      const found = await ask("GET", "/scorecards");
      learn(new Map(found.map((/** @type {any} */ one) => [one.name, one])));
    });
  }, []);
  return html`<section class="card" aria-labelledby="own">
    <h1 id="own">${say("page.own")}</h1>
    <p class="hint">${say("own.about")}</p>
    ${list.items && !list.items.length && html`<p>${say("own.none")}</p>`}
    ${(list.items || []).map((one) => html`<${Own} key=${one.id} review=${one} hears=${me.rights.includes("recordings.play")} card=${cards.get(one.scorecard)} />`)}
    <${More} list=${list} />
  </section>`;
}

/** The player is opened first: waveforms of all of them would be too much. @param {{review: any, card: any, hears: boolean}} props */
function Own({ review, card, hears }) {
  const [opened, open] = useState(false);
  const marks = review.comments.map((/** @type {any} */ one) => ({ at: one.at_s, text: one.text }));
  return html`<article class="own">
    <h2>${review.dialed_at ? moment(review.dialed_at) : ""} · <span dir="auto">${review.campaign_name}</span> <b class="score">${percent(review.score)}</b></h2>
    <small>${review.scorecard} · ${say("quality.reviewer")} ${review.by}</small>
    ${card && html`<${Answered} review=${review} card=${card} />`}
    ${opened
      ? html`<${Player} attempt=${review.attempt} marks=${marks} />`
      : marks.length > 0 && html`<${Marks} marks=${marks} />`}
    ${hears && review.recorded && !opened && html`<button type="button" onClick=${() => open(true)}>${say("own.hear")}</button>`}
  </article>`;
}
