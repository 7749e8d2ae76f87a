// RFC 8693 section 2.1 and RFC 8707: for whom the token is. RFC 6749 section 3.3: what it may do.
import { cases, MUST, needs, SHOULD } from "./case.mjs";

const UNWILLING =
  "A server that is unwilling to issue a token for any target that was asked for answers with an error.";
const CODE =
  "If the server is unwilling or unable to issue a token for any target, the invalid_target error code SHOULD be used.";
const ABSOLUTE = "The value of resource MUST be an absolute URI, as specified by section 4.3 of RFC 3986.";
const RESTRICTED = "The audience of the issued token is restricted to the targets that were asked for.";

async function asking(t, list) {
  const request = (await t.exchange()).without("audience").without("resource");
  for (const [name, value] of list) request.add(name, value);
  return request.send();
}

function names(claims) {
  return [claims.aud ?? []].flat();
}

/** No token for a target that is forbidden: an error, or a token that is visibly for something else. */
async function notFor(t, answer, forbidden) {
  if (answer.status !== 200) return t.noToken(answer);
  const { aud } = t.claims(answer).claims;
  const visible = aud !== undefined && !names({ aud }).includes(forbidden);
  t.expect(visible, "an error, or a token whose aud is another one", "a token for the forbidden target");
}

/** A target that the client may ask for, and one that it may not. */
function allowedAndForbidden(t, name) {
  const [allowed] = t.target[name];
  t.given(allowed !== undefined, `the target's file has no ${name}`);
  return { allowed, forbidden: t.target[`forbidden_${name}`] };
}

const forbidden = ["audience", "resource"].flatMap((name) =>
  cases(
    [
      [
        `forbidden-${name}-gets-no-token`,
        "RFC 8693 2.2.2",
        MUST,
        UNWILLING,
        async (t) => notFor(t, await asking(t, [[name, t.target[`forbidden_${name}`]]]), t.target[`forbidden_${name}`]),
      ],
      [
        `forbidden-${name}-is-invalid_target`,
        "RFC 8693 2.2.2",
        SHOULD,
        CODE,
        async (t) => t.refused(await asking(t, [[name, t.target[`forbidden_${name}`]]]), "invalid_target"),
      ],
      ...Object.entries({ beside: ["allowed", "forbidden"], before: ["forbidden", "allowed"] }).map(
        ([where, order]) => [
          `forbidden-${name}-${where}-an-allowed-one-gets-no-token`,
          "RFC 8693 2.2.2",
          MUST,
          UNWILLING,
          async (t) => {
            const values = allowedAndForbidden(t, name);
            const answer = await asking(
              t,
              order.map((which) => [name, values[which]]),
            );
            await notFor(t, answer, values.forbidden);
          },
        ],
      ),
      [
        `forbidden-${name}-beside-an-allowed-one-is-invalid_target`,
        "RFC 8693 2.2.2",
        SHOULD,
        CODE,
        async (t) => {
          const { allowed, forbidden } = allowedAndForbidden(t, name);
          const both = [
            [name, allowed],
            [name, forbidden],
          ];
          t.refused(await asking(t, both), "invalid_target");
        },
      ],
    ],
    needs(`forbidden_${name}`),
  ),
);

const malformed = cases(
  [
    ["relative-path", "/orders", ABSOLUTE],
    ["relative-name", "orders", ABSOLUTE],
    ["without-scheme", "//api.example.com/orders", ABSOLUTE],
    [
      "with-fragment",
      "https://api.example.com/orders#fragment",
      "The value of resource MUST NOT include a fragment component.",
    ],
    [
      "with-empty-fragment",
      "https://api.example.com/orders#",
      "The value of resource MUST NOT include a fragment component.",
    ],
    ["with-white-space", "https://api.example.com/a b", ABSOLUTE],
  ].map(([name, value, says]) => [
    `resource-${name}`,
    "RFC 8693 2.1",
    MUST,
    says,
    async (t) => t.refused(await asking(t, [["resource", value]]), ["invalid_target", "invalid_request"]),
  ]),
);

