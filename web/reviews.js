// @ts-check
// Reviews: talks that all go to review, drawn by lot or found by filter, taken for a review, and what has been reviewed. Knows
// REST's reviews. Refuses to know how a review is written.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { lasted, moment } from "./clock.js";
import { doing } from "./doing.js";
import { said } from "./form.js";
import { More, asked, ofDay, useListing } from "./listing.js";
import { percent } from "./share.js";
import { Table } from "./shelf.js";
import { say } from "./texts.js";

const DRAWN = 5;
const FOUND = 50;
/** As a draw, it reads for a while where there are many calls. */
const LOOK_MS = 120_000;

/** @param {import("./quality.js").PartProps} props */
export function Reviews({ me, may }) {
  const [cards, learnCards] = useState(/** @type {any[] | null} */ (null));
  const [campaigns, learnCampaigns] = useState(/** @type {any[]} */ ([]));
  useEffect(() => {
    doing(async () => {
      learnCampaigns(await all("/campaigns"));
      learnCards(await ask("GET", "/scorecards"));
    });
  }, []);
  if (!cards) return null;
  return html`${may.has("reviews.create") && cards.length > 0 && html`<${Due} cards=${cards} campaigns=${campaigns} me=${me} />`}
    ${may.has("reviews.create") && html`<${Draw} cards=${cards} campaigns=${campaigns} me=${me} />`}
    <${Reviewed} cards=${cards} campaigns=${campaigns} me=${me} />`;
}

/** The scorecard that a campaign names, if it is there. @param {any[]} campaigns @param {string} id @param {any[]} cards @returns {string} */
function cardOf(campaigns, id, cards) {
  const named = campaigns.find((one) => one.id === id)?.settings.scorecard;
  return cards.some((one) => one.name === named) ? named : "";
}

