// @ts-check
// Scorecards: which there are, their questions, and which campaigns go by them. Knows REST's scorecards.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { doing } from "./doing.js";
import { Dialog } from "./dialog.js";
import { Table, useShelf } from "./shelf.js";
import { say } from "./texts.js";

/** @typedef {import("./score_form.js").Question} Question */

/** @param {import("./quality.js").PartProps} props */
export function Scorecards({ may }) {
  const cards = useShelf("/scorecards");
  const [edited, edit] = useState(/** @type {{name: string, questions: Question[]} | null} */ (null));
  const remove = (/** @type {string} */ name) => {
    if (confirm(`${say("card.remove.sure")} ${name}`)) cards.change("DELETE", `/scorecards/${encodeURIComponent(name)}`, undefined, say("card.removed"));
  };
  return html`<div class="head"><p class="hint">${say("card.about")}</p><span class="grow"></span>
      ${may.has("scorecards.create") &&
      html`<button type="button" class="main" onClick=${() => edit({ name: "", questions: [question(1)] })}>${say("card.add")}</button>`}</div>
    <${Table} label=${say("quality.scorecards")} heads=${["card.name", "card.questions", "floor.actions"].map(say)} rows=${(cards.items || []).map(
      (one) => html`<tr key=${one.name}><th scope="row" dir="auto">${one.name}</th>
        <td class="wide"><ul>${one.questions.map((/** @type {Question} */ asked) => html`<li><span dir="auto">${asked.text}</span> <small>${say("card.weight")} ${asked.weight}</small>
          ${asked.critical && html` <b class="tag">${say("card.critical")}</b>`}</li>`)}</ul></td>
        <td class="buttons">
          ${may.has("scorecards.update") && html`<button type="button" aria-label=${`${say("card.change")}: ${one.name}`} onClick=${() => edit(one)}>${say("card.change")}</button>`}
          ${may.has("scorecards.remove") && html`<button type="button" aria-label=${`${say("card.remove")}: ${one.name}`} onClick=${() => remove(one.name)}>${say("card.remove")}</button>`}
        </td></tr>`,
    )} />
    <${OfCampaigns} cards=${cards.items || []} may=${may} />
    ${edited && html`<${Editor} card=${edited} cards=${cards} close=${() => edit(null)} />`}`;
}

/** @param {number} place @returns {Question} */
function question(place) {
  return { code: `q${place}`, text: "", weight: 1, critical: false };
}

/** @param {{card: {name: string, questions: Question[]}, cards: ReturnType<typeof useShelf>, close: () => void}} props */
function Editor({ card, cards, close }) {
  const [name, call] = useState(card.name);
  const [questions, write] = useState(card.questions);
  const put = (/** @type {number} */ place, /** @type {Partial<Question>} */ more) =>
    write(questions.map((one, index) => (index === place ? { ...one, ...more } : one)));
  const free = () => {
    let place = questions.length + 1;
    while (questions.some((one) => one.code === `q${place}`)) place++;
    return question(place);
  };
  /** @param {SubmitEvent} event */
  const save = async (event) => {
    event.preventDefault();
    const done = say("card.saved");
    const answer = card.name
      ? await cards.change("PUT", `/scorecards/${encodeURIComponent(card.name)}`, { questions }, done)
      : await cards.change("POST", "/scorecards", { name: name.trim(), questions }, done);
    if (answer) close();
  };
  return html`<${Dialog} title=${card.name || say("card.add")} close=${close}>
    <form onSubmit=${save}>
      ${!card.name && html`<label>${say("card.name")}<input required maxlength="200" value=${name} onInput=${(/** @type {any} */ event) => call(event.target.value)} /></label>`}
      ${questions.map((one, place) => {
        const nth = `${say("calibration.question")} ${place + 1}`;
        return html`<fieldset key=${place}><legend>${nth}</legend>
          <label>${say("card.text")}<input required maxlength="1000" dir="auto" value=${one.text} onInput=${(/** @type {any} */ event) => put(place, { text: event.target.value })} /></label>
          <div class="fields">
            <label>${say("card.code")}<input required maxlength="200" pattern="[^\\s]+" value=${one.code} onInput=${(/** @type {any} */ event) => put(place, { code: event.target.value })} /></label>
            <label>${say("card.weight")}<input required type="number" min="0.01" max="1000" step="any" value=${one.weight} onInput=${(/** @type {any} */ event) => put(place, { weight: Number(event.target.value) })} /></label>
            <label class="row"><input type="checkbox" checked=${one.critical} onChange=${() => put(place, { critical: !one.critical })} />${say("card.critical")}</label>
            <button type="button" disabled=${questions.length === 1} aria-label=${`${say("card.less")}: ${nth}`} onClick=${() => write(questions.filter((_, index) => index !== place))}>${say("card.less")}</button>
          </div></fieldset>`;
      })}
      <div class="buttons"><button type="button" onClick=${() => write([...questions, free()])}>${say("card.more")}</button>
        <button class="main">${say("card.save")}</button></div>
    </form>
  </${Dialog}>`;
}

/** By which scorecard each campaign's talks are reviewed. @param {{cards: any[], may: Set<string>}} props */
function OfCampaigns({ cards, may }) {
  const [campaigns, learn] = useState(/** @type {any[]} */ ([]));
  const look = () => doing(async () => learn(await all("/campaigns")));
  useEffect(() => {
    look();
  }, []);
  /** @param {any} campaign @param {string} scorecard */
  const set = (campaign, scorecard) =>
    doing(async () => {
      await ask("PUT", `/campaigns/${campaign.id}/settings`, { ...campaign.settings, scorecard });
      await look();
    }, say("card.saved"));
  const open = campaigns.filter((one) => one.state !== "archived");
  return html`<h2>${say("card.campaigns")}</h2>
    <${Table} label=${say("card.campaigns")} heads=${[say("floor.campaign"), say("quality.scorecard")]} rows=${open.map(
      (one) => html`<tr key=${one.id}><th scope="row" dir="auto">${one.name}</th>
        <td>${may.has("campaigns.update")
          ? html`<select aria-label=${`${say("quality.scorecard")}: ${one.name}`} onChange=${(/** @type {any} */ event) => set(one, event.target.value)}>
              <option value="">${say("card.any")}</option>
              ${cards.map((card) => html`<option value=${card.name} selected=${card.name === one.settings.scorecard}>${card.name}</option>`)}</select>`
          : one.settings.scorecard || say("card.any")}</td></tr>`,
    )} />`;
}
