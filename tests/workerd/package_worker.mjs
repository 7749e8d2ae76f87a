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
    const service = await sts;
    const call = /^\/call\/(exchange|introspect|revoke)$/.exec(new URL(request.url).pathname)?.[1];
    return call === undefined ? service.fetch(request) : Response.json(await called(service, call, request));
  },
};

/** What a call without HTTP gives. */
async function called(service, name, request) {
  return service[name](await request.json()).then(
    (answer) => ({ answer }),
    ({ name, status, reason }) => ({ name, status, reason }),
  );
}