const allowed = ["audience", "resource"].flatMap((name) =>
  cases(
    [
      [
        `${name}-allowed`,
        "RFC 8693 2.1",
        MUST,
        `${name} says where the client intends to use the token: for one that is allowed there is a token.`,
        async (t) => t.issued(await asking(t, [[name, t.target[name][0]]])),
      ],
      [
        `${name}-is-in-aud`,
        name === "audience" ? "RFC 8693 2.1" : "RFC 8707 2",
        SHOULD,
        RESTRICTED,
        async (t) => {
          const one = t.target[name][0];
          const claims = await t.known(await asking(t, [[name, one]]));
          t.expect(names(claims).includes(one), "aud with the target", `aud ${JSON.stringify(claims.aud)}`);
        },
      ],
      [
        `${name}-is-all-of-aud`,
        "RFC 8707 2",
        SHOULD,
        RESTRICTED,
        async (t) => {
          const one = t.target[name][0];
          const claims = await t.known(await asking(t, [[name, one]]));
          t.expect(
            names(claims).every((value) => value === one),
            "no other aud",
            `aud ${JSON.stringify(claims.aud)}`,
          );
        },
      ],
      [
        `${name}-asked-for-alone-of-several`,
        "RFC 8707 2",
        SHOULD,
        RESTRICTED,
        async (t) => {
          t.given(t.target[name].length > 1, `the target's file has only one ${name}`);
          const one = t.target[name].at(-1);
          const claims = await t.known(await asking(t, [[name, one]]));
          t.expect(
            names(claims).includes(one) && !names(claims).includes(t.target[name][0]),
            "the last one alone",
            `aud ${JSON.stringify(claims.aud)}`,
          );
        },
      ],
      [
        `${name}-in-other-case-is-another`,
        "RFC 7519 4.1.3",
        MUST,
        "aud values are case-sensitive strings: a target in other case is not the one that is allowed.",
        async (t) => {
          const one = t.target[name][0];
          t.given(one !== one.toUpperCase(), `the ${name} has no lower case`);
          const answer = await asking(t, [[name, one.toUpperCase()]]);
          if (answer.status !== 200) return t.noToken(answer);
          const { aud } = t.claims(answer).claims;
          t.expect(!names({ aud }).includes(one), "an error, or another aud", "a token for the target in lower case");
        },
      ],
    ],
    needs(name),
  ),
);

const noTarget = cases([
  [
    "no-target",
    "RFC 8693 2.1",
    MUST,
    "audience and resource are OPTIONAL: without them there is a token for a default, or invalid_target.",
    async (t) => {
      const answer = await asking(t, []);
      if (answer.status !== 200) return t.refused(answer, ["invalid_target", "invalid_request"]);
      t.issued(answer);
    },
  ],
]);

// Scope

const IGNORED =
  "The server may fully or partially ignore the scope; if the issued scope is different from the one requested, it MUST include scope to say which it is.";
const GRAMMAR =
  'scope is a list of space-delimited scope-tokens of printable ASCII without " and \\: what is not is invalid_scope.';

async function scoped(t, scope) {
  return (await t.exchange()).set("scope", scope).send();
}

/** The scope that was issued, as RFC 6749 section 5.1 says it. */
function granted(answer, asked) {
  return (answer.json.scope ?? asked).split(" ").filter((name) => name !== "");
}

