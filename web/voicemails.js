// @ts-check
// The voicemail inbox: found by queue, class, state and agent; heard, given to somebody, classed, removed.
// Knows REST's voicemails. What is played is put on record by the API.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { lasted, moment } from "./clock.js";
import { doing } from "./doing.js";
import { said } from "./form.js";
import { More, asked, useListing } from "./listing.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_voicemails.js";

know(TEXTS);

const STATES = ["unheard", "heard", "any"];

/** @param {import("./pages.js").PageProps} props */
export function Voicemails({ me }) {
  const may = new Set(me.rights);
  const first = me.role === "agent" ? "any" : "unheard"; // who was given one may be told by whoever heard it
  const [wanted, want] = useState(`?state=${first}`);
  const [queues, learn] = useState(/** @type {any[]} */ ([]));
  const list = useListing(`/voicemails${wanted}`);
  useEffect(() => {
    doing(async () => learn(await ask("GET", "/queues")));
  }, []);
  return html`<section class="card" aria-labelledby="voicemails">
    <div class="head"><h1 id="voicemails">${say("page.voicemails")}</h1> <small>${say("voicemail.noted")}</small></div>
    <form class="fields" onSubmit=${(/** @type {SubmitEvent} */ event) => want(asked(said(event)))}>
      <label>${say("floor.state")}<select name="state">
        ${STATES.map((one) => html`<option value=${one} selected=${one === first}>${say(`voicemail.${one}`)}</option>`)}</select></label>
      <label>${say("voicemail.queue")}<select name="queue"><option value="">${say("voicemail.all")}</option>
        ${queues.map((one) => html`<option value=${one.name}>${one.name}</option>`)}</select></label>
      <label>${say("voicemail.class")}<input name="class_name" maxlength="40" pattern="[A-Za-z0-9_\\-]*" /></label>
      ${me.role !== "agent" && html`<label>${say("voicemail.for")}<input name="agent" maxlength="64" /></label>`}
      <button class="main">${say("voicemail.find")}</button>
    </form>
    ${list.items && !list.items.length && html`<p>${say("voicemail.none")}</p>`}
    <ul class="voicemails" aria-label=${say("page.voicemails")}>${(list.items || []).map(
      (one) => html`<${One} key=${one.id} first=${one} may=${may} gone=${list.again} />`,
    )}</ul>
    <${More} list=${list} />
  </section>`;
}

/** @param {{first: any, may: Set<string>, gone: () => void}} props `first`: as the list has it */
function One({ first, may, gone }) {
  const [one, learn] = useState(first);
  const path = `/voicemails/${one.id}`;
  const name = `${one.number || say("voicemail.withheld")} ${moment(one.at)}`;
  /** @param {string} method @param {string} what @param {any} [body] @param {string} [done] */
  const change = (method, what, body, done) => doing(async () => learn(await ask(method, `${path}/${what}`, body)), done);
  const remove = () => {
    if (!confirm(say("voicemail.remove.sure"))) return;
    doing(async () => {
      await ask("DELETE", path);
      gone();
    }, say("voicemail.removed"));
  };
  const heard = () => one.heard_at === null && may.has("voicemails.heard") && change("POST", "heard");
  return html`<li class=${one.heard_at === null ? "unread" : ""}>
    <div class="head"><b>${one.number || say("voicemail.withheld")}</b> <time>${moment(one.at)}</time>
      ${one.queue && html`<span class="tag">${one.queue}</span>`}
      <small>${one.seconds === null ? "" : lasted(one.seconds)}</small>
      <small role="status">${one.heard_at === null ? say("voicemail.unheard") : `${say("voicemail.heardby")} ${one.heard_by}`}</small></div>
    ${may.has("voicemails.play") &&
    html`<audio controls preload="none" aria-label=${`${say("voicemail.sound")}: ${name}`} src=${`/api/v1${path}/sound`} onPlay=${heard}></audio>`}
    <div class="buttons">
      <form onSubmit=${(/** @type {SubmitEvent} */ event) => change("PUT", "class", { class_name: said(event).class_name || "" }, say("voicemail.saved"))}>
        <label>${say("voicemail.class")}<input name="class_name" maxlength="40" pattern="[A-Za-z0-9_\\-]*" defaultValue=${one.class_name} /></label>
        ${may.has("voicemails.classify") && html`<button aria-label=${`${say("voicemail.save")}: ${say("voicemail.class")}, ${name}`}>${say("voicemail.save")}</button>`}
      </form>
      ${may.has("voicemails.assign") &&
      html`<form onSubmit=${(/** @type {SubmitEvent} */ event) => change("PUT", "assignee", { agent: said(event).agent || null }, say("voicemail.saved"))}>
        <label>${say("voicemail.for")}<input name="agent" maxlength="64" defaultValue=${one.assigned_to || ""} /></label>
        <button aria-label=${`${say("voicemail.save")}: ${say("voicemail.for")}, ${name}`}>${say("voicemail.save")}</button>
      </form>`}
      ${may.has("voicemails.remove") && html`<button type="button" class="danger" aria-label=${`${say("voicemail.remove")}: ${name}`} onClick=${remove}>${say("voicemail.remove")}</button>`}
    </div>
  </li>`;
}
