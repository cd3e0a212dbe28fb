// @ts-check
// What this browser keeps of how somebody wants to see things. Knows no page.
import { effect, signal } from "./vendor/ui.js";

/**
 * A signal whose value outlives the page; what cannot be read, or misses something, is as it was at first.
 * @template {object} T
 * @param {string} name
 * @param {T} first
 */
export function kept(name, first) {
  const key = `outpace.${name}`;
  const value = signal(first);
  try {
    value.value = { ...first, ...JSON.parse(localStorage.getItem(key) || "{}") };
  } catch {
    localStorage.removeItem(key);
  }
  effect(() => localStorage.setItem(key, JSON.stringify(value.value)));
  return value;
}
