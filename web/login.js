// @ts-check
// Logging in. Keeps no password.
import { html, useState } from "./vendor/ui.js";
import { ask } from "./api.js";
import { language, say, speak } from "./texts.js";

/** @param {{letIn: (me: any) => void}} props */
export function Login({ letIn }) {
  const [problem, tell] = useState("");
  const [busy, work] = useState(false);
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const said = new FormData(/** @type {HTMLFormElement} */ (event.target));
    work(true);
    try {
      const tenant = String(said.get("tenant") || "");
      letIn(
        await ask("POST", "/auth/login", {
          login: said.get("login"),
          password: said.get("password"),
          ...(tenant && { tenant }),
        }),
      );
    } catch (error) {
      tell(/** @type {Error} */ (error).message);
      work(false);
    }
  };
  return html`<main class="login">
    <form onSubmit=${submit} class="card">
      <h1>Outpace</h1>
      <label>${say("login.name")}<input name="login" autocomplete="username" required autofocus /></label>
      <label>${say("login.password")}
        <input name="password" type="password" autocomplete="current-password" required /></label>
      <label>${say("login.tenant")}<input name="tenant" placeholder="main" /></label>
      ${problem && html`<p class="bad" role="alert">${problem}</p>`}
      <button class="main" disabled=${busy}>${say("login.go")}</button>
      <button type="button" class="plain" onClick=${() => speak(language.value === "zh" ? "en" : "zh")}>
        ${say("language")}
      </button>
    </form>
  </main>`;
}
