// The exchange as it goes over the wire. The client authenticates with Basic, as most do.
import { post } from "../measure/client.mjs";

export function tokenRequest(url, { client_id, client_secret, ...form }, path = "/auth/token") {
  const credentials = [client_id, client_secret].map(encodeURIComponent).join(":");
  return post(url, path, { Authorization: `Basic ${btoa(credentials)}` }, form);
}
