// The conditions of a statement, as expressions.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
import { any, claim, isOrHolds, isThere, pattern, quote, quoteAll } from "./expression.js";
import type { Notes } from "./notes.js";
import type { Section } from "./section.js";

/** What the conditions of one statement say of a token. */
export interface StatementCondition {
  /** The audiences, if it names any. */
  audience?: string[];
  /** All of them must be true. */
  parts: string[];
}

interface Test {
  operator: string;
  values: string[];
  /** The claim, and the question whether it is there. */
  path: string;
  there: string;
  deny: boolean;
}

/** `provider`: the issuer without its scheme, in front of each key. Faults go to `notes`. */
export function conditionOf(
  conditions: Section | undefined,
  provider: string,
  { deny, notes, audienceGiven }: { deny: boolean; notes: Notes; audienceGiven: boolean },
): StatementCondition {
  const found: StatementCondition = { parts: [] };
  for (const operator of conditions?.names ?? []) {
    const keys = conditions?.section(operator);
    for (const key of keys?.names ?? []) {
      const at = keys?.at(key) ?? "";
      const values = valuesOf(keys?.take(key));
      if (notes.isLeftOut(at)) continue;
      const ours = key.toLowerCase().startsWith(`${provider.toLowerCase()}:`);
      const name = key.slice(provider.length + 1);
      const isPattern = operator.includes("Like") && values.some((value) => /[*?]/.test(value));
      const isAudience = name === "aud" && !deny && /^(ForAnyValue:)?String(Equals|Like)$/.test(operator);
      if (values.some((value) => value.includes("${"))) notes.refused(at, "Policy variables are not known here.");
      else if (!ours) notes.refused(at, "It is not a claim of the token.");
      // --audience takes its place.
      else if (isAudience && audienceGiven) continue;
      else if (isAudience && !isPattern) {
        found.audience = found.audience === undefined ? values : found.audience.filter((one) => values.includes(one));
      } else {
        const part = expression({ operator, values, deny, ...place(name) });
        if (part === undefined) notes.refused(at, "This operator, or its pattern, cannot be expressed here.");
        else found.parts.push(part);
        if (operator.startsWith("ForAllValues:")) {
          notes.leftOut(at, "There a token without the claim meets it. Here the claim must be there, and be a text.");
        } else if (isPattern && operator.startsWith("ForAnyValue:") && name !== "sub") {
          notes.leftOut(at, "A list meets no pattern here.");
        }
        if (isPattern && values.some((value) => value.includes("?"))) {
          notes.leftOut(at, "? is any character there, and any but / here.");
        }
      }
    }
  }
  return found;
}

/** What AWS looks at beside `aud`: the authorized party, where a token has one. */
export function authorizedParty(audience: readonly string[]): string {
  return any([`!${isThere("azp")}`, `claims.azp in ${quoteAll(audience)}`]);
}

// `oaud` is aud where `aud` may be azp.
function place(name: string): { path: string; there: string } {
  const own = name === "oaud" ? "aud" : name;
  return { path: claim(own), there: isThere(own) };
}

function valuesOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) => (typeof one === "string" ? one : (JSON.stringify(one) ?? "")));
}

// An error ends the whole condition, so that nobody gets in by one. What must not match less than it does there, as a Deny
// or what stands behind Not, is said exactly or not at all.
function expression({ operator, path, there, deny, values }: Test): string | undefined {
  const [value] = values;
  if (value === undefined) return undefined;
  if (operator === "Null") {
    if (values.length > 1 || (value !== "true" && value !== "false")) return undefined;
    return value === "true" ? `!(${there})` : `(${there})`;
  }
  const [, set = "", name = "", ifExists] =
    /^(ForAnyValue:|ForAllValues:)?([A-Za-z]+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = /^StringNot(Equals|Like|EqualsIgnoreCase)$/.exec(name)?.[1];
  if (negated !== undefined) {
    if (set !== "") return undefined;
    const part = positive(`String${negated}`, deny ? path : asText(path), values, { atLeast: !deny, list: false });
    // Met by a token without the claim.
    return part === undefined ? undefined : `(!(${there}) || !(${part}))`;
  }
  if (set === "ForAllValues:" && deny) return undefined;
  const part = positive(name, deny ? asText(path) : path, values, {
    atLeast: deny,
    list: set === "ForAnyValue:" && !deny,
  });
  if (part === undefined) return undefined;
  if (ifExists !== undefined) return `(!(${there}) || ${part})`;
  // Without the claim a Deny says nothing.
  return deny ? `(${there} && ${part})` : part;
}

// Fails for a claim that is no text.
function asText(path: string): string {
  return `(${path} + '')`;
}

function positive(
  name: string,
  path: string,
  values: readonly string[],
  { atLeast, list }: { atLeast: boolean; list: boolean },
): string | undefined {
  const is = (texts: readonly string[]): string => {
    if (list) return isOrHolds(path, texts);
    const [text, other] = texts;
    return text !== undefined && other === undefined ? `${path} == ${quote(text)}` : `${path} in ${quoteAll(texts)}`;
  };
  if (name === "StringEquals") return is(values);
  if (name === "StringLike") {
    const exact = values.filter((value) => !/[*?]/.test(value));
    const patterns = values.filter((value) => /[*?]/.test(value));
    // ? leaves / out here
    if (atLeast && patterns.some((value) => value.includes("?"))) return undefined;
    const parts = patterns.map((value) => pattern(path, value, { question: true }));
    return parts.includes(undefined)
      ? undefined
      : any([...(exact.length > 0 ? [is(exact)] : []), ...(parts as string[])]);
  }
  if (atLeast) return undefined;
  if (name === "StringEqualsIgnoreCase" && values.every((value) => /^[\x20-\x7e]*$/.test(value))) {
    return `${path}.lowerAscii() in ${quoteAll(values.map((value) => value.toLowerCase()))}`;
  }
  if (name === "Bool" && values.every((value) => value === "true" || value === "false")) {
    return any(values.flatMap((value) => [`${path} == ${value}`, `${path} == ${quote(value)}`]));
  }
  return undefined;
}
