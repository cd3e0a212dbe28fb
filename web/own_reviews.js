// @ts-check
// What reviewers said of an agent's own talks: scores, answers, notes, moments. Knows REST's reviews.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { lasted, moment } from "./clock.js";
import { doing } from "./doing.js";
import { More, useListing } from "./listing.js";
import { Answered } from "./score_form.js";
import { percent } from "./share.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_quality.js";

know(TEXTS);

export function OwnReviews() {
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
    ${(list.items || []).map((one) => html`<${Own} key=${one.id} review=${one} card=${cards.get(one.scorecard)} />`)}
    <${More} list=${list} />
  </section>`;
}

/** @param {{review: any, card: any}} props */
function Own({ review, card }) {
  return html`<article class="own">
    <h2>${review.dialed_at ? moment(review.dialed_at) : ""} · <span dir="auto">${review.campaign_name}</span> <b class="score">${percent(review.score)}</b></h2>
    <small>${review.scorecard} · ${say("quality.reviewer")} ${review.by}</small>
    ${card && html`<${Answered} review=${review} card=${card} />`}
    ${review.comments.length > 0 &&
    html`<ol class="marks" aria-label=${say("quality.comments")}>${review.comments.map(
      (/** @type {any} */ one) => html`<li>${lasted(one.at_s)} <span dir="auto">${one.text}</span></li>`,
    )}</ol>`}
  </article>`;
}
