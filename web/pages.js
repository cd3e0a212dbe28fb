// @ts-check
// Which pages there are, who sees them, and where each is loaded from. A page is loaded when it is
// first opened. Knows nothing of what is on them.

/** @typedef {import("./app.js").Me} Me */
/** @typedef {{me: Me, feed: import("./feed.js").Feed, at: string[]}} PageProps what every page is given; `at`: the address behind its name, part by part */
/** @typedef {{name: string, open: (me: Me) => boolean, load: () => Promise<(props: PageProps) => any>}} Listed */

/** @param {string} right @returns {(me: Me) => boolean} */
const who = (right) => (me) => me.rights.includes(right);

/** @type {Listed[]} in the order in which they are offered; the first is where a person begins */
export const PAGES = [
  {
    name: "desktop",
    open: (me) => Boolean(me.agent) && me.rights.includes("session.get"),
    load: async () => (await import("./desktop.js")).Desktop,
  },
  { name: "floor", open: who("agents.list"), load: async () => (await import("./floor.js")).Floor },
  { name: "campaigns", open: who("campaigns.explain"), load: async () => (await import("./campaigns.js")).Campaigns },
  { name: "leads", open: who("leads.list"), load: async () => (await import("./leads.js")).Leads },
  { name: "flows", open: who("flows.list"), load: async () => (await import("./flows.js")).Flows },
  { name: "recordings", open: who("recordings.list"), load: async () => (await import("./recordings.js")).Recordings },
  { name: "quality", open: who("reviews.list"), load: async () => (await import("./quality.js")).Quality },
  { name: "own", open: (me) => Boolean(me.agent) && me.rights.includes("reviews.own"), load: async () => (await import("./own_reviews.js")).OwnReviews },
  { name: "library", open: who("scripts.list"), load: async () => (await import("./library.js")).Library },
  {
    name: "voicemails",
    open: (me) => me.rights.includes("voicemails.list") && (me.role !== "agent" || Boolean(me.agent)),
    load: async () => (await import("./voicemails.js")).Voicemails,
  },
  { name: "reports", open: who("reports.get"), load: async () => (await import("./reports.js")).Reports },
  { name: "people", open: who("users.list"), load: async () => (await import("./people.js")).People },
  { name: "audit", open: who("audit.list"), load: async () => (await import("./audit.js")).Audit },
];