const scopes = cases(
  [
    [
      "scope-allowed",
      "RFC 6749 3.3",
      MUST,
      IGNORED,
      async (t) => {
        const [one] = t.target.scope;
        const answer = await scoped(t, one);
        t.issued(answer);
        t.expect(granted(answer, one).includes(one), `the scope ${one}`, `scope ${answer.json.scope}`);
      },
    ],
    [
      "scope-narrower-than-all",
      "RFC 6749 3.3",
      SHOULD,
      "Who asks for one of several scopes is granted that one.",
      async (t) => {
        t.given(t.target.scope.length > 1, "the target's file has only one scope");
        const [one, other] = t.target.scope;
        const answer = await scoped(t, one);
        t.issued(answer);
        t.expect(!granted(answer, one).includes(other), `not the scope ${other}`, `scope ${answer.json.scope}`);
      },
    ],
    [
      "scope-order-has-no-meaning",
      "RFC 6749 3.3",
      MUST,
      "The order of the scope-tokens does not matter.",
      async (t) => {
        t.given(t.target.scope.length > 1, "the target's file has only one scope");
        const all = t.target.scope.join(" ");
        const [forth, back] = [await scoped(t, all), await scoped(t, [...t.target.scope].reverse().join(" "))];
        t.issued(forth);
        t.issued(back);
        t.expect(
          granted(forth, all).sort().join() === granted(back, all).sort().join(),
          "the same scope",
          `${forth.json.scope} and ${back.json.scope}`,
        );
      },
    ],
    [
      "scope-with-plus-for-space",
      "RFC 6749 B",
      MUST,
      "In application/x-www-form-urlencoded, + and %20 are a space.",
      async (t) => {
        t.given(t.target.scope.length > 1, "the target's file has only one scope");
        const sent = [];
        for (const space of ["+", "%20"]) {
          const request = await t.exchange();
          const body = new URLSearchParams(request.authenticated().parameters);
          const answer = await request
            .with(`${body}&scope=${t.target.scope.map(encodeURIComponent).join(space)}`)
            .send();
          t.issued(answer);
          sent.push(granted(answer, t.target.scope.join(" ")).sort().join());
        }
        t.expect(sent[0] === sent[1], "the same scope", sent.join(" and "));
      },
    ],
    [
      "scope-twice-in-the-list",
      "RFC 6749 3.3",
      SHOULD,
      "Each scope-token adds an access range: one that is there twice adds nothing.",
      async (t) => {
        const [one] = t.target.scope;
        const answer = await scoped(t, `${one} ${one}`);
        if (answer.status !== 200) return t.refused(answer, "invalid_scope");
        t.issued(answer);
      },
    ],
    [
      "scope-is-case-sensitive",
      "RFC 6749 3.3",
      MUST,
      "scope is a list of space-delimited, case-sensitive strings.",
      async (t) => {
        const [one] = t.target.scope;
        t.given(one !== one.toUpperCase(), "the scope has no lower case");
        const answer = await scoped(t, one.toUpperCase());
        if (answer.status !== 200) return t.refused(answer, "invalid_scope");
        t.expect(
          !granted(answer, one.toUpperCase()).includes(one.toUpperCase()),
          "an error, or another scope",
          "the scope in upper case",
        );
      },
    ],
    [
      "scope-is-in-the-token",
      "RFC 9068 2.2.3",
      SHOULD,
      "If a scope was requested, the issued JWT access token includes a scope claim.",
      async (t) => {
        const [one] = t.target.scope;
        const answer = await scoped(t, one);
        const { scope } = await t.known(answer);
        t.expect(
          typeof scope === "string" && granted(answer, one).every((name) => scope.split(" ").includes(name)),
          "a scope claim with what was granted",
          `scope ${JSON.stringify(scope)}`,
        );
      },
    ],
  ],
  needs("scope"),
);

const forbiddenScope = cases(
  ["alone", "beside-an-allowed-one"].map((how) => [
    `forbidden-scope-${how}`,
    "RFC 6749 3.3",
    MUST,
    IGNORED,
    async (t) => {
      const bad = t.target.forbidden_scope;
      t.given(how === "alone" || t.target.scope.length > 0, "the target's file has no scope");
      const asked = how === "alone" ? bad : `${t.target.scope[0]} ${bad}`;
      const answer = await scoped(t, asked);
      if (answer.status !== 200) return t.refused(answer, "invalid_scope");
      t.expect(!granted(answer, asked).includes(bad), "invalid_scope, or a scope without it", "the forbidden scope");
    },
  ]),
  needs("forbidden_scope"),
);

const malformedScope = cases(
  [
    ["quote", 'a"b'],
    ["backslash", "a\\b"],
    ["control-character", "a\u0007b"],
    ["not-ascii", "lesen-schreiben-löschen"],
  ].map(([name, value]) => [
    `scope-with-${name}`,
    "RFC 6749 3.3",
    MUST,
    GRAMMAR,
    async (t) => {
      const answer = await scoped(t, value);
      if (answer.status !== 200) return t.refused(answer, ["invalid_scope", "invalid_request"]);
      t.expect(!granted(answer, value).includes(value), "an error, or another scope", "a malformed scope");
    },
  ]),
);

export default {
  name: "targets and scope",
  cases: [...allowed, ...noTarget, ...forbidden, ...malformed, ...scopes, ...forbiddenScope, ...malformedScope],
};
