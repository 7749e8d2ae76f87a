// What `import "edge-sts"` gives in every runtime.
export { createSts, exchange } from "./sts.js";
export type { RequestSource, Sts } from "./sts.js";
export type { JsonWebKeySet, KeySet, StsOptions } from "./options.js";
export type { RateLimit, RateLimitKey, RateLimitOutcome } from "./effects.js";
export type { WasmModule, WasmSource, WebRequest, WebResponse, WebUrl } from "./web.js";
export type * from "./types/audit_event.js";
export type { FetchFault, Reason, TokenFault } from "./types/reasons.js";
export type * from "./types/resources.js";
export type * from "./types/tokens.js";
export { OAuthError, type Refusal } from "./oauth_error.js";
export type { KeyName, KeyPage, KeyQuery, KeyValue } from "./resources.js";
export type {
  Change,
  Changed,
  Directory,
  History,
  HistoryQuery,
  Page,
  Query,
  ResourceName,
  Stored,
  Version,
  Waiting,
} from "./directory/directory.js";
export { memoryDirectory, type ListedDirectory } from "./directory/list.js";
export { memoryGrants } from "./grants/memory.js";
export { durableGrants, type GrantNamespace } from "./grants/durable.js";
export type { GrantStore, StoredGrant } from "./grants/store.js";
export { durableDirectory, type DirectoryNamespace, type DirectoryObject } from "./directory/durable.js";
