// In a project that knows the web by @types/node or by @cloudflare/workers-types alone.
import { createSts } from "edge-sts";

const sts = await createSts({ issuer: "https://sts.example", signingKeys: { keys: [] }, resources: [] });
const response: Response = await sts.fetch(new Request("https://sts.example/health"));
const status: number = response.status;
// @ts-expect-error a Request is needed
void sts.fetch("https://sts.example/health");
void status;
