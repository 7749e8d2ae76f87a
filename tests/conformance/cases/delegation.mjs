// RFC 8693 sections 1.1, 4.1 and 4.4: who acts for whom.
import { createSecretKey } from "node:crypto";
import { base64url, newKey, now, signingKey } from "../jwt.mjs";
import { cases, MUST, SHOULD } from "./case.mjs";

const ACT = "The act claim identifies the acting party, as a JSON object.";
const INVALID =
  "If either token is invalid for any reason, or unacceptable based on policy, the error MUST be invalid_request.";

const announced = ({ features, actor }) => {
  if (!features.delegation) return "the target does not announce delegation";
  return actor === undefined ? "the target's file has no actor" : undefined;
};

const minting = (target) =>
  announced(target) ??
  (target.actor.mint && target.subject.mint ? undefined : "the suite cannot mint both tokens of this target");

const good = cases(
  [
    [
      "delegation-is-served",
      "RFC 8693 2.1",
      MUST,
      "actor_token represents the identity of the acting party.",
      async (t) => t.issued(await (await t.delegated()).send()),
    ],
    [
      "act-names-the-actor",
      "RFC 8693 4.1",
      SHOULD,
      ACT,
      async (t) => {
        const { act } = await t.known(await (await t.delegated()).send());
        t.expect(typeof act === "object" && act !== null, "an act claim", JSON.stringify(act));
        const { sub } = t.target.actor.mint?.claims ?? {};
        if (sub !== undefined) t.expect(act.sub === sub, `act.sub ${sub}`, JSON.stringify(act.sub));
      },
    ],
    [
      "act-is-an-object",
      "RFC 8693 4.1",
      MUST,
      "The act claim value is a JSON object.",
      async (t) => {
        const { act } = await t.known(await (await t.delegated()).send());
        t.given(act !== undefined, "there is no act");
        t.expect(typeof act === "object" && act !== null && !Array.isArray(act), "an object", JSON.stringify(act));
      },
    ],
    [
      "act-holds-claims-of-identity-alone",
      "RFC 8693 4.1",
      MUST,
      "Non-identity claims (exp, nbf, aud) are not meaningful when used within an act claim and are therefore not used.",
      async (t) => {
        const { act } = await t.known(await (await t.delegated()).send());
        t.given(act !== undefined, "there is no act");
        const found = ["exp", "nbf", "aud", "iat", "jti"].filter((name) => act[name] !== undefined);
        t.expect(found.length === 0, "no exp, nbf, aud", found.join());
      },
    ],
  ],
  announced,
);

const ofSubject = cases(
  [
    [
      "sub-stays-the-subject",
      "RFC 8693 1.1",
      MUST,
      "With delegation A still has its own identity separate from B: the subject is B, and A acts for it.",
      async (t) => {
        const [alone, delegated] = [await (await t.exchange()).send(), await (await t.delegated()).send()];
        const [one, other] = [await t.known(alone), await t.known(delegated)];
        t.given(one.sub !== undefined, "there is no sub");
        t.expect(other.sub === one.sub, `sub ${one.sub}`, `sub ${JSON.stringify(other.sub)}`);
      },
    ],
    [
      "act-of-before-is-nested",
      "RFC 8693 4.1",
      SHOULD,
      "A chain of delegation is expressed by nesting one act claim within another: the outermost is the current actor.",
      async (t) => {
        const subject = await t.subjectForDelegation({ act: { sub: "conformance-former" } });
        const answer = await (await t.delegated({ subject })).send();
        t.given(answer.status === 200, "the server takes no subject token that has an act");
        const { act } = await t.known(answer);
        t.expect(act?.act?.sub === "conformance-former", "the former actor inside", JSON.stringify(act));
      },
    ],
    [
      "act-of-before-is-not-the-current-actor",
      "RFC 8693 4.1",
      MUST,
      "The outermost act claim represents the current actor; nested ones are prior actors.",
      async (t) => {
        const subject = await t.subjectForDelegation({ act: { sub: "conformance-former" } });
        const answer = await (await t.delegated({ subject })).send();
        t.given(answer.status === 200, "the server takes no subject token that has an act");
        const { act } = await t.known(answer);
        t.expect(act?.sub !== "conformance-former", "the current actor outside", JSON.stringify(act));
      },
    ],
    [
      "subject-token-with-a-malformed-act",
      "RFC 8693 4.1",
      MUST,
      "The act claim value is a JSON object: another one is no actor, and is not issued.",
      async (t) => {
        const answer = await (await t.exchange(t.minted({ claims: { act: "somebody" } }))).send();
        if (answer.status !== 200) return t.refused(answer, "invalid_request");
        const { act } = await t.known(answer);
        t.expect(typeof act !== "string", "an error, or no such act", JSON.stringify(act));
      },
    ],
  ],
  minting,
);

