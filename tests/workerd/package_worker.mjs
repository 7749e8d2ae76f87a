// A Worker of a user's own, made with the package as its readme says (entry point by the condition "workerd").
import { createSts, durableDirectory, durableGrants } from "edge-sts";

export { Directory, Grant } from "edge-sts/worker";

let sts;

export default {
  async fetch(request, env) {
    sts ??= createSts({
      issuer: env.STS_ISSUER,
      signingKeys: env.STS_SIGNING_KEYS,
      adminToken: env.STS_ADMIN_TOKEN,
      resources: durableDirectory(env.DIRECTORY, env.CONFIG),
      grants: durableGrants(env.GRANTS),
    });
    return (await sts).fetch(request);
  },
};
