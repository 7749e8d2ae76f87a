// What would this token get? The service decides as for a real request, and issues nothing.
import { make } from "../elements.js";
import { jsonText } from "../json_text.js";
import { explain } from "../reasons.js";
import { button, labelled, notice, select, timeOf } from "./pieces.js";
import { Refused, request } from "./session.js";

const TYPE = "urn:ietf:params:oauth:token-type:";
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** @type {readonly (readonly [string, string])[]} */
const PRESENTED = [
  [`${TYPE}jwt`, "JWT of an issuer"],
  [`${TYPE}id_token`, "ID token of an issuer"],
  [`${TYPE}access_token`, "access token of this service, or opaque"],
];

/** @returns {Promise<{ element: HTMLElement }>} */
export async function dryRunView() {
  const plain = { autocomplete: "off", autocapitalize: "none", spellcheck: "false" };
  const input = (/** @type {string} */ name, /** @type {Record<string, string>} */ more = {}) =>
    /** @type {HTMLInputElement} */ (make("input", { ...plain, "data-parameter": name, ...more }));
  const area = (/** @type {string} */ name, rows = "4") =>
    /** @type {HTMLTextAreaElement} */ (make("textarea", { ...plain, "data-parameter": name, rows }));

  const ids = make("datalist", { id: "client-ids" });
  const { body } = await request("GET", "Client?_count=100");
  ids.append(...body.entry.map((/** @type {any} */ { resource }) => make("option", { value: resource.id })));

  const grant = select([
    ["", "token exchange"],
    [JWT_BEARER, "identity assertion (ID-JAG)"],
  ]);
  const client = input("client_id", { list: "client-ids" });
  const subject = area("subject_token");
  const subjectType = select(PRESENTED, `${TYPE}jwt`);
  const actor = area("actor_token", "2");
  const actorType = select(PRESENTED, `${TYPE}jwt`);
  const requested = select([
    ["", "an access token"],
    [`${TYPE}jwt`, "a JWT"],
    [`${TYPE}refresh_token`, "a refresh token"],
    [`${TYPE}id-jag`, "an identity assertion (ID-JAG)"],
  ]);
  const audience = input("audience");
  const resource = input("resource");
  const scope = input("scope");
  const jkt = input("dpop_jkt");
  const result = make("div", { class: "result", "data-testid": "result" });

  const isAssertion = () => grant.value === JWT_BEARER;
  const words = (/** @type {HTMLInputElement} */ control) => {
    const values = control.value.split(/\s+/).filter((value) => value !== "");
    return values.length === 0 ? undefined : values.length === 1 ? values[0] : values;
  };
  const filled = (/** @type {string} */ text) => (text.trim() === "" ? undefined : text.trim());
  const parameters = () => {
    const common = { client_id: client.value.trim(), resource: words(resource), scope: filled(scope.value) };
    const proof = { dpop_jkt: filled(jkt.value) };
    if (isAssertion()) return { ...common, ...proof, grant_type: JWT_BEARER, assertion: filled(subject.value) };
    const acting = filled(actor.value);
    return {
      ...common,
      ...proof,
      audience: words(audience),
      subject_token: filled(subject.value),
      subject_token_type: subjectType.value,
      requested_token_type: filled(requested.value),
      ...(acting === undefined ? {} : { actor_token: acting, actor_token_type: actorType.value }),
    };
  };
  const run = async () => {
    try {
      const answer = await request("POST", "$dry-run", { body: parameters() });
      result.replaceChildren(...(answer.body.outcome === "success" ? issued(answer.body) : refused(answer.body)));
      result.querySelector("h2")?.focus();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const text = error.faults
        .map(({ path, sentence }) => (path === "" ? sentence : `${path}: ${sentence}`))
        .join(" ");
      result.replaceChildren(notice("bad", text));
      result.scrollIntoView({ block: "nearest" });
    }
  };
  const hint = () => make("p", { class: "what" }, "The decision will be shown here.");
  const clear = () => {
    for (const control of [subject, actor]) control.value = "";
    result.replaceChildren(hint());
  };
  result.append(hint());

  const subjectField = labelled(
    "Subject token",
    subject,
    "It is sent only to this service. No answer and no event contains it.",
  );
  const ofExchange = [
    labelled("Its type", subjectType),
    labelled("Asked for", requested),
    labelled("Audience", audience, "Several with a space between them."),
  ];
  const acting = make("details", {}, make("summary", {}, "Somebody acts for the subject"));
  acting.append(labelled("Actor token", actor), labelled("Its type", actorType));
  const fit = () => {
    for (const field of [...ofExchange, acting]) field.hidden = isAssertion();
    const label = subjectField.querySelector("label");
    if (label !== null) label.textContent = isAssertion() ? "Assertion" : "Subject token";
  };
  grant.addEventListener("change", fit);
  fit();

  const form = make("div", { class: "panel dry" }, labelled("Grant", grant), labelled("Client", client), ids);
  const [type, asked, forWhom] = ofExchange;
  form.append(subjectField, ...(type === undefined ? [] : [type]), acting);
  form.append(...[asked, forWhom].filter((one) => one !== undefined));
  form.append(labelled("Resource", resource, "Absolute URIs, with a space between them."), labelled("Scope", scope));
  const proof = make("details", {}, make("summary", {}, "The request proves a key (DPoP)"));
  proof.append(labelled("Thumbprint", jkt, "SHA-256 of the key, in base64url (RFC 7638)."));
  const actions = make("div", { class: "actions" }, button("Try it", run, { "data-testid": "try" }));
  actions.append(button("Clear the tokens", clear, { class: "quiet" }));
  form.append(proof, actions);

  const element = make("div", {}, make("h1", { tabindex: "-1" }, "Dry run"));
  element.append(
    make(
      "p",
      { class: "what" },
      "What would this token get? The service decides as it would for a real request of the client. It issues nothing, stores nothing and spends no assertion. If the token is opaque, its issuer is asked about it, as in a real request.",
    ),
    make("div", { class: "two" }, form, result),
  );
  return { element };
}

