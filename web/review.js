// @ts-check
// One review: the talk is heard, its moments commented, the scorecard answered. Only who began it changes
// it. Knows REST's reviews. Refuses to count a score: the API does.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { Compared } from "./calibration.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { Marks } from "./marks.js";
import { Player } from "./player.js";
import { percent } from "./share.js";
import { Answered, ScoreForm } from "./score_form.js";
import { say } from "./texts.js";

/** @param {import("./quality.js").PartProps} props */
export function Review({ me, may, at }) {
  const [review, learn] = useState(/** @type {any} */ (null));
  const [card, judge] = useState(/** @type {any} */ (null));
  const path = `/reviews/${at[0]}`;
  useEffect(() => {
    doing(async () => {
      const found = await ask("GET", path);
      judge(await ask("GET", `/scorecards/${encodeURIComponent(found.scorecard)}`));
      learn(found);
    });
  }, [path]);
  if (!review) return null;
  const mine = review.by === me.user;
  const discard = () => {
    if (!confirm(say("review.discard.sure"))) return;
    doing(async () => {
      await ask("DELETE", path);
      location.hash = "quality/reviews";
    }, say("review.discarded"));
  };
  return html`<p><a href="#quality/reviews">${say("review.back")}</a></p>
    <div class="head"><h2>${review.campaign_name} · ${review.agent || ""} · ${review.dialed_at ? moment(review.dialed_at) : ""}</h2>
      <span class="tag">${review.scorecard}</span> <small>${say("quality.reviewer")} ${review.by}</small>
      <b class="score" role="status">${percent(review.score, say("quality.state.begun"))}</b>
      <span class="grow"></span>
      ${mine && review.score === null && may.has("reviews.discard") && html`<button type="button" class="danger" onClick=${discard}>${say("review.discard")}</button>`}
    </div>
    <${Heard} review=${review} path=${path} mine=${mine && may.has("reviews.comment")} learn=${learn} />
    ${mine && may.has("reviews.answer")
      ? html`<${ScoreForm} review=${review} card=${card} path=${path} learn=${learn} />`
      : html`<${Answered} review=${review} card=${card} />`}
    ${review.score !== null && may.has("reviews.calibration") && html`<${Compared} attempt=${review.attempt} card=${review.scorecard} />`}`;
}

/** @param {{review: any, path: string, mine: boolean, learn: (review: any) => void}} props */
function Heard({ review, path, mine, learn }) {
  const [at_s, choose] = useState(0);
  const [text, write] = useState("");
  /** @param {SubmitEvent} event */
  const add = (event) => {
    event.preventDefault();
    doing(async () => {
      learn(await ask("POST", `${path}/comments`, { at_s, text: text.trim() }));
      write("");
    });
  };
  const marks = review.comments.map((/** @type {any} */ one) => ({ at: one.at_s, text: one.text }));
  const point = (/** @type {number} */ second) => {
    choose(Math.round(10 * second) / 10);
    /** @type {HTMLElement | null} */ (document.querySelector(".comment input[name=text]"))?.focus();
  };
  return html`${review.recorded
      ? html`<${Player} attempt=${review.attempt} marks=${marks} choose=${mine ? point : undefined} />`
      : html`<p>${say("review.norecording")}</p>
          <${Marks} marks=${marks} />`}
    ${mine &&
    html`<form class="fields comment" onSubmit=${add} aria-label=${say("review.comment")}>
      <label>${say("review.at")}<input name="at" type="number" min="0" max="86400" step="0.1" required value=${at_s}
        onInput=${(/** @type {any} */ event) => choose(Number(event.target.value))} /></label>
      <label>${say("review.text")}<input name="text" required maxlength="1000" dir="auto" value=${text}
        onInput=${(/** @type {any} */ event) => write(event.target.value)} /></label>
      <button>${say("review.comment.add")}</button>
    </form>`}`;
}
