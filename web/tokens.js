// @ts-check
// Tokens: machines that may come in, and what each was given. The secret of a new one is shown once, and
// kept nowhere. Knows REST's tokens and rights.
import { html, useState } from "./vendor/ui.js";
import { moment } from "./clock.js";
import { Dialog } from "./dialog.js";
import { doing } from "./doing.js";
import { said } from "./form.js";
import { Table, useShelf } from "./shelf.js";
import { say } from "./texts.js";
import { ROLES } from "./users.js";

const HEADS = ["tokens.name", "users.role", "tokens.scopes", "tokens.by", "tokens.ends", "tokens.seen", "floor.state", "floor.actions"];

/** @param {{may: Set<string>}} props */
export function Tokens({ may }) {
  const tokens = useShelf("/tokens");
  const [adds, add] = useState(false);
  const [secret, show] = useState("");
  const revoke = (/** @type {any} */ one) =>
    confirm(`${say("tokens.revoke.sure")} ${one.name}`) && tokens.change("DELETE", `/tokens/${one.id}`, undefined, say("tokens.revoked.done"));
  const until = (/** @type {number | null} */ at_s) => (at_s === null ? "–" : moment(at_s));
  return html`<div class="head"><span class="grow"></span>
      ${may.has("tokens.create") && html`<button type="button" class="main" onClick=${() => add(true)}>${say("tokens.add")}</button>`}</div>
    <${Table} label=${say("people.tokens")} heads=${HEADS.map(say)} rows=${(tokens.items || []).map(
      (one) => html`<tr key=${one.id} class=${one.revoked_at === null ? "" : "gone"}>
        <th scope="row" dir="auto">${one.name}</th><td>${say(`role.${one.role}`)}</td>
        <td title=${one.scopes.join(", ")}>${one.scopes.length > 3 ? `${one.scopes.slice(0, 3).join(", ")} +${one.scopes.length - 3}` : one.scopes.join(", ")}</td>
        <td>${one.created_by}, ${moment(one.created_at)}</td><td>${until(one.ends_at)}</td><td>${until(one.seen_at)}</td>
        <td>${one.revoked_at === null ? say("users.active") : `${say("tokens.revoked")} ${moment(one.revoked_at)}`}</td>
        <td class="buttons">${one.revoked_at === null && may.has("tokens.revoke") &&
        html`<button type="button" aria-label=${`${say("tokens.revoke")}: ${one.name}`} onClick=${() => revoke(one)}>${say("tokens.revoke")}</button>`}</td></tr>`,
    )} />
    ${adds && html`<${Add} tokens=${tokens} close=${() => add(false)} made=${show} />`}
    ${secret && html`<${Secret} secret=${secret} close=${() => show("")} />`}`;
}

/** @param {{tokens: ReturnType<typeof useShelf>, close: () => void, made: (secret: string) => void}} props */
function Add({ tokens, close, made }) {
  const rights = useShelf("/users/rights");
  const [role, choose] = useState("campaign_manager");
  const scopes = [...new Set((rights.items || []).filter((one) => one.roles.includes(role)).map((one) => one.scope))].sort();
  /** @param {SubmitEvent} event */
  const add = async (event) => {
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const { name, ends } = said(event);
    const wanted = { name, role, scopes: form.getAll("scope"), ends_at: ends ? new Date(`${ends}T23:59:59`).getTime() / 1000 : null };
    const answer = await tokens.change("POST", "/tokens", wanted);
    if (!answer) return;
    close();
    made(answer.secret);
  };
  return html`<${Dialog} title=${say("tokens.add")} close=${close}>
    <form onSubmit=${add}>
      <div class="fields">
        <label>${say("tokens.name")}<input name="name" required maxlength="200" autofocus /></label>
        <label>${say("users.role")}<select onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
          ${ROLES.map((one) => html`<option value=${one} selected=${one === role}>${say(`role.${one}`)}</option>`)}</select></label>
        <label>${say("tokens.ends.day")}<input name="ends" type="date" /></label>
      </div>
      <fieldset><legend>${say("tokens.scopes")}</legend>
        <div class="choices">${scopes.map((one) => html`<label class="row" key=${`${role} ${one}`}><input type="checkbox" name="scope" value=${one} />${one}</label>`)}</div></fieldset>
      <p class="hint">${say("tokens.scopes.about")}</p>
      <div class="buttons"><button class="main">${say("tokens.add")}</button></div>
    </form>
  <//>`;
}

/** @param {{secret: string, close: () => void}} props */
function Secret({ secret, close }) {
  return html`<${Dialog} title=${say("tokens.secret")} close=${close}>
    <p>${say("tokens.secret.about")}</p>
    <label>${say("tokens.secret")}<input readonly value=${secret} onFocus=${(/** @type {any} */ event) => event.target.select()} /></label>
    <div class="buttons"><button type="button" class="main" onClick=${() => doing(() => navigator.clipboard.writeText(secret), say("tokens.copied"))}>${say("tokens.copy")}</button></div>
  <//>`;
}
