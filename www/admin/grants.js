// What was issued for a resource: the last of it, as far as this instance's events tell, and the button that ends all of it.
//
// The service keeps no list of grants: a grant lives in its token until it is first used, and then by itself under a name
// that only its tokens know. So this is never a list of what is in use, and the page says so.
import { make } from "../elements.js";
import { ask } from "./dialog.js";
import { endAll, secondsOf } from "./ending.js";
import { button, table, timeOf } from "./pieces.js";

/** Rows that are shown at first. */
const FIRST = 10;

const WHAT =
  "These are the last tokens that this instance issued for it, out of its last 200 events. Other instances may have issued more, so this is not a list of everything in use: the service keeps no such list, because only a token names its grant. The button ends all of them, shown here or not.";

const QUESTION =
  "Everything that was issued for it before now ends. Refresh tokens and opaque tokens are refused, and JWTs are no longer active at introspection and userinfo and cannot be exchanged. A resource server that checks only the signature still accepts a JWT until its exp.";

const WHEN =
  "This instance refuses them at once. All others follow within the cache time (STS_CACHE_TTL, 30 seconds by default); on Cloudflare Workers add the time that KV takes, about a minute, unless STS_CONSISTENCY is strong. New tokens can be issued right away.";

/** What may come after the end. */
const AGAIN =
  "A token of an issuer that is still valid can be exchanged again. If one was stolen, turn the resource off, or set not_before of the TokenIntrospector.";

const AGAIN_OF_ISSUER =
  "The issuer’s own tokens from before now are refused as well, if they say when they were issued (iat).";

/** @type {Record<string, string>} */
const GRANTS = {
  "token.exchange": "exchange",
  "token.refresh": "refresh",
  "token.jwt_bearer": "JWT bearer",
  "token.id_jag": "identity assertion",
};

const FORMS = [
  [":access_token", "access token"],
  [":refresh_token", "refresh token"],
  [":jwt", "JWT"],
  [":id-jag", "ID-JAG"],
];

/**
 * @param {import("./kinds.js").ResourceType} type
 * @param {string} id
 * @param {{ path: string, stored: () => any, ended: (time: string) => Promise<unknown> }} resource  where it is; as the service has it; what follows the end
 */
export function grantsView(type, id, { path, stored, ended }) {
  const found = make("div", { "data-testid": "issued" });
  let limit = FIRST;

  const again = type === "TokenIntrospector" ? AGAIN_OF_ISSUER : AGAIN;
  const end = async () => {
    const title = `End everything issued for ${type}/${id}?`;
    if (!(await ask({ title, text: `${QUESTION} ${WHEN} ${again}`, go: "End all", name: id }))) return;
    await ended(await endAll(path));
  };

  const element = make(
    "section",
    { class: "danger-zone", "aria-labelledby": "end-title" },
    make("h2", { id: "end-title" }, "Grants and tokens"),
    make("p", {}, WHAT),
    found,
    make("p", {}, WHEN),
    make(
      "div",
      { class: "actions" },
      button("End everything issued for it", end, { class: "danger", "data-testid": "end" }),
    ),
  );

  return {
    element,

    /** @param {{ events: any[], now: number }} seen  by this instance, the last first */
    show({ events, now }) {
      const issued = events.filter((event) => isIssued(event) && standsBehind(event, type, id, stored()));
      const rest = button("Show the rest", () => showFirst((limit = Infinity)), { class: "quiet" });
      const showFirst = (/** @type {number} */ count) => {
        const rows = issued.slice(0, count).map((event) => row(event, stateOf(event, stored(), now)));
        rest.hidden = issued.length <= count;
        const heads = ["Issued", "State", "Client", "For", "Audience", "Scope", "Token", "Refresh token", "jti"];
        const none = make("p", { class: "what" }, "None of the events that this instance has kept.");
        found.replaceChildren(issued.length === 0 ? none : table("Issued lately", heads, rows), rest);
      };
      showFirst(limit);
    },
  };
}

/** @param {any} event */
function isIssued(event) {
  return event.outcome === "success" && Object.hasOwn(GRANTS, event.event);
}

/**
 * Whether what an event tells of ends with a resource.
 * @param {any} event
 * @param {string} type
 * @param {string} id
 * @param {any} resource
 */
export function standsBehind(event, type, id, resource) {
  const parties = [event.subject, event.actor].filter((party) => party !== undefined);
  if (type === "Client") return event.client_id === id;
  if (type === "User") return parties.some((party) => (party.user ?? party.sub) === id);
  return parties.some(({ iss }) => iss !== undefined && iss === resource?.jwt?.iss);
}

/**
 * As far as it can be told from here: a token may also have been revoked, or have ended with another resource.
 * @param {any} event
 * @param {any} resource
 * @param {number} now  seconds
 */
function stateOf(event, resource, now) {
  if (event.time < secondsOf(resource?.not_before)) return "ended";
  return Math.max(event.exp ?? 0, event.refresh_exp ?? 0) <= now ? "expired" : "may be in use";
}

/** @param {any} event @param {string} state */
function row(event, state) {
  const { subject, actor, aud = [], scope = "", issued_token_type = "", exp, refresh_exp, jti } = event;
  const form = FORMS.find(([ending]) => issued_token_type.endsWith(ending))?.[1] ?? issued_token_type;
  const until = (/** @type {number | undefined} */ end) => (end === undefined ? "none" : timeOf(end));
  const cells = [
    make("span", { class: state === "may be in use" ? "tag" : "tag bad" }, state),
    event.client_id ?? "",
    [nameOf(subject), actor === undefined ? "" : `by ${nameOf(actor)}`].filter((text) => text !== "").join(", "),
    aud.join(" "),
    scope,
    make("span", {}, `${form} until `, until(exp)),
    refresh_exp === undefined ? "none" : make("span", {}, "until ", until(refresh_exp)),
    jti === undefined ? "not told" : make("code", {}, jti),
  ];
  const head = make("th", { scope: "row" }, timeOf(event.time), make("small", {}, ` ${GRANTS[event.event]}`));
  return make("tr", { "data-request": event.request_id }, head, ...cells.map((cell) => make("td", {}, cell)));
}

/** @param {any} party */
function nameOf(party) {
  if (party === undefined) return "";
  return party.user === undefined ? party.sub : `${party.user} (${party.sub})`;
}
