// What must not compile: an error that does not come is one itself.
import {
  createSts,
  type AuditEvent,
  type Client,
  type ExchangeAnswer,
  type Resource,
  type Sts,
  type StsOptions,
} from "edge-sts";

declare const sts: Sts;
declare const options: StsOptions;
declare const event: AuditEvent;

// @ts-expect-error a parameter is a string
void sts.exchange({ scope: 1 });
// @ts-expect-error subject_token
void sts.exchange({ subject_tokn: "x" });
// @ts-expect-error it is urn:ietf:params:oauth:token-type:jwt
void sts.exchange({ subject_token: "x", subject_token_type: "jwt" });
// @ts-expect-error signingKeys is missing
void createSts({ issuer: "https://sts.example", resources: [] });
// @ts-expect-error there is no such option
void createSts({ ...options, signingKey: "x" } satisfies StsOptions);

const resources: Resource[] = [
  // @ts-expect-error allowedIssuers
  { resourceType: "Client", id: "c", allowedIssuer: ["https://issuer.example"] },
  // @ts-expect-error a list
  { resourceType: "Client", id: "c", grant_types: "urn:ietf:params:oauth:grant-type:token-exchange" },
  // @ts-expect-error token_format
  { resourceType: "Client", id: "c", auth: { token_exchange: { token_formt: "jwt" } } },
  // @ts-expect-error there is no such type
  { resourceType: "Clients", id: "c" },
  // @ts-expect-error an id is needed
  { resourceType: "User" },
  // @ts-expect-error jwt is needed
  { resourceType: "TokenIntrospector", id: "i", type: "jwt" },
];
// @ts-expect-error the same in the options
void createSts({ ...options, resources: [{ resourceType: "User", id: "u", userNam: "x" }] });
// @ts-expect-error it is a list of scopes
const client: Client = { resourceType: "Client", id: "c", scope: "openid" };

// @ts-expect-error an answer always has issued_token_type
const answer: ExchangeAnswer = { access_token: "x", token_type: "Bearer", expires_in: 1 };
// @ts-expect-error only what was refused has a reason
const reason = event.reason;
// @ts-expect-error there is no such reason
const isKnown = event.outcome === "refused" && event.reason === "subject_token.expird";
// @ts-expect-error there is no such event
const isEvent = event.event === "token.exchanged";
void [resources, client, answer, reason, isKnown, isEvent];
