// @ts-check
// The pages' frame: who is here, which page is shown, language and theme.
import { effect, html, render, signal, useEffect, useState } from "./vendor/ui.js";
import { ask, useCsrf } from "./api.js";
import { Told, doing } from "./doing.js";
import { Feed, live } from "./feed.js";
import { Login } from "./login.js";
import { PAGES } from "./pages.js";
import { closePhone } from "./softphone.js";
import { language, say, speak } from "./texts.js";

/** @typedef {{user: string, tenant: string, role: string, agent: string | null, rights: string[], csrf: string}} Me */

/** In the browser's storage: that somebody has logged in. */
const HERE = "outpace.here";

/** Who is here; undefined: not known yet. */
const me = signal(/** @type {Me | null | undefined} */ (undefined));
const page = signal(location.hash.slice(1));
const theme = signal(localStorage.getItem("outpace.theme") || "");

addEventListener("hashchange", () => (page.value = location.hash.slice(1)));
addEventListener("outpace:logged-out", gone);
effect(() => {
  if (theme.value) document.documentElement.dataset.theme = theme.value;
  localStorage.setItem("outpace.theme", theme.value);
});
speak(language.value);

/** @param {Me} who */
function letIn(who) {
  useCsrf(who.csrf);
  localStorage.setItem(HERE, who.user);
  me.value = who;
}

/** Who has a session here; nobody is asked for where nobody has logged in. */
async function look() {
  try {
    if (localStorage.getItem(HERE)) letIn(await ask("GET", "/auth/me"));
    else me.value = null;
  } catch {
    me.value = null; // the service may only be away: asked again when the page is opened anew
  }
}

async function leave() {
  closePhone();
  me.value = undefined; // whatever still asks is gone before the session is
  await ask("POST", "/auth/logout").catch(() => undefined);
  gone();
}

/** Nobody has a session here any more. */
function gone() {
  localStorage.removeItem(HERE);
  me.value = null;
}

function turnTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const shown = theme.value || (dark ? "dark" : "light");
  theme.value = shown === "dark" ? "light" : "dark";
}

/** @param {{who: Me}} props */
function Inside({ who }) {
  const pages = PAGES.filter((one) => one.open(who));
  const [name, ...at] = page.value.split("/").map(decodeURIComponent);
  const shown = pages.find((one) => one.name === name) || pages[0];
  const feed = useFeed();
  return html`
    <header class="top">
      <strong class="brand">Outpace</strong>
      <nav aria-label="Outpace">
        ${pages.map(
          (one) => html`<a href=${`#${one.name}`} aria-current=${one === shown ? "page" : undefined}>
            ${say(`page.${one.name}`)}</a>`,
        )}
      </nav>
      <span class="grow"></span>
      <span class="who">${who.user}</span>
      <button type="button" onClick=${() => speak(language.value === "zh" ? "en" : "zh")}>${say("language")}</button>
      <button type="button" onClick=${turnTheme} aria-label=${say("theme")} title=${say("theme")}>◐</button>
      <button type="button" onClick=${leave}>${say("logout")}</button>
    </header>
    ${!live.value && html`<p class="offline" role="alert">${say("offline")}</p>`}
    <main>
      ${shown && html`<${Loaded} key=${shown.name} listed=${shown} me=${who} feed=${feed} at=${at} />`}
      ${!shown && html`<p>${say("desk.noagent")}</p>`}
    </main>`;
}

/** @param {{listed: import("./pages.js").Listed} & import("./pages.js").PageProps} props */
function Loaded({ listed, me, feed, at }) {
  const [Shown, show] = useState(/** @type {any} */ (null));
  useEffect(() => {
    doing(async () => {
      const loaded = await listed.load();
      show(() => loaded);
    });
  }, [listed]);
  return Shown && html`<${Shown} me=${me} feed=${feed} at=${at} />`;
}

/** @type {Feed | null} */
let feed = null;

function useFeed() {
  feed ??= new Feed();
  useEffect(() => {
    feed?.open();
    return () => {
      feed?.close();
      feed = null;
    };
  }, []);
  return feed;
}

function App() {
  const who = me.value;
  return html`${who === undefined ? null : who ? html`<${Inside} who=${who} />` : html`<${Login} letIn=${letIn} />`}
    <${Told} />`;
}

render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
look();
