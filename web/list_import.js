// @ts-check
// A list is chosen, looked at before it comes in (what each column becomes, which rows are rejected and why), and
// imported. How a file is read is the API's business: every change of the mapping asks it anew.
import { html, useEffect, useRef, useState } from "./vendor/ui.js";
import { upload } from "./api.js";
import { Field, Rest, useForm } from "./field.js";
import { ListPreview, pairsOf } from "./list_preview.js";
import { Table } from "./shelf.js";
import { say } from "./texts.js";

/** Bytes of a file that are looked at; of a longer CSV the beginning shows what the whole would. */
const LOOKED_AT = 4 << 20;
const SHOWN = ["region", "list", "source", "cost", "duplicates"];
const DUPLICATES = ["campaign", "file", "allow"];

/** @param {{campaign: string, done: () => unknown}} props */
export function ListImport({ campaign, done }) {
  const form = useForm();
  const [file, choose] = useState(/** @type {File | null} */ (null));
  const [said, write] = useState({ region: "", duplicates: "campaign", list: "", source: "", cost: "" });
  const [mapping, map] = useState(/** @type {Record<number, string>} */ ({}));
  const [preview, look] = useState(/** @type {any} */ (null));
  const [sent, count] = useState(/** @type {number | null} */ (null));
  const [report, tell] = useState(/** @type {any} */ (null));
  const asked = useRef(0);
  const path = () => {
    const pairs = preview ? pairsOf(preview, mapping) : [];
    const parts = [["file", file?.name || "list"], ...Object.entries(said).filter(([, value]) => value), ...pairs.map((pair) => ["map", pair])];
    return `/campaigns/${campaign}/lists?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
  };
  useEffect(() => {
    if (!file) return;
    const turn = ++asked.current;
    form.send(() => beginning(file).then((part) => upload(`${path()}&dry_run=true`, part))).then((shown) => {
      if (shown && turn === asked.current) look(shown);
    });
  }, [file, mapping, said.region, said.duplicates]);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    if (!file) return;
    count(0);
    const told = await form.send(() => upload(`${path()}&rejects=true`, file, count));
    count(null);
    if (!told) return;
    tell(told);
    look(null);
    choose(null);
    /** @type {HTMLFormElement} */ (event.target).reset();
    done();
  };
  /** @param {string} name */
  const typed = (name) => (/** @type {any} */ event) => write({ ...said, [name]: event.target.value.trim() });
  return html`<section aria-labelledby="import"><h2 id="import">${say("import.title")}</h2>
    <form onSubmit=${submit}>
      <div class="fields">
        <${Field} name="file" type="file" label=${say("import.file")} accept=".csv,.txt,.tsv,.xlsx" required hint=${say("import.file.hint")}
          onChange=${(/** @type {any} */ event) => (tell(null), look(null), map({}), choose(event.target.files[0] || null))} />
        <${Field} name="region" label=${say("import.region")} maxlength="2" size="2" placeholder="US" problems=${form.problems} at="default region" onChange=${typed("region")} hint=${say("import.region.hint")} />
        <${Field} name="duplicates" label=${say("import.duplicates")} value="campaign" problems=${form.problems} onChange=${typed("duplicates")}
          options=${DUPLICATES.map((one) => ({ value: one, label: say(`duplicates.${one}`) }))} />
        <${Field} name="list" label=${say("import.list")} maxlength="200" placeholder=${file?.name || ""} problems=${form.problems} onChange=${typed("list")} />
        <${Field} name="source" label=${say("lists.source")} maxlength="200" problems=${form.problems} onChange=${typed("source")} />
        <${Field} name="cost" label=${say("import.cost")} type="number" min="0" step="0.01" problems=${form.problems} onChange=${typed("cost")} />
      </div>
      <${Rest} problems=${form.problems} shown=${SHOWN} />
      ${preview && html`<${ListPreview} preview=${preview} mapping=${mapping} map=${map} />`}
      ${sent !== null && html`<p role="status">${say(sent < 1 ? "import.sending" : "import.reading")} <progress max="1" value=${sent < 1 ? sent : undefined} aria-label=${say("import.title")}></progress></p>`}
      <button class="main" disabled=${form.busy || !preview}>${say("import.go")}</button>
    </form>
    <div aria-live="polite">${report && html`<${Report} report=${report} />`}</div>
  </section>`;
}

/** The beginning of a file: of a text whole lines, of a workbook all. @param {File} file */
async function beginning(file) {
  if (file.size <= LOOKED_AT || /\.xlsx$/i.test(file.name)) return file;
  const part = file.slice(0, LOOKED_AT, file.type);
  const bytes = new Uint8Array(await part.arrayBuffer());
  return part.slice(0, bytes.lastIndexOf(10) + 1, file.type);
}

/** @param {{report: any}} props */
function Report({ report }) {
  return html`<p class="good"><b>${report.taken}</b> ${say("import.taken")} <b dir="auto">${report.list_name}</b></p>
    ${report.rejected > 0 &&
    html`<p class="bad">${report.rejected} ${say("import.rejected")}</p>
      ${!report.rejects_csv && html`<p class="note">${say("import.toomany")}</p>`}
      ${report.rejects_csv && html`<p><button type="button" onClick=${() => save(`${report.list_name}.rejects.csv`, report.rejects_csv)}>${say("import.download")}</button></p>`}
      <${Table} label=${say("import.rejects")} heads=${[say("import.row"), say("import.reason")]}
        rows=${report.rejected_rows.map((/** @type {any} */ one) => html`<tr><td>${one.row}</td><td>${one.reason}</td></tr>`)} />`}
    ${report.remarks.map((/** @type {any} */ one) => html`<p>${say("import.row")} ${one.row}: ${one.reason}</p>`)}`;
}

/** Have the browser save a text that is a CSV already. @param {string} name @param {string} text */
function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