/** @type {Record<string, string>} */
const FORMS = { jwt: "JWT", opaque: "opaque token", refresh_token: "refresh token" };

/** @param {any} answer */
function issued({ would_issue: said, event }) {
  const { claims } = said;
  /** @type {[string, string | Node][]} */
  const facts = [
    ["Token", `${FORMS[said.form] ?? said.form} · ${said.token_type}`],
    ["For", [claims.aud].flat().join(", ")],
    ["About", claims.sub],
    ["Scope", said.scope ?? "none"],
    ["Lives", `${said.expires_in} s`],
    ["Refresh token", said.refresh_token ? `yes, for ${said.refresh_expires_in} s` : "no"],
  ];
  if (claims.act !== undefined) facts.push(["Actors", actorsOf(claims.act).join(" for ")]);
  if (claims.cnf !== undefined) facts.push(["Bound to", claims.cnf.jkt]);
  if (said.ends_with !== undefined) facts.push(["Ends with", links(said.ends_with)]);
  return [
    make("h2", { class: "good-ink", tabindex: "-1" }, "It would be issued"),
    factsOf(facts),
    make("h3", {}, "Claims"),
    make("pre", { tabindex: "0", "data-testid": "claims" }, jsonText(claims)),
    eventOf(event),
  ];
}

/** @param {any} answer */
function refused({ refused: said, event }) {
  const { why } = explain(said.reason);
  /** @type {[string, string | Node][]} */
  const facts = [["Reason", make("code", {}, said.reason)]];
  if (said.member !== undefined) {
    const rule = make("span", {}, make("code", {}, said.member));
    if (said.resource !== undefined) rule.append(" of ", links([said.resource]));
    facts.push(["Rule", rule]);
  }
  const { condition, claim } = event;
  if (condition?.message !== undefined) facts.push(["It says", condition.message]);
  if (condition?.at !== undefined) facts.push(["At", `character ${condition.at}: ${condition.detail}`]);
  if (claim !== undefined) facts.push(["Claim", make("code", {}, claim)]);
  facts.push(["The client is told", `${said.answer.status} ${said.answer.error}: ${said.answer.error_description}`]);
  return [
    make("h2", { class: "bad-ink", tabindex: "-1" }, "It would be refused"),
    make("p", {}, why),
    factsOf(facts),
    eventOf(event),
  ];
}

/** @param {readonly [string, string | Node][]} facts */
function factsOf(facts) {
  const parts = facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
  return make("dl", { class: "facts" }, ...parts);
}

/** @param {any} event */
function eventOf(event) {
  const summary = make("summary", {}, "The event of this dry run, ", timeOf(event.time));
  return make("details", {}, summary, make("pre", { tabindex: "0" }, jsonText(event)));
}

/** @param {readonly string[]} names  `Type/id` */
function links(names) {
  const made = make("span", {});
  names.forEach((name, index) => {
    if (index > 0) made.append(", ");
    made.append(make("a", { href: `#/${name}` }, name));
  });
  return made;
}

/** Who acts, the last one first. @param {any} act @returns {string[]} */
function actorsOf(act) {
  return act === undefined ? [] : [act.sub, ...actorsOf(act.act)];
}
