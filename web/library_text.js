// @ts-check
// One script or article: its versions, approval, and the next version in an editor whose draft the tab keeps
// until the server has it. A change is made to what was seen, or refused. Knows REST's scripts and articles.
import { html, useEffect, useState } from "./vendor/ui.js";
import { ask, tagged } from "./api.js";
import { moment } from "./clock.js";
import { doing } from "./doing.js";
import { ScriptTrial } from "./script_trial.js";
import { Table } from "./shelf.js";
import { say } from "./texts.js";

/** @param {{kind: string, name: string, may: Set<string>}} props `name`: empty: a new one */
export function LibraryText({ kind, name, may }) {
  const [shown, learn] = useState(/** @type {any} */ (null));
  const [etag, seen] = useState("");
  const [read, open] = useState(/** @type {any} */ (null));
  const path = `/${kind}/${encodeURIComponent(name)}`;
  const look = () =>
    doing(async () => {
      const found = await tagged("GET", path);
      open(await ask("GET", `${path}/versions/${found.body.newest}`));
      seen(found.etag);
      learn(found.body);
    });
  useEffect(() => {
    if (name) look();
  }, [path]);
  const version = (/** @type {number} */ number) => doing(async () => open(await ask("GET", `${path}/versions/${number}`)));
  /** @param {string} what @param {any} body @param {string} done */
  const order = (what, body, done) =>
    doing(async () => {
      const found = await tagged("POST", `${path}/${what}`, body, etag);
      seen(found.etag);
      learn(found.body);
    }, done);
  /** @param {string} said @param {string} called */
  const save = (said, called) =>
    doing(async () => {
      if (name) await tagged("POST", `${path}/versions`, { text: said }, etag);
      else await ask("POST", `/${kind}`, { name: called, text: said });
      if (name) await look();
      else location.hash = `library/${kind}/${encodeURIComponent(called)}`;
      return true;
    }, say("library.saved"));
  if (name && !(shown && read)) return null;
  return html`<p><a href=${`#library/${kind}`}>${say("library.back")}</a></p>
    <h2 dir="auto">${name || say(`library.${kind}.new`)}</h2>
    ${shown && html`<${Versions} kind=${kind} shown=${shown} read=${read} version=${version} order=${order} may=${may} />`}
    ${may.has(`${kind}.${name ? "add" : "create"}`)
      ? html`<${Editor} key=${read ? read.version : 0} kind=${kind} name=${name} from=${read} save=${save} may=${may} />`
      : html`<pre class="noted" dir="auto">${read.text}</pre>`}`;
}

/** @param {{kind: string, shown: any, read: any, version: (number: number) => void, order: (what: string, body: any, done: string) => void, may: Set<string>}} props */
function Versions({ kind, shown, read, version, order, may }) {
  return html`<${Table} label=${say("library.versions")} heads=${["library.version", "library.by", "library.changed", "floor.state", "floor.actions"].map(say)} rows=${shown.versions.map(
    (/** @type {any} */ one) => html`<tr key=${one.version} aria-current=${one.version === read.version ? "true" : undefined}>
      <th scope="row">${one.version}</th><td>${one.by}</td><td>${moment(one.at)}</td>
      <td>${say(one.published ? "library.state.published" : one.version === shown.newest ? "library.state.waits" : "library.state.old")}</td>
      <td class="buttons">
        <button type="button" aria-label=${`${say("library.read")} ${one.version}`} onClick=${() => version(one.version)}>${say("library.read")}</button>
        ${!one.published && may.has(`${kind}.publish`) &&
        html`<button type="button" aria-label=${`${say("library.publish")} ${one.version}`} onClick=${() => order("publish", { version: one.version }, say("library.publish.done"))}>${say("library.publish")}</button>`}
        ${one.published && may.has(`${kind}.withdraw`) &&
        html`<button type="button" class="danger" onClick=${() => confirm(say("library.withdraw.sure")) && order("withdraw", undefined, say("library.withdraw.done"))}>${say("library.withdraw")}</button>`}
      </td></tr>`,
  )} />`;
}

/**
 * @param {{kind: string, name: string, from: any, save: (text: string, called: string) => Promise<any>, may: Set<string>}} props
 *   `from`: the version that is read, null of a new text; each has a draft of its own
 */
function Editor({ kind, name, from, save, may }) {
  const begun = from ? from.text : "";
  const key = `outpace.draft.${kind}.${name}.${from ? from.version : 0}`;
  const [text, set] = useState(() => sessionStorage.getItem(key) ?? begun);
  const [called, call] = useState("");
  const write = (/** @type {string} */ value) => {
    sessionStorage.setItem(key, value);
    set(value);
  };
  /** @param {SubmitEvent} event */
  const send = async (event) => {
    event.preventDefault();
    if (await save(text, called.trim())) sessionStorage.removeItem(key);
  };
  const back = () => {
    sessionStorage.removeItem(key);
    set(begun);
  };
  return html`<form class="editor" onSubmit=${send}>
    ${!name && html`<label>${say("card.name")}<input required maxlength="80" value=${called} onInput=${(/** @type {any} */ event) => call(event.target.value)} /></label>`}
    <label>${say("library.text")}<textarea rows="14" required maxlength="250000" dir="auto" value=${text}
      onInput=${(/** @type {any} */ event) => write(event.target.value)}></textarea></label>
    <div class="buttons"><button class="main" disabled=${!text.trim() || (Boolean(name) && text === begun)}>${say("library.save")}</button>
      ${text !== begun && html`<button type="button" onClick=${back}>${say("library.undo")}</button>`}</div>
    <p class="hint">${say(may.has(`${kind}.publish`) ? "library.approve.self" : "library.approve.others")}</p>
  </form>
  ${kind === "scripts" && html`<${ScriptTrial} text=${text} />`}`;
}
