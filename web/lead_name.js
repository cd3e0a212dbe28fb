// @ts-check
// What a person would call a lead, by what its list says. Knows no page.

/** What a person would call a lead. @param {any} lead */
export function nameOf(lead) {
  const { attributes } = lead;
  const names = Object.keys(attributes).filter((one) => /name/i.test(one) && attributes[one]);
  const named = names.length ? names.slice(0, 2).map((one) => attributes[one]).join(" ") : Object.values(attributes).find(Boolean);
  return named || lead.external_id || `${lead.id}`;
}
