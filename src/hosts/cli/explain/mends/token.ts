import { asIfSigned } from "../assumed.js";
import type { Rule, Rules } from "../mend.js";
import { shown } from "../shown.js";
import { without } from "../token_text.js";

// What is wrong with a form is in the answer's own sentence.
const FORM = "Nothing can be changed here: the token itself is wrong. Have its issuer make another one.";

const ofForm: Rule = ({ outcome }) => {
  const { claim } = outcome.event as { claim?: string };
  return {
    status: "refused",
    why: `${outcome.refused?.error_description ?? ""}${claim === undefined ? "" : ` It is ${shown(claim)}.`}`,
    todo: FORM,
  };
};

/** The form of the token, and its type. */
export const TOKEN: Rules = {
  too_large: ofForm,
  json_member_repeated: ofForm,
  json_too_deep: ofForm,
  json_members_too_many: ofForm,
  json_number_malformed: ofForm,
  json_surrogate_alone: ofForm,
  header_unsupported: ofForm,
  claim_missing: ofForm,
  claim_malformed: ofForm,
  delegation_claims_malformed: ofForm,
  malformed: ({ situation, outcome }) => {
    const bare = /^\s*bearer\s+(\S+)\s*$/i.exec(situation.token)?.[1];
    if (bare === undefined) {
      return {
        status: "refused",
        why: "It is not a signed JWT in compact form: three parts of base64url with a dot between them.",
        todo: "Pass the token alone, whole, without quotes. An opaque token has --type access_token.",
      };
    }
    return {
      status: "refused",
      why: outcome.refused?.error_description ?? "",
      todo: "Send the token without the word Bearer before it.",
      onward: { ...situation, token: bare },
    };
  },
  typ_of_another_use: (facts, { token }) => {
    const typ = token?.header["typ"];
    const fits =
      typeof typ === "string" && /^(application\/)?at\+jwt$/i.test(typ) && facts.situation.type === "id_token";
    return {
      status: "refused",
      why: `The header's typ is ${shown(typ)}: the issuer made it for another use than ${facts.situation.type}.`,
      todo: fits
        ? "Send it with the type urn:ietf:params:oauth:token-type:jwt."
        : "Ask the issuer for an access token or a plain JWT. What is made for another use must not work here.",
      onward: fits
        ? { ...facts.situation, type: "jwt" }
        : token && { ...facts.situation, ...asIfSigned(facts, without(token, { member: "typ" })) },
    };
  },
  jwt_of_another_issuer: ({ situation }) => ({
    status: "refused",
    why: "It is a JWT of another issuer, and was sent as an access token of this service.",
    todo: "Send it with the type urn:ietf:params:oauth:token-type:jwt.",
    onward: { ...situation, type: "jwt" },
  }),
  not_active: ({ situation }, { iss }) => ({
    status: situation.signingKeys === undefined ? "unknown" : "refused",
    why:
      situation.signingKeys === undefined
        ? "Only the service can say whether this token is alive: with its signing keys and its grants."
        : "These signing keys did not make this token, or it has ended. A grant that was revoked is not looked up here.",
    todo:
      situation.signingKeys === undefined && iss === situation.issuer
        ? "Give the service's keys with --signing-keys FILE, or ask the service: POST /auth/introspect."
        : "Ask the service: POST /auth/introspect. A JWT of another issuer has --type jwt.",
  }),
};
