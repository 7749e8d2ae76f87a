// oidc-provider with the grant of tests/conformance/peers, in a process of its own. `process.argv`: the folder of its packages.
// Says what its token endpoint is.
import { start } from "../../tests/conformance/peers/oidc_provider.mjs";

const { targets } = await start(process.argv[2]);
console.error(`token endpoint: ${targets[0].token_endpoint}`);
