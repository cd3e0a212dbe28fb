// @ts-check
// One flow: its text is what is kept; the form writes it, and each change is checked by the API as it is typed.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { ask, tagged } from "./api.js";
import { doing } from "./doing.js";
import { Field, Rest, useForm } from "./field.js";
import { FlowCards } from "./flow_cards.js";
import { textOf } from "./flow_text.js";
import { FlowVersions } from "./flow_versions.js";
import { say } from "./texts.js";

const PAUSE_MS = 300;
const FIRST = "otherwise: bye\nsteps:\n  hello:\n    play:\n      text: Hello.\n    next: bye\n  bye:\n    hang_up:\n      text: Goodbye.\n";

/** As a name in the address: a flow that is to be made. No flow can be called so. */
const NEW = "+";

/** @param {{name: string, may: Set<string>}} props */
export function FlowEditor({ name, may }) {
  const isNew = name === NEW;
  const form = useForm();
  const [text, write] = useState(isNew ? FIRST : "");
  const [kept, keep] = useState(/** @type {{body: any, etag: string} | null} */ (null));
  const [view, turn] = useState("form");
  const [forms, learn] = useState(/** @type {any[] | null} */ (null));
  const { checked, shown, edit } = useChecked(text);
  const [opened, count] = useState(0);
  const mayWrite = may.has(isNew ? "flows.create" : "flows.add");
  /** @param {number} version */
  const open = async (version) => {
    const found = await ask("GET", `/flows/${encodeURIComponent(name)}/versions/${version}`);
    write(found.text);
    edit(null);
    count((before) => before + 1);
  };
  const look = async () => {
    const told = await tagged("GET", `/flows/${encodeURIComponent(name)}`);
    keep(told);
    return told.body;
  };
  useEffect(() => {
    doing(async () => learn(await ask("GET", "/flow-steps")));
    if (!isNew) doing(async () => open((await look()).newest));
  }, [name]);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("name");
    const told = isNew
      ? await form.send(() => ask("POST", "/flows", { name: said, text }), say("flows.saved"))
      : await form.send(() => tagged("POST", `/flows/${encodeURIComponent(name)}/versions`, { text }, kept?.etag), say("flows.saved"));
    if (told && isNew) location.hash = `flows/${encodeURIComponent(told.name)}`;
    else if (told) doing(look);
  };
  const problems = checked?.problems || [];
  return html`<section class="card flow" aria-labelledby="flow">
    <div class="head"><a href="#flows">${say("page.flows")}</a> <span aria-hidden="true">/</span><h1 id="flow">${isNew ? say("flows.new") : name}</h1>
      <span class="grow"></span>
      <div role="group" aria-label=${say("flows.view")}>${["form", "text"].map(
        (one) => html`<button type="button" aria-pressed=${view === one} onClick=${() => turn(one)}>${say(`flows.${one}`)}</button>`,
      )}</div>
    </div>
    <${Problems} problems=${problems} checked=${checked} />
    <form onSubmit=${submit}>
      ${isNew && html`<${Field} name="name" label=${say("flows.name")} required maxlength="80" problems=${form.problems} hint=${say("flows.name.hint")} />`}
      ${view === "text"
        ? html`<label>${say("flows.text")}<textarea class="code" rows="24" spellcheck="false" value=${text} readonly=${!mayWrite} aria-describedby="flow-problems"
            onInput=${(/** @type {any} */ event) => (edit(null), write(event.target.value))}></textarea></label>`
        : shown && forms
          ? html`<${FlowCards} key=${opened} flow=${shown} forms=${forms} problems=${problems} fixed=${!mayWrite}
              change=${(/** @type {any} */ flow) => (edit(flow), write(textOf(flow)))} />`
          : checked && html`<p class="note">${say("flows.noform")}</p>`}
      <${Rest} problems=${form.problems} shown=${["name", "text"]} />
      ${mayWrite && html`<div class="buttons"><button class="main" disabled=${form.busy || !checked?.usable}>${say("flows.save")}</button></div>`}
    </form>
    ${kept && html`<${FlowVersions} flow=${kept.body} etag=${kept.etag} may=${may} look=${look} open=${open} />`}
  </section>`;
}

/** @param {{problems: any[], checked: any}} props */
function Problems({ problems, checked }) {
  return html`<div id="flow-problems" class="problems" aria-live="polite">
    ${checked && (problems.length
      ? html`<ul>${problems.map(
          (one) => html`<li class=${one.warning ? "warn" : "bad"}>${say("flows.line")} ${one.line}${one.step && html` <code>${one.step}</code>`}: ${one.reason}; ${one.fix}</li>`,
        )}</ul>`
      : html`<p class="good">${say("flows.usable")}</p>`)}
  </div>`;
}

/**
 * What the API says of a text, asked a moment after it was typed, and the form it makes.
 * @param {string} text
 * @returns {{checked: any, shown: any, edit: (flow: any) => void}} `shown`: as the form was edited, else as the text says
 */
function useChecked(text) {
  const [checked, tell] = useState(/** @type {any} */ (null));
  const [edited, edit] = useState(/** @type {any} */ (null));
  const turn = useRef(0);
  useEffect(() => {
    if (!text.trim()) return undefined;
    const mine = ++turn.current;
    const look = async () => {
      const told = await doing(() => ask("POST", "/flows/check", { text }));
      if (told && mine === turn.current) tell(told);
    };
    const timer = setTimeout(look, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return { checked, shown: edited || checked?.form, edit };
}
