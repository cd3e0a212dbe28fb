// @ts-check
// REST as the pages use it: one function, errors as the API tells them. Knows no page.

/** @typedef {{field: string, problem: string, fix: string, line?: number | null}} Wrong one thing that is wrong */
/** @typedef {{code: string, detail: string, field: string, fix: string, errors: Wrong[]}} Told */

/** A refusal, as problem+json tells it. */
export class Problem extends Error {
  /** @param {number} status @param {Partial<Told>} told */
  constructor(status, told) {
    super(told.detail || `HTTP ${status}`);
    this.status = status;
    this.code = told.code || "";
    this.field = told.field || "";
    this.fix = told.fix || "";
    this.errors = told.errors || [];
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
  return (await tagged(method, path, body)).body;
}

/**
 * The same with the ETag of what was answered; `match`: only if it is still what has that ETag.
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 * @param {string} [match]
 * @returns {Promise<{body: any, etag: string}>}
 */
export async function tagged(method, path, body, match = "") {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (match) headers["If-Match"] = match;
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
  return { body: read(path, answer.status, await answer.text()), etag: answer.headers.get("ETag") || "" };
}

/** What an answer says; a refusal is thrown. @param {string} path @param {number} status @param {string} text */
function read(path, status, text) {
  let told = null;
  try {
    told = text ? JSON.parse(text) : null;
  } catch {
    told = null;
  }
  if (status === 401 && path !== "/auth/login") dispatchEvent(new Event("outpace:logged-out"));
  if (status < 200 || status > 299) throw new Problem(status, told || {});
  return told;
}

/**
 * Send a file as the body of a POST.
 * @param {string} path below /api/v1
 * @param {Blob} file
 * @param {(share: number) => void} [sent] told how much of it has been sent, 0 to 1
 * @returns {Promise<any>}
 */
export function upload(path, file, sent = () => undefined) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1${path}`);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.upload.onprogress = (event) => event.lengthComputable && sent(event.loaded / event.total);
    request.onerror = () => failed(new Problem(0, { code: "offline", detail: "the service cannot be reached" }));
    request.onload = () => {
      try {
        done(read(path, request.status, request.responseText));
      } catch (problem) {
        failed(problem);
      }
    };
    request.send(file);
  });
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
