// @ts-check
// The page of recordings: found by campaign or queue, agent, day and number; played, and taken out by who may.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { all, ask } from "./api.js";
import { lasted, moment } from "./clock.js";
import { doing } from "./doing.js";
import { More, asked, ofDay, useListing } from "./listing.js";
import { Player } from "./player.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_recordings.js";

know(TEXTS);

/** @param {import("./pages.js").PageProps} props */
export function Recordings({ me, at }) {
  const may = new Set(me.rights);
  const [wanted, want] = useState("");
  const [campaigns, learn] = useState(/** @type {any[]} */ ([]));
  const list = useListing(`/recordings${wanted}`);
  const [attempt, second] = at;
  useEffect(() => {
    all("/campaigns").then(learn, () => undefined);
  }, []);
  /** @param {SubmitEvent} event */
  const find = (event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.target));
    want(
      asked({
        campaign: said.get("campaign"),
        queue: String(said.get("queue")).trim(),
        agent: String(said.get("agent")).trim(),
        number: String(said.get("number")).trim(),
        ...ofDay(String(said.get("day"))),
      }),
    );
  };
  return html`<section class="card" aria-labelledby="recordings">
    <div class="head"><h1 id="recordings">${say("recordings.title")}</h1> <small>${say("recordings.noted")}</small></div>
    <form class="fields" onSubmit=${find}>
      <label>${say("floor.campaign")}<select name="campaign"><option value="">${say("recordings.all")}</option>
        ${campaigns.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select></label>
      <label>${say("recordings.queue")}<input name="queue" maxlength="200" /></label>
      <label>${say("floor.agent")}<input name="agent" maxlength="64" /></label>
      <label>${say("recordings.day")}<input name="day" type="date" /></label>
      <label>${say("recordings.number")}<input name="number" type="tel" placeholder="+1…" maxlength="40" /></label>
      <button class="main">${say("recordings.find")}</button>
    </form>
    ${attempt && may.has("recordings.play") && html`<${Played} key=${attempt} attempt=${attempt} at=${Number(second) || 0} />`}
    <${Talks} items=${list.items} may=${may} attempt=${attempt} />
    <${More} list=${list} />
  </section>`;
}

/** The talk that is heard: who it was with, also where it is not in the list. @param {{attempt: string, at: number}} props */
function Played({ attempt, at }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const [talk, learn] = useState(/** @type {any} */ (null));
  useEffect(() => {
    place.current?.focus();
    const kind = attempt.startsWith("ca-") ? "call-records" : "attempts";
    doing(async () => learn(await ask("GET", `/${kind}/${encodeURIComponent(attempt)}`)));
  }, []);
  const who = talk ? [talk.campaign_name || talk.queue, talk.agent, talk.number, moment(talk.dialed_at ?? talk.began_at)].filter(Boolean).join(" · ") : attempt;
  return html`<section class="played-now" tabindex="-1" ref=${place} aria-label=${who}><h2>${who}</h2>
    <${Player} attempt=${attempt} at=${at} /></section>`;
}

const HEADS = ["recordings.dialed", "recordings.of", "floor.agent", "floor.number", "recordings.length", "recordings.disposition", "recordings.kept", "floor.actions"];

/** @param {{items: any[] | null, may: Set<string>, attempt: string | undefined}} props */
function Talks({ items, may, attempt }) {
  if (!items) return null;
  if (!items.length) return html`<p>${say("recordings.none")}</p>`;
  return html`<div class="scroll"><table>
    <thead><tr>${HEADS.map((head) => html`<th scope="col">${say(head)}</th>`)}</tr></thead>
    <tbody>${items.map((one) => {
      const of = one.campaign_name || one.queue;
      const what = `${of} ${one.agent || ""} ${moment(one.dialed_at)}`;
      return html`<tr key=${one.attempt} aria-current=${one.attempt === attempt ? "true" : undefined}>
        <th scope="row">${moment(one.dialed_at)}</th>
        <td>${of}${!one.campaign && html` <span class="tag">${say("recordings.in")}</span>`}</td><td>${one.agent || ""}</td><td>${one.number}</td>
        <td>${one.seconds === null ? "" : lasted(one.seconds)}</td><td>${one.disposition}</td>
        <td>${one.held && html`<b class="tag" title=${say("recordings.held.why")}>${say("recordings.held")}</b>`}
          ${one.encrypted && html`<span class="tag">${say("recordings.encrypted")}</span>`}
          ${one.bytes === null && html`<span class="tag">${say("recordings.soon")}</span>`}
          <small>${say(`recordings.ground.${one.ground}`)}</small></td>
        <td class="buttons">
          ${may.has("recordings.play") && html`<a class="button" href=${`#recordings/${one.attempt}`} aria-label=${`${say("recordings.play")}: ${what}`}>${say("recordings.play")}</a>`}
          ${may.has("recordings.download") &&
          html`<a class="button" href=${`/api/v1/recordings/${one.attempt}/file`} download aria-label=${`${say("recordings.download")}: ${what}`}>${say("recordings.download")}</a>`}
        </td></tr>`;
    })}</tbody>
  </table></div>`;
}
