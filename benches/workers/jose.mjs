// The exchange with `jose`, written by hand: its resources stand in its environment. `LOG`: whether each exchange leaves its
// event on the console, as ours does.
import { joseExchange } from "../peers/jose.mjs";
import { answered } from "./jose_answer.mjs";
import { webPlatform as platform } from "../peers/web_platform.mjs";

let exchange;

export default {
  async fetch(request, { ISSUER, SIGNING_KEY, RESOURCES, LOG }) {
    const onEvent = LOG === "yes" ? (event) => console.log(JSON.stringify(event)) : () => undefined;
    const signingKey = () => JSON.parse(SIGNING_KEY);
    const resources = () => JSON.parse(RESOURCES);
    exchange ??= await joseExchange({
      issuer: ISSUER,
      signingKey: signingKey(),
      resources: resources(),
      platform,
      onEvent,
    });
    return answered(request, exchange);
  },
};
