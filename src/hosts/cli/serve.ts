import { statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Change, Directory } from "../directory/directory.js";
import { memoryStore } from "../directory/memory.js";
import { NEWER } from "../directory/sql.js";
import { memoryGrants, sqliteDirectory, type SqliteDirectory, sqliteGrants, type SqliteGrants } from "../node.js";
import type { GrantStore } from "../grants/store.js";
import { type Service, startService } from "../service.js";
import { readArguments, wholeNumber } from "./arguments.js";
import { examine } from "./examine.js";
import { Failure, toldAsFailure } from "./failure.js";
import { listener } from "./listener.js";
import type { Description } from "./options.js";
import { privateHostsOf } from "./private_hosts.js";
import { onHangup } from "./reloading.js";
import { inWords, readResourceFiles, readText } from "./resource_files.js";
import { style, tell } from "./terminal.js";

export const description = {
  name: "serve",
  parameters: ["[OPTIONS]"],
  about: "Serves the HTTP interface. Audit events go to stdout, one line of JSON each; everything else to stderr.",
  options: {
    port: { value: "PORT", says: "the port (default: PORT in the environment, else 8787)" },
    host: { value: "HOST", says: "the address to listen on (default: localhost; 0.0.0.0 for all addresses)" },
    issuer: { value: "URL", says: "the URL of this service (default: STS_ISSUER, else http://localhost:PORT)" },
    resources: {
      value: "PATH",
      says: "a file or folder with Clients, TokenIntrospectors and Users (default: resources.json), read at the start and at SIGHUP. The administrator's interface shows them but cannot change them",
    },
    store: {
      value: "FILE",
      says: "keeps resources in this SQLite file instead, where the administrator's interface can change them. An empty one is filled from --resources, if given",
    },
    grants: {
      value: "FILE",
      says: 'the SQLite file that keeps grants (default: grants.sqlite). With "memory" refresh and opaque tokens end with the process',
    },
    keys: {
      value: "FILE",
      says: "the private JWK Set that signs; edge-sts keys makes one (default: STS_SIGNING_KEYS in the environment)",
    },
  },
  more: `Environment, too: STS_SIGNING_KEYS_2 (a second set, published and verified as well), STS_SIGN_WITH (the kid of the key
that signs), STS_ADMIN_TOKEN or STS_ADMIN_TOKENS (without them there is no administrator's interface, and nothing is
counted; with them /metrics gives counters in the text format of Prometheus), STS_SECRET_PEPPER,
STS_CACHE_TTL (seconds), STS_DPOP_NONCE (off, on), STS_DPOP_REPLAY (window, store), STS_PRIVATE_HOSTS (host names, and
suffixes such as .svc.cluster.local, with commas between them: issuers in your own network, which may have private
addresses).
It speaks HTTP: on the internet, put it behind a proxy that ends TLS and set --issuer to the https URL.
SIGHUP reads resources and keys from their files again; if they have faults, it says so and keeps what it had.
SIGTERM and Ctrl-C let running requests finish. It also ends when nobody reads its audit events any more.`,
} as const satisfies Description;

