// The resource User.
import { common, flag, list, text, withoutEffect } from "./members.js";

export const user = {
  title: "User",
  description: "A user for whom tokens are issued.",
  type: "object",
  properties: {
    ...common("User", {
      label: "User ID (sub of new tokens)",
      id: "The `sub` of issued tokens: 1 to 64 of `A-Z a-z 0-9 - . _`.",
      notBefore:
        "Ends every token that was issued for this user before this time: in UTC, such as `2026-01-31T00:00:00Z`, or in seconds since 1970.",
    }),
    inactive: {
      ...flag,
      title: "User is inactive",
      default: false,
      description: "`true`: nothing is issued for this user, and no token is active.",
    },
    active: { ...flag, default: true, description: "Aidbox's older name: `false` means inactive." },
    identifier: {
      ...list,
      title: "Identifiers at issuers",
      maxItems: 100,
      description: "The names that issuers have for this user, at most 100. No other User may have them.",
      items: {
        title: "Identifier",
        description: "The name of a user at an issuer.",
        type: "object",
        required: ["system", "value"],
        properties: {
          system: { ...text, title: "Issuer of the tokens (iss)", description: "The issuer: the `iss` of its tokens." },
          value: {
            ...text,
            title: "Subject there (sub)",
            description: "The `sub` that this issuer's tokens have for the user.",
          },
          use: {
            not: { const: "old" },
            description: "Known to FHIR. It is kept and has no effect here; `old` is refused.",
          },
          ...withoutEffect(["type", "assigner"]),
        },
        additionalProperties: false,
      },
    },
    userName: { ...text, title: "User name", description: "A name for people. `/auth/userinfo` shows it." },
    displayName: { ...text, title: "Display name", description: "A name for people. `/auth/userinfo` shows it." },
    name: { description: "A name for people, of any shape. `/auth/userinfo` shows it." },
    email: { ...text, title: "Email address", description: "An address for people. `/auth/userinfo` shows it." },
    data: { type: "object", description: "Anything. `/auth/userinfo` shows it." },
    ...withoutEffect([
      "emails",
      "phoneNumbers",
      "fhirUser",
      "organization",
      "roles",
      "securityLabel",
      "link",
      "password",
      "twoFactor",
    ]),
  },
  additionalProperties: false,
};
