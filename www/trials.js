// One change to the situation that stands in the fields, which the service refuses.

/** @import { Example } from "./presets.js" */

/** @typedef {{ id: string, title: string, fits: (example: Example) => boolean, change: (example: Example) => void }} Trial */

const always = () => true;

// What a situation is about comes first, then what token exchange is about, then what every service refuses.
/** @type {readonly Trial[]} */
export const TRIALS = [
  {
    id: "thief",
    title: "A thief’s key",
    fits: ({ prover }) => prover !== undefined,
    change: (example) => (example.prover = "thief"),
  },
  {
    id: "nobody",
    title: "No proof",
    fits: ({ prover }) => prover !== undefined,
    change: (example) => (example.prover = "nobody"),
  },
  {
    id: "actor",
    title: "Another agent",
    fits: ({ subject }) => "may_act" in subject,
    change: ({ actor }) => Object.assign(actor ?? {}, { sub: "mallory-assistant" }),
  },
  {
    id: "delegation",
    title: "Nobody may act",
    fits: ({ actor, subject }) => actor !== undefined && !("may_act" in subject),
    change: ({ client }) => (client.auth.token_exchange.delegation = "deny"),
  },
  {
    id: "branch",
    title: "Another branch",
    fits: ({ subject }) => "ref" in subject,
    change: ({ subject }) =>
      Object.assign(subject, { ref: "refs/heads/try", sub: "repo:acme/shop:ref:refs/heads/try" }),
  },
  { id: "scope", title: "Too much scope", fits: always, change: (example) => (example.scope += " admin") },
  {
    id: "audience",
    title: "Another API",
    fits: always,
    change: (example) => (example.audience = "https://payroll.example"),
  },
  {
    id: "expired",
    title: "Expired token",
    fits: always,
    change: ({ subject }) => {
      const exp = Number(subject.exp);
      Object.assign(subject, { iat: exp - 10800, exp: exp - 7200 });
    },
  },
  { id: "forged", title: "Forged signature", fits: always, change: (example) => (example.forged = true) },
  {
    id: "issuer",
    title: "Unknown issuer",
    fits: always,
    change: ({ subject }) => (subject.iss = "https://mallory.example"),
  },
  {
    id: "user",
    title: "Unknown user",
    fits: ({ user }) => !Array.isArray(user),
    change: ({ subject }) => (subject.sub = "bob"),
  },
  { id: "client", title: "Wrong secret", fits: always, change: (example) => (example.secret = "guess") },
];
