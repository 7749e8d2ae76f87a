import { doubtsOf } from "../../resources.js";
import { style } from "../terminal.js";
import { type Change, changed } from "./change.js";
import { type Check, CHECKS, ORDER } from "./checks.js";
import { introspectorOf } from "./resources.js";
import { seconds, shown } from "./shown.js";
import { decoded } from "./token_text.js";
import type { Resource, Situation } from "./trial.js";
import type { Explanation, Status, Step } from "./walk.js";

/** For programs. */
export function inJson(situation: Situation, explanation: Explanation): string {
  const { verdict, first, last, statuses, steps } = explanation;
  const checks = ORDER.map((check) => {
    const own = steps.filter((step) => step.check === check);
    return {
      check,
      status: statuses[check],
      ...(statuses[check] === "passed" ? found(check, situation, explanation) : {}),
      ...(own.length === 0 ? {} : { findings: own.map(told) }),
    };
  });
  const report = {
    verdict,
    client: situation.client,
    issuer: situation.issuer,
    type: situation.type,
    ...(first.refused === undefined
      ? {}
      : {
          reason: first.refused.reason,
          answer: { error: first.refused.error, error_description: first.refused.error_description },
        }),
    checks,
    assumed_signature: explanation.assumed,
    ...(last.refused === undefined ? { issued: last.issued } : {}),
    warnings: warnings(situation, explanation),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function told({ status, reason, why, rule, todo, change, risk }: Step): object {
  return { status, reason, why, rule, todo, change, ...(change === undefined ? {} : { risk }) };
}

const SIGNS = { passed: "ok", refused: "refused", unknown: "unknown", open: "-" } satisfies Record<Status, string>;
const STYLES = { passed: "good", refused: "fault", unknown: "warning" } as const;

/** For people. */
export function inText(situation: Situation, explanation: Explanation, client: Resource): string {
  const { steps, statuses } = explanation;
  const lines = [`Client/${client.id} sends it as ${situation.type} to ${situation.issuer}.`, ""];
  for (const check of ORDER) {
    const status = statuses[check];
    const sign = SIGNS[status].padEnd(8);
    const { says = "" } = status === "passed" ? found(check, situation, explanation) : {};
    const why = status === "open" ? "not reached" : says;
    lines.push(
      `  ${status === "open" ? sign : style(STYLES[status], sign, process.stdout)} ${CHECKS[check]}${why === "" ? "" : `: ${why}`}`,
    );
    const own = steps.filter((step) => step.check === check);
    if (own.length === 0 && status === "unknown") lines.push(note("why", "This check could not be made."));
    for (const step of own) lines.push(...notes(step));
  }
  lines.push("", ...verdict(situation, explanation), "");
  return lines.join("\n");
}

function notes({ why, reason, rule, todo, change, risk, status }: Step): string[] {
  return [
    note("why", why),
    ...(status === "refused" ? [note("reason", reason)] : []),
    ...(rule === undefined ? [] : [note("rule", rule)]),
    ...(todo === undefined ? [] : [note("do", todo)]),
    ...(change === undefined ? [] : [note("change", inWords(change))]),
    ...(change === undefined || risk === undefined ? [] : [note("risk", risk)]),
  ];
}

function note(name: string, text: string): string {
  return `             ${name.padEnd(7)} ${text}`;
}

function inWords(change: Change): string {
  if ("create" in change) return `add ${JSON.stringify(change.create)}`;
  const { resource, member, set, adds } = change;
  if (adds !== undefined) return `${resource}: add ${adds.map(shown).join(", ")} to ${member}`;
  return `${resource}: set ${member} to ${shown(set)}`;
}

function verdict(situation: Situation, explanation: Explanation): string[] {
  const { first, steps, last, assumed } = explanation;
  const lines: string[] = [];
  if (explanation.verdict === "accepted") {
    lines.push(style("good", "Accepted.", process.stdout));
  } else if (explanation.verdict === "unknown") {
    lines.push(style("warning", "No check refuses it, but some of them cannot be made here.", process.stdout));
  } else {
    const refused = steps.filter(({ status }) => status === "refused");
    const count = refused.length === 1 ? "one reason" : `${refused.length} reasons, one after the other`;
    lines.push(style("fault", `Refused, for ${count}.`, process.stdout));
  }
  if (first.refused !== undefined && explanation.verdict === "refused" && steps[0]?.status === "refused") {
    lines.push(`The client is told: ${first.refused.error}, "${first.refused.error_description}"`);
    lines.push(`The event says: ${first.refused.reason}`);
  }
  if (assumed) lines.push("The checks after the signature assume that the signature is valid.");
  if (last.issued !== undefined) {
    const { sub, aud, scope, expires_in } = last.issued;
    const mended = explanation.verdict === "accepted" ? "It gives" : "Then it gives";
    lines.push(
      `${mended} a token with sub ${shown(sub)}, aud ${shown(aud)}, ${scope === undefined ? "no scope" : `scope ${shown(scope)}`}, for ${seconds(expires_in)}.`,
    );
  } else if (steps.length > 1 || steps.some(({ change }) => change !== undefined)) {
    lines.push("Further checks could not be reached.");
  }
  for (const warning of warnings(situation, explanation)) {
    lines.push(`${style("warning", "With the changes, edge-sts check warns", process.stdout)}: ${warning}`);
  }
  return lines;
}

/** What the linter says of the resources with the changes, and not of them as they are. */
function warnings(situation: Situation, { steps }: Explanation): string[] {
  const changes = steps.flatMap(({ change }) => (change === undefined ? [] : [change]));
  if (changes.length === 0) return [];
  const doubts = (resources: readonly Resource[]) =>
    doubtsOf(JSON.stringify(resources)).map(({ path, message }) => {
      const [, number = "", member = ""] = /^\[([0-9]+)\]\.([^]*)$/.exec(path) ?? [];
      const resource = resources[Number(number)];
      return `${resource?.resourceType ?? ""}/${resource?.id ?? ""} ${member.replace(/^[A-Za-z]+\.?/, "")}: ${message}`;
    });
  const before = new Set(doubts(situation.resources));
  return doubts(changes.reduce(changed, situation.resources)).filter((line) => !before.has(line));
}

/** What a check that passed has found, for people: as the token and the resources say. */
function found(check: Check, situation: Situation, { last }: Explanation): { says?: string } {
  const token = decoded(situation.token);
  const claim = (name: string) => token?.claims[name];
  const iss = typeof claim("iss") === "string" ? String(claim("iss")) : undefined;
  const introspector = iss === undefined ? undefined : introspectorOf(situation, iss);
  const { alg, kid, typ } = token?.header ?? {};
  const says: Partial<Record<Check, string | undefined>> = {
    client: `Client/${situation.client}; its own authentication is not checked`,
    allowed: introspector && `allowedIssuers of Client/${situation.client} has it`,
    key: introspector && `TokenIntrospector/${introspector.id} has one`,
    signature: "it holds",
    conditions: introspector && "met",
    policy: "met",
    form: token && `a JWT with alg ${shown(alg)}${kid === undefined ? "" : `, kid ${shown(kid)}`}`,
    type: token && (typ === undefined ? "no typ" : `typ ${shown(typ)}`),
    issuer: iss && `${shown(iss)}${introspector === undefined ? "" : ` is TokenIntrospector/${introspector.id}`}`,
    times: times(situation, claim),
    audience: claim("aud") === undefined ? token && "no aud" : `aud ${shown(claim("aud"))}`,
    user: last.event.subject?.sub === undefined ? undefined : `sub ${shown(last.event.subject.sub)}`,
    target: last.refused === undefined ? last.event.aud?.map(shown).join(", ") : undefined,
    scope: last.refused === undefined ? (last.event.scope === undefined ? "none" : shown(last.event.scope)) : undefined,
  };
  const text = says[check];
  return text === undefined || text === "" ? {} : { says: text };
}

function times({ now }: Situation, claim: (name: string) => unknown): string | undefined {
  const exp = claim("exp");
  return typeof exp === "number" ? `it ends in ${seconds(exp - now)}` : undefined;
}
