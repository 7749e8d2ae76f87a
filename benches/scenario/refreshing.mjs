// A client like that of the exchange, which is given refresh tokens as well.
import { RESOURCES } from "./exchange.mjs";

const [client] = RESOURCES;

export const REFRESHING = {
  ...client,
  id: "refreshing",
  grant_types: [...client.grant_types, "refresh_token"],
  auth: { token_exchange: { ...client.auth.token_exchange, refresh_token: true, refresh_token_expiration: 86_400 } },
};
