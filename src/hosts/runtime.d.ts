// What the Workers runtime offers to a module and TypeScript does not know by itself. The types behind it are
// Cloudflare's own; their global ones are left out because they contradict the browser's and Node's.

declare module "cloudflare:workers" {
  import type { DurableObjectState } from "@cloudflare/workers-types";

  export abstract class DurableObject<Env = unknown> {
    constructor(ctx: DurableObjectState, env: Env);
    protected ctx: DurableObjectState;
    protected env: Env;
    alarm?(): void | Promise<void>;
  }
}
