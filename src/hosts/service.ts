// A service as its options make it. What can be asked of it stands in sts.ts; cli/listener.ts asks it without a Request.
import { probe } from "./dialogue.js";
import type { Directory } from "./directory/directory.js";
import { kvDirectory } from "./directory/kv.js";
import { type ListedDirectory, memoryDirectory } from "./directory/list.js";
import type { Hosts } from "./effects.js";
import { Core, load } from "./engine.js";
import { memoryGrants } from "./grants/memory.js";
import { Counters } from "./metrics/counters.js";
import { need } from "./misuse.js";
import { checkOptions, isDirectory, type StsOptions } from "./options.js";
import type { AuditEvent } from "./types/audit_event.js";
import type { Resource } from "./types/resources.js";
import type { WasmSource } from "./web.js";
import { compiled, NOT_THE_MODULE } from "./wasm_source.js";

/** A service: the core, and what it finds outside. */
export interface Service {
  readonly core: Core;
  readonly hosts: Hosts;
}

/** Makes a service of its options. Rejects with a `TypeError` that says what to do when one is wrong. */
export async function startService(options: StsOptions): Promise<Service> {
  checkOptions(options);
  await loadFrom(options.wasm);
  const now = options.now === undefined ? systemClock : checkedClock(options.now);
  const directory = consistent(directoryOf(options.resources), options.consistency);
  if ("fill" in directory) await (directory as ListedDirectory).fill(now());
  const grants = options.grants ?? memoryGrants({ now });
  const core = new Core({
    issuer: options.issuer,
    signing_keys: textOf(options.signingKeys),
    ...(options.signingKeys2 === undefined ? {} : { signing_keys_2: textOf(options.signingKeys2) }),
    ...(options.signWith === undefined ? {} : { sign_with: options.signWith }),
    writable: directory.writable,
    replicated: directory.replicated,
    dpop_nonces: options.dpopNonce === "on",
    dpop_replay_store: options.dpopReplay === "store",
    ...(options.adminTokens === undefined ? {} : { admin_tokens: textOf(options.adminTokens) }),
    ...(grants.since === undefined ? {} : { grants_since: Math.floor(grants.since) }),
    ...(options.secretPepper === undefined ? {} : { secret_pepper: options.secretPepper }),
    ...(options.adminToken === undefined ? {} : { admin_token: options.adminToken }),
    ...(options.cacheTtl === undefined ? {} : { cache_ttl: options.cacheTtl }),
    ...(options.metrics === true ? { metrics: true, counts: true } : {}),
  });
  const deliver = deliverTo(options.onEvent);
  const { rateLimit, privateHosts } = options;
  const meter = options.metrics === true ? new Counters() : undefined;
  const hosts = { directory, grants, now, deliver, rateLimit, privateHosts, meter };
  const fault = await probe(core, hosts);
  if (fault !== undefined) throw new TypeError(fault);
  return { core, hosts };
}

async function loadFrom(wasm: WasmSource | undefined): Promise<void> {
  if (wasm === undefined) return load();
  try {
    await load(() => compiled(wasm));
  } catch (error) {
    // Of another version: it asks for other functions.
    throw error instanceof WebAssembly.LinkError ? new TypeError(NOT_THE_MODULE) : error;
  }
}

function directoryOf(resources: StsOptions["resources"]): Directory {
  if (isList(resources)) return memoryDirectory(resources);
  return isDirectory(resources) ? resources : kvDirectory(resources);
}

function consistent(directory: Directory, consistency: StsOptions["consistency"]): Directory {
  if (consistency !== "strong" || !directory.replicated) return directory;
  need(directory.strong !== undefined, "consistency: this store of resources cannot be read strongly");
  return directory.strong;
}

function isList(resources: StsOptions["resources"]): resources is readonly Resource[] {
  return Array.isArray(resources);
}

function textOf(value: object | string): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function systemClock(): number {
  return Date.now() / 1000;
}

function checkedClock(now: () => number): () => number {
  return () => {
    const seconds = now();
    if (!Number.isFinite(seconds) || seconds < 0) throw new TypeError("now must return seconds since 1970");
    return seconds;
  };
}

// A listener that fails, now or later, is the listener's matter: the decision stands.
function deliverTo(onEvent?: (event: AuditEvent) => unknown): (event: string) => void {
  if (onEvent === undefined) return (event) => console.log(event);
  const failed = (): void => console.error("edge-sts: onEvent failed");
  return (event) => {
    try {
      const later = onEvent(JSON.parse(event) as AuditEvent);
      if (later instanceof Promise) later.catch(failed);
    } catch {
      failed();
    }
  };
}