/** Talks that go to review, all of them, as they come. @param {{cards: any[], campaigns: any[], me: import("./app.js").Me}} props */
function Due({ cards, campaigns, me }) {
  const [talks, learn] = useState(/** @type {any[] | null} */ (null));
  const [card, choose] = useState(cards[0].name);
  useEffect(() => {
    const look = () => ask("GET", `/reviews/due${asked({ limit: FOUND })}`).then(learn);
    doing(look);
    const timer = setInterval(() => look().catch(() => undefined), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const some = talks?.length ? `${talks.length}${talks.length === FOUND ? "+" : ""}` : "";
  return html`<section aria-labelledby="due">
    <h2 id="due">${say("quality.due")} ${some}</h2>
    <p class="hint">${say("quality.due.about")}</p>
    ${talks && !talks.length && html`<p>${say("quality.due.none")}</p>`}
    ${some &&
    html`<label>${say("quality.due.card")} <select onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
        ${cards.map((one) => html`<option value=${one.name} selected=${one.name === card}>${one.name}</option>`)}</select></label>
      <${Talks} items=${talks} card=${(/** @type {any} */ one) => cardOf(campaigns, one.campaign, cards) || card} me=${me} label=${say("quality.due")} />`}
  </section>`;
}

/** @param {{cards: any[], campaigns: any[], me: import("./app.js").Me}} props */
function Draw({ cards, campaigns, me }) {
  const [talks, find] = useState(/** @type {{card: string, items: any[]} | null} */ (null));
  const [card, choose] = useState(cards[0]?.name || "");
  if (!cards.length) return html`<p>${say("quality.nocards")}</p>`;
  /** Take the scorecard of the campaign, if it names one. @param {string} id */
  const ofCampaign = (id) => choose(cardOf(campaigns, id, cards) || card);
  /** @param {SubmitEvent} event */
  const draw = (event) => {
    const { how, day, count, ...terms } = said(event);
    const { since, until } = ofDay(day);
    const wanted = { ...terms, since, until };
    doing(async () => {
      if (how === "newest") {
        const { campaign, agent } = terms;
        const page = await ask("GET", `/recordings${asked({ campaign, agent, since, until, direction: "out", limit: FOUND })}`);
        find({ card, items: page.items });
      } else {
        const again = how === "again" ? "true" : undefined;
        find({ card, items: await ask("GET", `/reviews/draw${asked({ ...wanted, count, again, scorecard: card })}`) });
      }
    });
  };
  return html`<section aria-labelledby="draw">
    <h2 id="draw">${say("quality.draw")}</h2>
    <form class="fields" onSubmit=${draw}>
      <label>${say("quality.how")}<select name="how">
        ${["lot", "again", "newest"].map((one) => html`<option value=${one}>${say(`quality.how.${one}`)}</option>`)}</select></label>
      <label>${say("floor.campaign")}<select name="campaign" onChange=${(/** @type {any} */ event) => ofCampaign(event.target.value)}>
        <option value="">${say("quality.all")}</option>
        ${campaigns.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select></label>
      <label>${say("quality.scorecard")}<select value=${card} onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
        ${cards.map((one) => html`<option value=${one.name} selected=${one.name === card}>${one.name}</option>`)}</select></label>
      <label>${say("floor.agent")}<input name="agent" maxlength="64" /></label>
      <label>${say("quality.result")}<input name="disposition" maxlength="64" /></label>
      <label>${say("quality.least")}<input name="least_talk_s" type="number" min="0" max="86400" step="1" /></label>
      <label>${say("quality.day")}<input name="day" type="date" /></label>
      <label>${say("quality.count")}<input name="count" type="number" min="1" max="50" defaultValue=${DRAWN} /></label>
      <button class="main">${say("quality.draw.go")}</button>
    </form>
    ${talks && (talks.items.length
      ? html`<${Talks} items=${talks.items} card=${() => talks.card} me=${me} label=${say("quality.drawn")} />`
      : html`<p role="status">${say("quality.draw.none")}</p>`)}
  </section>`;
}

/** @param {{items: any[], card: (one: any) => string, me: import("./app.js").Me, label: string}} props `card`: by which a talk is reviewed */
function Talks({ items, card, me, label }) {
  /** @param {any} one */
  const begin = (one) =>
    doing(async () => {
      const review = await ask("POST", "/reviews", { attempt: one.attempt, scorecard: card(one) });
      location.hash = `quality/reviews/${review.id}`;
    });
  const heads = ["quality.dialed", "floor.campaign", "floor.agent", "floor.number", "quality.length", "quality.result", "floor.actions"];
  return html`<${Table} label=${label} heads=${heads.map(say)} rows=${items.map(
    (one) => html`<tr key=${one.attempt}>
      <th scope="row">${moment(one.dialed_at)}</th><td dir="auto">${one.campaign_name}</td><td>${one.agent || ""}</td>
      <td>${one.number}</td><td>${one.seconds === null ? "" : lasted(one.seconds)}</td><td>${one.disposition}</td>
      <td class="buttons">${one.agent && one.agent !== me.agent &&
      html`<button type="button" aria-label=${`${say("quality.begin")}: ${one.agent} ${moment(one.dialed_at)}`} onClick=${() => begin(one)}>${say("quality.begin")}</button>`}</td>
    </tr>`,
  )} />`;
}

/** @param {{cards: any[], campaigns: any[], me: import("./app.js").Me}} props */
function Reviewed({ cards, campaigns, me }) {
  const [wanted, want] = useState("");
  const [sum, count] = useState(/** @type {any} */ (null));
  const path = `/reviews${wanted}`;
  const list = useListing(path);
  useEffect(() => {
    let gone = false;
    ask("GET", `${path}${wanted ? "&" : "?"}limit=1`).then((page) => gone || count(page), () => undefined);
    return () => {
      gone = true;
    };
  }, [path]);
  /** @param {SubmitEvent} event */
  const find = (event) => {
    const { mine, ...terms } = said(event);
    want(asked({ ...terms, by: mine && me.user }));
  };
  const heads = ["quality.begun", "floor.campaign", "floor.agent", "quality.scorecard", "quality.reviewer", "quality.score", "quality.comments"];
  return html`<section aria-labelledby="reviewed">
    <div class="head"><h2 id="reviewed">${say("quality.reviewed")}</h2>
      ${sum && html`<small>${say("quality.many")} ${sum.count} · ${say("quality.mean")} ${percent(sum.mean_score)}</small>`}</div>
    <form class="fields" onSubmit=${find}>
      <label>${say("floor.campaign")}<select name="campaign"><option value="">${say("quality.all")}</option>
        ${campaigns.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select></label>
      <label>${say("quality.scorecard")}<select name="scorecard"><option value="">${say("quality.all")}</option>
        ${cards.map((one) => html`<option value=${one.name}>${one.name}</option>`)}</select></label>
      <label>${say("floor.agent")}<input name="agent" maxlength="64" /></label>
      <label>${say("floor.state")}<select name="state"><option value="">${say("quality.all")}</option>
        ${["begun", "answered"].map((one) => html`<option value=${one}>${say(`quality.state.${one}`)}</option>`)}</select></label>
      <label class="row"><input type="checkbox" name="mine" />${say("quality.mine")}</label>
      <button class="main">${say("quality.find")}</button>
    </form>
    ${list.items && !list.items.length && html`<p>${say("quality.none")}</p>`}
    ${list.items && list.items.length > 0 &&
    html`<${Table} label=${say("quality.reviewed")} heads=${heads.map(say)} rows=${list.items.map(
      (one) => html`<tr key=${one.id}>
        <th scope="row"><a href=${`#quality/reviews/${one.id}`}>${moment(one.at)}</a></th>
        <td dir="auto">${one.campaign_name}</td><td>${one.agent || ""}</td><td dir="auto">${one.scorecard}</td><td>${one.by}</td>
        <td>${percent(one.score, say("quality.state.begun"))}</td><td>${one.comments.length}</td></tr>`,
    )} />`}
    <${More} list=${list} />
  </section>`;
}
