// @ts-check
// The step of the script: which one the campaign's agents read, and its text beside what an agent would see of it
// with one of the campaign's leads. Gaps are filled and checked by the API (POST /scripts/check).
import { html, useEffect, useState } from "./vendor/ui.js";
import { all, ask, tagged } from "./api.js";
import { Saving } from "./campaign_step.js";
import { doing } from "./doing.js";
import { Field, Rest, fieldsOf, short, useForm } from "./field.js";
import { nameOf } from "./lead_name.js";
import { ScriptPreview } from "./script_preview.js";
import { say } from "./texts.js";

const LEADS = 10;

/** @param {import("./campaign_step.js").StepProps} props */
export function CampaignScript({ campaign, may, fixed, save, next }) {
  const form = useForm();
  const [scripts, learn] = useState(/** @type {any[]} */ ([]));
  const [chosen, choose] = useState(campaign.settings.script);
  const look = () => all("/scripts").then(learn);
  useEffect(() => {
    if (may.has("scripts.list")) doing(look);
  }, []);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const { script } = fieldsOf(event);
    if (await form.send(() => save({ script }), say("campaigns.saved"))) next();
  };
  const names = [...new Set([campaign.settings.script, chosen, ...scripts.map((one) => one.name)])].filter(Boolean);
  const unpublished = chosen && !scripts.some((one) => one.name === chosen && one.published !== null);
  return html`<form onSubmit=${submit}><fieldset class="bare" disabled=${fixed}>
      <${Field} key=${names.join()} name="script" label=${say("script.which")} value=${chosen} problems=${form.problems}
        options=${[{ value: "", label: say("script.none") }, ...names]} onChange=${(/** @type {any} */ event) => choose(event.target.value)} />
      ${unpublished && scripts.length > 0 && html`<p class="warn">${say("script.unpublished")}</p>`}
      <${Rest} problems=${form.problems} shown=${["script"]} />
      <${Saving} busy=${form.busy} fixed=${fixed} />
    </fieldset></form>
    ${may.has("scripts.check") && html`<${Writing} key=${chosen} name=${chosen} campaign=${campaign.id} may=${may}
      done=${(/** @type {string} */ name) => look().then(() => choose(name))} />`}`;
}

/** @param {{name: string, campaign: string, may: Set<string>, done: (name: string) => Promise<unknown>}} props `name`: "": a new one */
function Writing({ name, campaign, may, done }) {
  const form = useForm();
  const [kept, keep] = useState(/** @type {{body: any, etag: string} | null} */ (null));
  const [text, write] = useState("");
  const [leads, learn] = useState(/** @type {any[]} */ ([]));
  const [lead, pick] = useState(0);
  const path = `/scripts/${encodeURIComponent(name)}`;
  const look = () => tagged("GET", path).then((told) => (keep(told), told.body));
  useEffect(() => {
    if (may.has("leads.list")) ask("GET", `/leads?campaign=${campaign}&limit=${LEADS}`).then((page) => learn(page.items), () => undefined);
    if (name) doing(async () => write((await ask("GET", `${path}/versions/${(await look()).newest}`)).text));
  }, [name]);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    const said = fieldsOf(event);
    const told = name
      ? await form.send(() => tagged("POST", `${path}/versions`, { text }, kept?.etag), say("script.saved"))
      : await form.send(() => ask("POST", "/scripts", { name: said.name, text }), say("script.saved"));
    if (told && name) doing(look);
    if (told) await done(name || told.name);
  };
  const publish = () =>
    doing(async () => {
      keep(await tagged("POST", `${path}/publish`, { version: kept?.body.newest }, kept?.etag));
      await done(name);
    }, say("script.published"));
  const mayWrite = may.has(name ? "scripts.add" : "scripts.create");
  const { newest, published } = kept?.body || {};
  return html`<div class="columns">
    <form onSubmit=${submit}>
      <h2>${name || say("script.new")}${newest ? html` <small>${say("script.version")} ${newest}${newest === published ? `, ${say("script.is_published")}` : ""}</small>` : ""}</h2>
      ${!name && html`<${Field} name="name" label=${say("script.name")} required maxlength="80" problems=${form.problems} />`}
      <label>${say("script.text")}<textarea rows="12" required value=${text} readonly=${!mayWrite} dir="auto" aria-describedby="script-hint"
        onInput=${(/** @type {any} */ event) => write(event.target.value)}></textarea></label>
      <small id="script-hint">${say("script.hint")}</small>
      <${Rest} problems=${form.problems} shown=${["name"]} />
      <div class="buttons">
        ${mayWrite && html`<button class="main" disabled=${form.busy}>${say("script.save")}</button>`}
        ${name && may.has("scripts.publish") && newest && newest !== published && html`<button type="button" onClick=${publish}>${say("script.publish")} ${newest}</button>`}
      </div>
    </form>
    <section aria-labelledby="preview"><h2 id="preview">${say("script.preview")}</h2>
      ${leads.length > 0 && html`<${Field} name="lead" label=${say("script.lead")} value=${String(lead)} options=${leads.map((one, place) => ({ value: String(place), label: short(nameOf(one), 60) }))}
        onChange=${(/** @type {any} */ event) => pick(Number(event.target.value))} />`}
      <${ScriptPreview} text=${text} fields=${leads[lead]?.attributes || null} />
    </section>
  </div>`;
}
