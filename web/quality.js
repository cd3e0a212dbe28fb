// @ts-check
// The page of quality: reviews of talks, scorecards, and reviewers compared. Each part is a file of its own;
// the address says which, and what of it.
import { html } from "./vendor/ui.js";
import { Calibration } from "./calibration.js";
import { Review } from "./review.js";
import { Reviews } from "./reviews.js";
import { Scorecards } from "./scorecards.js";
import { know, say } from "./texts.js";
import TEXTS from "./texts_quality.js";

know(TEXTS);

/** @typedef {{me: import("./app.js").Me, may: Set<string>, at: string[]}} PartProps `at`: the address behind the part's name */

/** The parts, each with what is needed to see it; `review` is one of `reviews`. */
const PARTS = /** @type {Record<string, {right: string, Shown: (props: PartProps) => any}>} */ ({
  reviews: { right: "reviews.list", Shown: Reviews },
  calibration: { right: "reviews.compared", Shown: Calibration },
  scorecards: { right: "scorecards.list", Shown: Scorecards },
});

/** @param {import("./pages.js").PageProps} props */
export function Quality({ me, at }) {
  const may = new Set(me.rights);
  const open = Object.keys(PARTS).filter((one) => may.has(PARTS[one].right));
  const [asked, ...rest] = at;
  const name = open.includes(asked) ? asked : open[0];
  const Shown = name === "reviews" && rest[0] ? Review : PARTS[name].Shown;
  return html`<section class="card quality" aria-labelledby="quality">
    <div class="head"><h1 id="quality">${say("page.quality")}</h1>
      <nav class="tabs" aria-label=${say("page.quality")}>${open.map(
        (one) => html`<a href=${`#quality/${one}`} aria-current=${one === name ? "page" : undefined}>${say(`quality.${one}`)}</a>`,
      )}</nav></div>
    <${Shown} key=${`${name} ${rest.join("/")}`} me=${me} may=${may} at=${rest} />
  </section>`;
}
