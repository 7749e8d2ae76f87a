// What `import "edge-sts"` gives in every runtime.
export { createSts, exchange } from "./sts.js";
export { OAuthError } from "./oauth_error.js";
export { memoryDirectory } from "./directory/list.js";
export { memoryGrants } from "./grants/memory.js";
export { durableGrants } from "./grants/durable.js";
export { durableDirectory } from "./directory/durable.js";
