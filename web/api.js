// @ts-check
// REST as the pages use it: one function, errors as the API tells them. Knows no page.

/** @typedef {{code: string, detail: string, field: string, fix: string}} Told */

/** A refusal, as problem+json tells it. */
export class Problem extends Error {
  /** @param {number} status @param {Partial<Told>} told */
  constructor(status, told) {
    super(told.detail || `HTTP ${status}`);
    this.status = status;
    this.code = told.code || "";
    this.field = told.field || "";
    this.fix = told.fix || "";
  }
}

let csrf = "";

/** Keep what every change is sent with. @param {string} token */
export function useCsrf(token) {
  csrf = token;
}

/**
 * Ask the API; returns the body, null without one.
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function ask(method, path, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, { code: "offline", detail: "the service cannot be reached" });
  }
  const text = await answer.text();
  let told = null;
  try {
    told = text ? JSON.parse(text) : null;
  } catch {
    told = null;
  }
  if (answer.status === 401 && path !== "/auth/login") dispatchEvent(new Event("outpace:logged-out"));
  if (!answer.ok) throw new Problem(answer.status, told || {});
  return told;
}

/** All pages of a list. @param {string} path @param {number} [most] */
export async function all(path, most = 1000) {
  const found = [];
  let cursor = "";
  const joint = path.includes("?") ? "&" : "?";
  do {
    const page = await ask("GET", `${path}${joint}limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    if (Array.isArray(page)) return page;
    found.push(...page.items);
    cursor = page.next || "";
  } while (cursor && found.length < most);
  return found;
}
