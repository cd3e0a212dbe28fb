// @ts-check
// The page of the audit log: who did what, to whom or what, and when; newest first. Changes nothing.
import { html, useEffect, useState } from "./vendor/ui.js";
import { all } from "./api.js";
import { moment } from "./clock.js";
import { said } from "./form.js";
import { More, asked, ofDay, useListing } from "./listing.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_audit.js";

know(TEXTS);

/** Things that go by a name: each is added, changed and removed. */
const NAMED = ["caller_id", "calling_hours", "inbound_number", "pause_code", "prompt", "queue", "scorecard", "skill", "trunk", "trunk_route"];
/** What can be looked for: each action that the catalogue knows, and those. */
const ACTIONS = [
  ...Object.keys(TEXTS).filter((key) => key.startsWith("did.") && !key.startsWith(`did.any_`)).map((key) => key.slice(4)),
  ...NAMED.flatMap((one) => ["add", "change", "remove"].map((what) => `${one}_${what}`)),
];

/** @param {import("./pages.js").PageProps} _props */
export function Audit(_props) {
  const [wanted, want] = useState("");
  const [names, learn] = useState(/** @type {Map<string, string>} */ (new Map()));
  const list = useListing(`/audit${wanted}`);
  useEffect(() => {
    all("/campaigns").then((found) => learn(new Map(found.map((one) => [one.id, one.name]))), () => undefined);
  }, []);
  /** @param {SubmitEvent} event */
  const find = (event) => {
    const { by, action, subject, from, to } = said(event);
    want(asked({ by, action, subject, since: from && ofDay(from).since, until: to && ofDay(to).until }));
  };
  return html`<section class="card" aria-labelledby="audit">
    <h1 id="audit">${say("page.audit")}</h1>
    <form class="fields" onSubmit=${find}>
      <label>${say("audit.by")}<input name="by" maxlength="200" /></label>
      <label>${say("audit.action")}<select name="action"><option value="">${say("audit.any")}</option>
        ${ACTIONS.map((one) => html`<option value=${one}>${done(one)} (${one.replaceAll("_", " ")})</option>`)}</select></label>
      <label>${say("audit.subject")}<input name="subject" maxlength="400" placeholder="user ann" /></label>
      <label>${say("audit.from")}<input name="from" type="date" /></label>
      <label>${say("audit.to")}<input name="to" type="date" /></label>
      <button class="main">${say("audit.find")}</button>
    </form>
    ${list.items && !list.items.length && html`<p>${say("audit.none")}</p>`}
    <ol class="log">${(list.items || []).map((one) => html`<${Line} key=${one.id} one=${one} names=${names} />`)}</ol>
    <${More} list=${list} />
  </section>`;
}

/** What was done, as a reader says it: things that go by a name are added, changed, removed. @param {string} action */
function done(action) {
  const named = action.match(/_(add|change|remove)$/);
  return say(`did.${action}` in TEXTS || !named ? `did.${action}` : `did.any${named[0]}`);
}

/** @param {{one: any, names: Map<string, string>}} props */
function Line({ one, names }) {
  const facts = factsOf(one.detail);
  return html`<li title=${one.detail.program}><time>${moment(one.at)}</time>
    <span><b dir="auto">${one.by}</b> ${done(one.action)} <${Subject} subject=${one.subject} action=${one.action} names=${names} />
      ${facts.length > 0 && html`<small>${facts.map(([name, value]) => html` <span class="fact">${name.replaceAll("_", " ")}: <span dir="auto">${value}</span></span>`)}</small>`}</span></li>`;
}

/** What is done with a call's recording. */
const HEARD = new Set(["playback", "download", "recording_opt_in", "recording_pause", "recording_resume"]);

/** @param {{subject: string, action: string, names: Map<string, string>}} props */
function Subject({ subject, action, names }) {
  const [kind, ...rest] = subject.split(" ");
  const id = rest.join(" ");
  if (names.has(id)) return html`<span title=${id}>${say("floor.campaign")} <b dir="auto">${names.get(id)}</b></span>`;
  if (kind === "attempt" || (kind === "call" && HEARD.has(action))) return html`<a href=${`#recordings/${id}`}>${subject}</a>`;
  return html`<span dir="auto">${subject}</span>`;
}

/** What is said besides: of a change, what was and what is. @param {Record<string, any>} detail @returns {[string, string][]} */
function factsOf(detail) {
  const { before, after, program: _, ...rest } = detail;
  const isChange = [before, after].some((one) => one && typeof one === "object");
  const names = isChange ? [...new Set([...Object.keys(before || {}), ...Object.keys(after || {})])] : [];
  const changed = names
    .filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
    .map((name) => /** @type {[string, string]} */ ([name, [before, after].filter(Boolean).map((one) => written(one[name])).join(" → ")]));
  const others = Object.entries(isChange ? rest : { ...rest, before, after }).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return [...changed, ...others.map(([name, value]) => /** @type {[string, string]} */ ([name, written(value)]))];
}

/** @param {unknown} value */
function written(value) {
  if (value === undefined || value === null || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