const mayAct = cases(
  [
    [
      "may_act-of-another-actor",
      "RFC 8693 4.4",
      SHOULD,
      "may_act says that one party is authorized to become the actor: another one is not.",
      async (t) => {
        const subject = t.minted({ claims: { may_act: { sub: "conformance-another", iss: t.target.actor.mint.iss } } });
        t.refused(await (await t.delegated({ subject })).send(), "invalid_request");
      },
    ],
    [
      "may_act-of-another-issuers-actor",
      "RFC 8693 4.4",
      SHOULD,
      "The combination of iss and sub is needed to identify an authorized actor: the sub alone is not enough.",
      async (t) => {
        const { sub } = t.target.actor.mint.claims ?? {};
        const subject = t.minted({ claims: { may_act: { sub, iss: "https://nobody.example" } } });
        t.refused(await (await t.delegated({ subject })).send(), "invalid_request");
      },
    ],
    [
      "may_act-malformed",
      "RFC 8693 4.4",
      MUST,
      "The may_act claim value is a JSON object.",
      async (t) => {
        const subject = t.minted({ claims: { may_act: ["somebody"] } });
        t.refused(await (await t.delegated({ subject })).send(), "invalid_request");
      },
    ],
  ],
  (target) => minting(target) ?? (target.features.may_act ? undefined : "the target does not announce may_act"),
);

const actors = cases(
  [
    ["actor-expired", "RFC 8693 2.2.2", { claims: () => ({ iat: now() - 7200, exp: now() - 3600 }) }],
    ["actor-not-before-the-future", "RFC 8693 2.2.2", { claims: () => ({ nbf: now() + 3600, exp: now() + 7200 }) }],
    ["actor-exp-as-text", "RFC 8693 2.2.2", { claims: () => ({ exp: "tomorrow" }) }],
    ["actor-of-an-unknown-issuer", "RFC 8693 2.2.2", { claims: () => ({ iss: "https://nobody.example" }) }],
    ["actor-for-a-third-party", "RFC 7519 4.1.3", { claims: () => ({ aud: "https://nobody.example" }) }],
    ["actor-sub-a-number", "RFC 8693 2.2.2", { claims: () => ({ sub: 7 }) }],
    ["actor-signed-by-another-key", "RFC 8693 2.2.2", { by: true }],
    ["actor-with-crit-not-understood", "RFC 7515 4.1.11", { header: { crit: ["urn:example:x"], "urn:example:x": 1 } }],
    ["actor-without-signature", "RFC 7518 3.6", { none: true }],
    ["actor-cut", "RFC 8693 2.2.2", { cut: true }],
  ].map(([name, section, change]) => [
    name,
    section,
    MUST,
    INVALID,
    async (t) => {
      let actor = t.mintedActor({
        claims: change.claims?.(),
        header: change.header,
        by: change.by ? otherKey(signingKey(t.target.actor.mint)) : undefined,
      });
      if (change.none) {
        const [header, payload] = actor.split(".");
        const parsed = JSON.parse(Buffer.from(header, "base64url").toString());
        actor = `${base64url(JSON.stringify({ ...parsed, alg: "none" }))}.${payload}.`;
      }
      if (change.cut) actor = actor.slice(0, -4);
      t.refused(await (await t.delegated({ actor })).send(), "invalid_request");
    },
  ]),
  minting,
);

const subjects = cases(
  [
    [
      "subject-expired-beside-a-good-actor",
      "RFC 8693 2.2.2",
      MUST,
      INVALID,
      async (t) => {
        const subject = await t.subjectForDelegation({ iat: now() - 7200, exp: now() - 3600 });
        t.refused(await (await t.delegated({ subject })).send(), "invalid_request");
      },
    ],
    [
      "actor-token-as-subject-token-of-another-type",
      "RFC 8693 2.2.2",
      MUST,
      INVALID,
      async (t) => {
        const request = (await t.delegated()).set("actor_token_type", "urn:example:no-such-type");
        t.refused(await request.send(), "invalid_request");
      },
    ],
  ],
  minting,
);

function otherKey({ alg, kid }) {
  if (!alg.startsWith("HS")) return { ...newKey(), kid };
  return {
    alg,
    kid,
    key: createSecretKey(Buffer.from("another secret, of the suite's own making, for HS512 long enough")),
  };
}

export default { name: "delegation", cases: [...good, ...ofSubject, ...mayAct, ...actors, ...subjects] };
