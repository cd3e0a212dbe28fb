// @ts-check
// A flow's values as the YAML that the API reads, so that a form can write what people can read. Knows no step.

/** @typedef {{name: string, values: any, key?: number}} Step `key`: where it stood, while it is moved about */
/** @typedef {{head: Record<string, any>, steps: Step[]}} FlowForm what a flow says: all but its steps, and these */

/** What YAML would not take for a text if it stood there without quotes. */
const TAKEN = /^(true|false|null|yes|no|on|off|y|n|~)$/i;
const PLAIN = /^[A-Za-z_][\w-]*( [\w-]+)*$/;

/** @param {FlowForm} flow */
export function textOf({ head, steps }) {
  const top = Object.entries(head).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const lines = top.flatMap(([name, value]) => written(name, value, ""));
  return `${[...lines, "steps:", ...steps.flatMap((one) => written(one.name, one.values, "  "))].join("\n")}\n`;
}

/** @param {string} name @param {any} value @param {string} indent @returns {string[]} */
function written(name, value, indent) {
  const start = `${indent}${key(name)}:`;
  if (Array.isArray(value)) return value.length ? [start, ...value.flatMap((one) => item(one, `${indent}  `))] : [`${start} []`];
  if (value !== null && typeof value === "object") {
    const fields = Object.entries(value);
    return fields.length ? [start, ...fields.flatMap(([inner, one]) => written(inner, one, `${indent}  `))] : [`${start} {}`];
  }
  const plain = scalar(value);
  return [plain ? `${start} ${plain}` : start];
}

/** @param {any} value @param {string} indent @returns {string[]} */
function item(value, indent) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [`${indent}- ${JSON.stringify(value)}`];
  const lines = Object.entries(value).flatMap(([name, one]) => written(name, one, `${indent}  `));
  return lines.length ? [`${indent}- ${lines[0].trimStart()}`, ...lines.slice(1)] : [`${indent}- {}`];
}

/** @param {string} name */
function key(name) {
  return /^\d+$/.test(name) ? name : scalar(name) || '""';
}

/** @param {any} value */
function scalar(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  return PLAIN.test(value) && !TAKEN.test(value) ? value : JSON.stringify(value);
}
