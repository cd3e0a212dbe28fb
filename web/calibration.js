// @ts-check
// Reviewers compared: talks that several have reviewed by a scorecard, and their answers side by side.
// Knows REST's reviews. Refuses to say who is right.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { doing } from "./doing.js";
import { asked } from "./listing.js";
import { percent } from "./share.js";
import { Table } from "./shelf.js";
import { say } from "./texts.js";

/** From here on answers are far apart. */
const FAR = 0.5;

/** @param {import("./quality.js").PartProps} props */
export function Calibration({ at }) {
  const [cards, learn] = useState(/** @type {any[]} */ ([]));
  const [talks, find] = useState(/** @type {any[] | null} */ (null));
  const [name, attempt] = at;
  const card = name || cards[0]?.name || "";
  useEffect(() => {
    doing(async () => learn(await ask("GET", "/scorecards")));
  }, []);
  useEffect(() => {
    if (card) doing(async () => find(await ask("GET", `/reviews/compared${asked({ scorecard: card })}`)));
  }, [card]);
  const to = (/** @type {string} */ of, /** @type {string} */ which = "") =>
    `#quality/calibration/${encodeURIComponent(of)}${which && `/${which}`}`;
  return html`<p class="hint">${say("calibration.about")}</p>
    <label>${say("quality.scorecard")}<select onChange=${(/** @type {any} */ event) => (location.hash = to(event.target.value))}>
      ${cards.map((one) => html`<option value=${one.name} selected=${one.name === card}>${one.name}</option>`)}</select></label>
    ${talks && !talks.length && html`<p>${say("calibration.none")}</p>`}
    ${talks && talks.length > 0 &&
    html`<${Table} label=${say("quality.calibration")} heads=${["calibration.talk", "floor.agent", "quality.many", "calibration.from", "calibration.to"].map(say)}
      rows=${talks.map(
        (one) => html`<tr key=${one.attempt} aria-current=${one.attempt === attempt ? "true" : undefined}>
          <th scope="row"><a href=${to(card, one.attempt)}>${one.attempt}</a></th><td>${one.agent || ""}</td>
          <td>${one.reviews}</td><td>${percent(one.least_score)}</td><td>${percent(one.greatest_score)}</td></tr>`,
      )} />`}
    ${attempt && card && html`<${Compared} attempt=${attempt} card=${card} alone />`}`;
}

/**
 * @param {{attempt: string, card: string, alone?: boolean}} props `alone`: it is what was asked for, also where only
 *   one has reviewed the talk
 */
export function Compared({ attempt, card, alone = false }) {
  const [told, learn] = useState(/** @type {any} */ (null));
  useEffect(() => {
    const question = `/reviews/calibration${asked({ attempt, scorecard: card })}`;
    if (alone) doing(async () => learn(await ask("GET", question)));
    else ask("GET", question).then(learn, () => undefined); // who has begun a review sees the others later
  }, [attempt, card]);
  if (!told) return null;
  const reviewers = Object.keys(told.scores);
  if (reviewers.length < 2 && !alone) return null;
  const far = (/** @type {number} */ apart) => (apart >= FAR ? "bad" : "");
  return html`<section aria-labelledby="compared">
    <h2 id="compared">${say("calibration.side")}</h2>
    <${Table} label=${say("calibration.side")} heads=${[say("calibration.question"), ...reviewers, say("calibration.apart")]} rows=${[
      ...told.questions.map(
        (/** @type {any} */ one) => html`<tr key=${one.code}><th scope="row" dir="auto">${one.text} ${one.critical && html`<b class="tag">${say("card.critical")}</b>`}</th>
          ${reviewers.map((by) => html`<td>${by in one.answers ? percent(one.answers[by], say("answer.none")) : ""}</td>`)}
          <td class=${far(one.apart)}>${percent(one.apart)}</td></tr>`,
      ),
      html`<tr key="sum"><th scope="row">${say("quality.score")}</th>
        ${reviewers.map((by) => html`<td><b>${percent(told.scores[by])}</b></td>`)}
        <td class=${far(told.apart)}>${percent(told.apart)}</td></tr>`,
    ]} />
  </section>`;
}
