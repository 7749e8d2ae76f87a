// In a project that knows neither DOM nor Node: everything but what the platform itself has.
import { createSts, exchange, memoryDirectory, memoryGrants, OAuthError, type Sts } from "edge-sts";
import { postgresGrants } from "edge-sts/postgres";

const sts: Sts = await createSts({
  issuer: "https://sts.example",
  signingKeys: { keys: [] },
  resources: memoryDirectory([{ resourceType: "User", id: "x" }]),
  grants: memoryGrants(),
});
const { access_token } = await sts.exchange({ client_id: "c", subject_token: "x" });
void [access_token, exchange, OAuthError, postgresGrants];
