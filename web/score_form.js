// @ts-check
// The questions of a scorecard: answered in a form, whose draft the tab keeps until the server has it, or
// shown as they were answered. Refuses to count a score: the API does.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing } from "./doing.js";
import { ANSWERS, nearest, percent } from "./share.js";
import { say } from "./texts.js";

/** @typedef {{code: string, text: string, weight: number, critical: boolean}} Question */

/** @param {{review: any, card: {questions: Question[]}, path: string, learn: (review: any) => void}} props */
export function ScoreForm({ review, card, path, learn }) {
  const [draft, write, saved] = useDraft(review);
  const open = card.questions.filter((one) => !(one.code in draft.answers)).length;
  /** @param {SubmitEvent} event */
  const save = (event) => {
    event.preventDefault();
    const asked = card.questions.map((one) => one.code);
    const answers = Object.fromEntries(Object.entries(draft.answers).filter(([code]) => asked.includes(code)));
    doing(async () => {
      learn(await ask("PUT", `${path}/answers`, { answers, note: draft.note.trim() }));
      saved();
    }, say("review.saved"));
  };
  /** @param {string} code @param {number | null} share */
  const answer = (code, share) => write({ ...draft, answers: { ...draft.answers, [code]: share } });
  return html`<form class="scorecard" onSubmit=${save} aria-labelledby="scorecard">
    <h2 id="scorecard">${say("quality.scorecard")}</h2>
    ${card.questions.map((one) => html`<${Asked} key=${one.code} question=${one} answer=${draft.answers[one.code]} choose=${answer} />`)}
    <label>${say("review.note")}<textarea rows="3" maxlength="4000" dir="auto" value=${draft.note}
      onInput=${(/** @type {any} */ event) => write({ ...draft, note: event.target.value })}></textarea></label>
    <div class="head"><button class="main" disabled=${open > 0}>${say(review.score === null ? "review.save" : "review.change")}</button>
      <small role="status">${open > 0 && `${open} ${say("review.left")}`}</small></div>
  </form>`;
}

/** @param {{question: Question, answer: number | null | undefined, choose: (code: string, share: number | null) => void}} props */
function Asked({ question, answer, choose }) {
  const given = answer === undefined ? "" : nearest(answer);
  return html`<fieldset>
    <legend><span dir="auto">${question.text}</span> <small>${say("card.weight")} ${question.weight}</small>
      ${question.critical && html` <b class="tag">${say("card.critical")}</b>`}</legend>
    <div class="buttons">${ANSWERS.map(
      ([name, share]) => html`<label class="row"><input type="radio" name=${question.code} checked=${given === name}
        onChange=${() => choose(question.code, share)} />${say(`answer.${name}`)}</label>`,
    )}</div>
  </fieldset>`;
}

/** What was answered, for who may not change it. @param {{review: any, card: {questions: Question[]}}} props */
export function Answered({ review, card }) {
  const answered = card.questions.filter((one) => one.code in review.answers);
  return html`<dl class="means">${answered.map(
      (one) => html`<dt dir="auto">${one.text} ${one.critical && html`<b class="tag">${say("card.critical")}</b>`}</dt>
        <dd>${percent(review.answers[one.code], say("answer.none"))}</dd>`,
    )}</dl>
    ${review.note && html`<p class="noted" dir="auto">${review.note}</p>`}`;
}

/**
 * What is answered of a review, kept over a reload until the server has it.
 * @param {any} review
 * @returns {[{answers: Record<string, number | null>, note: string}, (value: any) => void, () => void]}
 */
function useDraft(review) {
  const key = `outpace.review.${review.id}`;
  const there = { answers: review.answers, note: review.note };
  const [draft, set] = useState(() => {
    try {
      return { ...there, ...JSON.parse(sessionStorage.getItem(key) || "{}") };
    } catch {
      return there;
    }
  });
  const write = (/** @type {any} */ value) => {
    sessionStorage.setItem(key, JSON.stringify(value));
    set(value);
  };
  return [draft, write, () => sessionStorage.removeItem(key)];
}
