// @ts-check
// The page of people: who works here, in which teams, what they can do, why they pause, which machines
// may come in, and what each role may do. Each part is a file of its own.
import { html } from "./vendor/ui.js";
import { PauseCodes } from "./pause_codes.js";
import { Roles } from "./roles.js";
import { Skills } from "./skills.js";
import { Teams } from "./teams.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_people.js";
import { Tokens } from "./tokens.js";
import { Users } from "./users.js";

know(TEXTS);

/** The parts: what is needed to see each. */
const PARTS = /** @type {Record<string, {right: string, Shown: (props: {may: Set<string>}) => any}>} */ ({
  users: { right: "users.list", Shown: Users },
  teams: { right: "teams.list", Shown: Teams },
  skills: { right: "skills.list", Shown: Skills },
  pauses: { right: "pause_codes.list", Shown: PauseCodes },
  tokens: { right: "tokens.list", Shown: Tokens },
  roles: { right: "users.rights", Shown: Roles },
});

/** @param {import("./pages.js").PageProps} props */
export function People({ me, at }) {
  const may = new Set(me.rights);
  const open = Object.keys(PARTS).filter((one) => may.has(PARTS[one].right));
  const name = open.includes(at[0]) ? at[0] : open[0];
  const { Shown } = PARTS[name];
  return html`<section class="card" aria-labelledby="people">
    <div class="head"><h1 id="people">${say("page.people")}</h1>
      <nav class="tabs" aria-label=${say("page.people")}>${open.map(
        (one) => html`<a href=${`#people/${one}`} aria-current=${one === name ? "page" : undefined}>${say(`people.${one}`)}</a>`,
      )}</nav></div>
    <p class="hint">${say(`people.${name}.about`)}</p>
    <${Shown} key=${name} may=${may} />
  </section>`;
}
