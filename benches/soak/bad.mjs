// The requests that are refused, all with the same share, and the statuses that each may have. Much of it is drawn anew
// each time, so that whatever remembers it without a bound grows.
import { TRUSTED, TYPE } from "../../tests/suites/fixture.mjs";
import { basic, introspectionRequest, refreshRequest } from "../../tests/suites/token_request.mjs";
import { administer, CLIENTS, exchangeOf, got, plain, proof, redemption } from "./good.mjs";

const COUNTED = [401, 429]; // wrong secrets are counted

export const BAD = [
  refused("wrong secret", COUNTED, async (request) => request.header("authorization", basic("c2", drawn()))),
  refused("unknown client", COUNTED, async (request) => request.header("authorization", basic(drawn(), drawn()))),
  refused("no client", [401], async (request) => request.header("authorization", undefined)),
  refused("forged subject token", [400], async (request, sts) => {
    const other = { iss: TRUSTED.main.iss, secret: `${drawn()} ${drawn()}` };
    return exchangeOf(sts, "c1", "read", {}, other);
  }),
  refused("subject token has expired", [400], async (_, sts) =>
    exchangeOf(sts, "c1", "read", { exp: sts.now() - 600 }),
  ),
  refused("unknown issuer", [400], async (_, sts) =>
    exchangeOf(sts, "c1", "read", {}, { iss: `https://${drawn()}.example`, secret: TRUSTED.main.secret }),
  ),
  refused("unknown user", [400], async (_, sts) => exchangeOf(sts, "c1", "read", { sub: drawn() })),
  refused("no subject token", [400], async (request) => request.set("subject_token", undefined)),
  refused("SAML", [400], async (request) => request.set("subject_token_type", TYPE.saml2)),
  refused("unknown target", [400], async (request) => request.set("audience", drawn())),
  refused("invented grant type", [400], async (request) => request.set("grant_type", drawn())),
  refused("body too large", [413], async (request) => request.append("x".repeat(70_000))),
  refused("no JSON", [400], async (request) => request.json().raw(`{"grant_type":"${drawn()}`)),
  refused("random bytes", [400], async (request) => request.raw(crypto.getRandomValues(new Uint8Array(1000)))),
  {
    name: "bad DPoP proof",
    statuses: [400],
    prepare: async (sts) =>
      (await exchangeOf(sts, "pr", "read")).header("dpop", await proof(sts, { htu: `https://${drawn()}.example` })),
  },
  {
    name: "invented refresh token",
    statuses: [400],
    prepare: () => refreshRequest("c1", `sts_rt_${drawn()}${drawn()}`),
  },
  {
    name: "refresh token used before",
    statuses: [400],
    needs: "jwt",
    // The one before the last is a retry, and served.
    prepare: (_, session) => {
      const [used] = session.held("jwt").used.slice(-2, -1);
      return used === undefined ? undefined : refreshRequest(CLIENTS.jwt, used);
    },
    done: (session) => session.ended("jwt"),
  },
  {
    name: "assertion used before",
    statuses: [400],
    prepare: (_, { assertion }) => (assertion === undefined ? undefined : redemption(assertion)),
  },
  {
    name: "introspection of nothing",
    statuses: [200],
    prepare: () => introspectionRequest("c1", `sts_at_${drawn()}`),
    check: ({ active }) => active === false,
  },
  {
    name: "userinfo without right",
    statuses: [401],
    prepare: () => got("/auth/userinfo", { authorization: bearer() }),
  },
  { name: "unknown path", statuses: [404], prepare: () => got(`/${drawn()}`) },
  { name: "wrong method", statuses: [405], prepare: () => plain("DELETE", "/auth/token") },
  {
    name: "wrong administrator",
    statuses: COUNTED,
    prepare: () => administer("GET", "/User/alice", undefined, drawn()),
  },
  {
    name: "bad resource",
    statuses: [422],
    prepare: () => administer("PUT", "/User/soak-bad", { resourceType: "User", id: "soak-bad", [drawn()]: 1 }),
  },
  {
    name: "unknown resource",
    statuses: [404],
    prepare: () => administer("GET", `/Client/${drawn()}`),
  },
].map((row) => ({ share: 1, row: "refused, all kinds", ...row }));

/** The good exchange with one thing changed. */
function refused(name, statuses, change) {
  return { name, statuses, prepare: async (sts) => change(await exchangeOf(sts, "c1", "read"), sts) };
}

function drawn() {
  return crypto.randomUUID();
}

const bearer = () => `Bearer ${drawn()}`;