/** edge-sts serve */
export async function run(parameters: string[]): Promise<number> {
  const { values } = readArguments(parameters, description);
  const { env } = process;
  const port = wholeNumber("The port", values.port ?? (env["PORT"] || "8787"), 0, 65_535);
  const host = values.host ?? "localhost";
  const readKeys = (): string => signingKeysOf(values.keys, env["STS_SIGNING_KEYS"]);
  const signingKeys = readKeys();
  const path =
    values.store === undefined || values.resources !== undefined ? (values.resources ?? "resources.json") : "";
  const listed = path === "" ? [] : await listedIn(path, signingKeys);
  const cacheTtl = env["STS_CACHE_TTL"] ? wholeNumber("STS_CACHE_TTL", env["STS_CACHE_TTL"], 0, 3600) : undefined;
  const dpopNonce = wordOf("STS_DPOP_NONCE", ["off", "on"]);
  const dpopReplay = wordOf("STS_DPOP_REPLAY", ["window", "store"]);
  const privateHosts = privateHostsOf(env["STS_PRIVATE_HOSTS"] ?? "");
  // What is written here is nobody else's business.
  process.umask(0o077);
  const grants = await toldAsFailure(() => grantsOf(values.grants ?? "grants.sqlite"));
  const store = await toldAsFailure(() => (values.store === undefined ? undefined : storeIn(values.store)));
  try {
    const resources = store === undefined ? readOnly(listed) : await filled(store, listed);
    let begin: (handle: ReturnType<typeof listener>) => void = () => undefined;
    const ready = new Promise<ReturnType<typeof listener>>((resolve) => (begin = resolve));
    const server = createServer((incoming, outgoing) => void ready.then((handle) => handle(incoming, outgoing)));
    server.on("checkContinue", (incoming, outgoing) => server.emit("request", incoming, outgoing));
    const address = await listening(server, port, host);
    // Only now: with port 0 the issuer is known when it listens.
    const issuer = values.issuer ?? (env["STS_ISSUER"] || `http://localhost:${address.port}`);
    const serviceOf = (signingKeys: string, resources: Directory): Promise<Service> =>
      toldAsFailure(() =>
        startService({
          issuer,
          signingKeys,
          resources,
          grants,
          privateHosts,
          ...(env["STS_SIGNING_KEYS_2"] === undefined ? {} : { signingKeys2: env["STS_SIGNING_KEYS_2"] }),
          ...(env["STS_SIGN_WITH"] === undefined ? {} : { signWith: env["STS_SIGN_WITH"] }),
          ...(env["STS_ADMIN_TOKEN"] ? { adminToken: env["STS_ADMIN_TOKEN"] } : {}),
          ...(env["STS_ADMIN_TOKENS"] ? { adminTokens: env["STS_ADMIN_TOKENS"] } : {}),
          ...(env["STS_SECRET_PEPPER"] ? { secretPepper: env["STS_SECRET_PEPPER"] } : {}),
          ...(dpopNonce === undefined ? {} : { dpopNonce }),
          ...(dpopReplay === undefined ? {} : { dpopReplay }),
          ...(cacheTtl === undefined ? {} : { cacheTtl }),
          metrics: Boolean(env["STS_ADMIN_TOKEN"] || env["STS_ADMIN_TOKENS"]),
        }),
      );
    try {
      let service = await serviceOf(signingKeys, resources);
      begin(listener(() => service, server));
      // A service of its own each time, so that nothing of the old resources is remembered; requests that are under way
      // are finished by the one that they began with.
      onHangup(async () => {
        const keys = readKeys();
        const changes = store === undefined ? await listedIn(path, keys) : [];
        service = await serviceOf(keys, store === undefined ? readOnly(changes) : resources);
        return store === undefined ? `${changes.length} resources and the signing keys` : "The signing keys";
      });
    } catch (error) {
      server.close();
      server.closeAllConnections();
      throw error;
    }
    const ended = untilStopped(server);
    const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
    tell(`${style("good", "edge-sts listens")} on http://${shown}:${address.port}, issuer ${issuer}. Ctrl-C stops it.`);
    await ended;
  } finally {
    grants.close?.();
    store?.close();
  }
  return process.exitCode === 1 ? 1 : 0;
}

function signingKeysOf(file: string | undefined, variable: string | undefined): string {
  if (file !== undefined) {
    const text = readText(file);
    // Windows has no such bits.
    const others = process.platform === "win32" ? 0 : statSync(file).mode & 0o077;
    if (others !== 0) tell(`${style("warning", "warning")} ${file}: others may read the private keys: chmod 600`);
    return text;
  }
  if (variable) return variable;
  throw new Failure(
    "There is no signing key. Set STS_SIGNING_KEYS, or: edge-sts keys --out keys.json, then --keys keys.json",
  );
}

