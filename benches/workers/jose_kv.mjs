// The exchange with `jose`, whose resources are read from KV at each request: the four keys that our Worker reads when it is
// cold, in one round.
import { decodeJwt } from "jose";
import { joseExchange } from "../peers/jose.mjs";
import { webPlatform as platform } from "../peers/web_platform.mjs";
import { answered } from "./jose_answer.mjs";

export default {
  fetch(request, { ISSUER, SIGNING_KEY, CONFIG }) {
    return answered(request, async (parameters) => {
      const { iss, sub } = decodeJwt(parameters.subject_token);
      const keys = [`Client/${parameters.client_id}`, `TokenIntrospector?iss=${iss}`, `User/${sub}`];
      const all = await Promise.all([...keys, `User?identifier=${iss}|${sub}`].map((key) => CONFIG.get(key, "json")));
      const resources = all.filter((resource) => resource !== null);
      const signingKey = JSON.parse(SIGNING_KEY);
      const onEvent = (event) => console.log(JSON.stringify(event));
      const exchange = await joseExchange({ issuer: ISSUER, signingKey, resources, platform, onEvent });
      return exchange(parameters);
    });
  },
};