function wordOf<T extends string>(variable: string, words: readonly T[]): T | undefined {
  const value = process.env[variable];
  if (!value) return undefined;
  const word = words.find((one) => one === value);
  if (word === undefined) throw new Failure(`${variable} is one of: ${words.join(", ")}.`);
  return word;
}

async function listedIn(path: string, signingKeys: string): Promise<Change[]> {
  const files = readResourceFiles(path);
  const { changes, faults, warnings } = await examine(files, signingKeys);
  if (faults.length > 0) throw new Failure(faults.map((fault) => inWords(files, fault)).join("\n"));
  for (const warning of warnings) tell(`${style("warning", "warning")} ${inWords(files, warning)}`);
  return changes;
}

/** The resources of files: the administrator's interface shows them, and what it changed would not outlive the process. */
function readOnly(changes: readonly Change[]): Directory {
  const store = memoryStore();
  const filled = store.change(changes, BY, Date.now() / 1000);
  return { ...store, writable: false, read: (keys) => filled.then(() => store.read(keys)) };
}

function storeIn(file: string): SqliteDirectory {
  try {
    return sqliteDirectory(file);
  } catch (error) {
    if (error instanceof TypeError) throw new Failure("A store in a file needs Node 22.13 or newer.");
    throw new Failure(`${file}: ${unopened(error)} Name another one with --store.`);
  }
}

function unopened(error: unknown): string {
  const newer = error instanceof Error && error.message === NEWER;
  return newer
    ? "a newer version of edge-sts made this file. Update this program."
    : "it cannot be opened as a file of SQLite.";
}

/** A store as it is; an empty one with the resources of files. */
async function filled(store: SqliteDirectory, changes: readonly Change[]): Promise<Directory> {
  if (changes.length === 0) return store;
  const pages = await Promise.all(TYPES.map((type) => store.list({ type, offset: 0, count: 1 })));
  if (pages.some(({ total }) => total > 0)) {
    tell("The store keeps what it holds; --resources fills an empty one only.");
    return store;
  }
  const changed = await store.change(changes, BY, Math.floor(Date.now() / 1000));
  if (!("done" in changed)) throw new Failure("The store was changed by somebody else. Start again.");
  tell(`The store is filled with ${changes.length} resources.`);
  return store;
}

const TYPES = ["Client", "TokenIntrospector", "User"];

// Who filled a store, for its history.
const BY = "edge-sts serve";

function grantsOf(file: string): GrantStore & Partial<Pick<SqliteGrants, "close">> {
  if (file === "memory") return memoryGrants();
  try {
    return sqliteGrants(file);
  } catch (error) {
    if (error instanceof TypeError) throw new Failure("Grants in a file need Node 22.13 or newer; or: --grants memory");
    throw new Failure(`${file}: ${unopened(error)} Name another one with --grants.`);
  }
}

function listening(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const sentences: Record<string, string> = {
        EADDRINUSE: `Port ${port} is taken. Stop what listens there, or choose another one with --port.`,
        EACCES: `Port ${port} may not be used by this account. Choose one above 1023.`,
      };
      reject(new Failure(sentences[error.code ?? ""] ?? "It cannot listen on this host and port."));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/** Resolves when a signal has come and every request that was under way is answered. */
function untilStopped(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of SIGNALS) process.removeListener(signal, stop); // a second one ends it at once
      server.close(() => resolve());
      server.closeIdleConnections();
      // A client that does not read its answer must not hold it up for ever.
      setTimeout(() => server.closeAllConnections(), GRACE).unref();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
    // The terminal was closed, which is a SIGHUP, too.
    process.stderr.on("error", stop);
    // Nobody takes the audit events any more: nothing is decided without them.
    process.stdout.on("error", () => {
      if (process.exitCode === undefined) tell("Audit events cannot be written any more: it ends.");
      process.exitCode = 1;
      stop();
    });
  });
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

// Milliseconds; less than the 30 s after which a container is killed.
const GRACE = 20_000;
