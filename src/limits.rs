//! Every limit of the service, each with its reason. A token or a body over its limit is refused; it is never
//! truncated, dropped or handled as something else.

/// Bytes of a request body. A subject and an actor token of [`TOKEN`] bytes each, percent-encoded, with room to spare.
pub const BODY: usize = 64 * 1024;

/// Parameters in one request. The longest honest request has about twenty.
pub const PARAMETERS: usize = 100;

/// Bytes of one token. Tokens with many groups reach 8 KiB; proxies cut headers at 16 KiB or before.
pub const TOKEN: usize = 16 * 1024;

/// Depth of nested arrays and objects in JSON. Recursion in WebAssembly ends in a trap; claims are rarely 5 deep.
pub const JSON_DEPTH: usize = 32;

/// Members of one JSON object. Keeps the search for duplicates cheap, whatever names an attacker chooses.
pub const JSON_MEMBERS: usize = 256;

/// Targets (`audience` and `resource` together) of one issued token. A token for everybody protects nobody.
pub const TARGETS: usize = 8;

/// Actors in one chain of `act` claims, the current one included.
pub const ACTORS: usize = 8;

/// Scopes in one request.
pub const SCOPES: usize = 100;

/// Bytes of the claims that are copied into an issued token, as JSON with their names. Issued tokens travel in headers,
/// which proxies cut at 8 or 16 KiB.
pub const COPIED_CLAIMS: usize = 4 * 1024;

/// Bytes of a `kid`. It is compared, and never used as a path, a URL or a query.
pub const KID: usize = 256;

/// Bytes of a `sub`. OpenID Connect allows 255 characters; service meshes use longer URIs.
pub const SUB: usize = 1024;

/// Bytes of a Client's `provider`: Google's names of providers have some 150.
pub const PROVIDER: usize = 512;

/// Elements of a Client's `federated`: each is compared with an assertion.
pub const FEDERATED: usize = 32;

/// Bytes of an `iss`. With its escapes it must fit a KV key of 512 bytes.
pub const ISS: usize = 400;

/// Bytes of a `client_id` that is looked up at all; resource ids have at most 64.
pub const ID: usize = 64;

/// Seconds of life that a subject token may have left, unless its introspector says otherwise. A token that lives
/// for years is a password; the service does not turn it into more tokens.
pub const SUBJECT_LIFETIME: u64 = 24 * 60 * 60;

/// Seconds of life that a client's assertion may have left. It serves once, and is remembered until its end. Client
/// libraries make them for up to an hour.
pub const ASSERTION_LIFETIME: u64 = 60 * 60;

/// Bytes of a JWK Set that is fetched. A hundred RSA keys with their certificates have less.
pub const JWKS: usize = 256 * 1024;

/// Keys of a JWK Set that is fetched.
pub const JWKS_KEYS: usize = 100;

/// Keys that are tried for one signature where no `kid` chooses among them. A hundred large RSA keys would cost 85 ms for
/// each token that somebody invents.
pub const KEYS_TRIED: usize = 10;

/// Milliseconds until a server must have answered that is asked for keys or for a token. Clients wait meanwhile.
pub const FETCH: u64 = 5000;

/// Milliseconds between two looks of a request that waits for what another one fetches.
pub const FETCH_WAIT: u64 = 50;

/// Looks after which a request that waits is served by good old keys, where there are some: two seconds.
pub const FETCH_PATIENCE: usize = 40;

/// Looks of a request, at most: enough to see that a fetch is dead, and to hear how the next one ends.
pub const FETCH_LOOKS: usize = 260;

/// Seconds after which a fetch that never ended is dead: longer than [`FETCH`], and a margin for clocks of whole
/// seconds. The platform dropped its request.
pub const FETCH_DEAD: u64 = 7;

/// Seconds that a server which did not answer well is left alone.
pub const FETCH_RETRY: u64 = 30;

/// Seconds between two fetches for a key that is not in a set, whatever `kid`s are invented, and between two that are
/// caused by somebody who has proven nothing.
pub const KID_MISS: u64 = 60;

/// Seconds that a fetched set is fresh, at least, whatever its server says, unless `cache_ttl` is less.
pub const KEYS_FRESH: u64 = 60;

/// Seconds that a set serves beyond its freshness while its server does not answer. A day and a night to mend it.
pub const KEYS_STALE: u64 = 24 * 60 * 60;

/// Seconds that the keys of a client's `jwks_uri` are fresh: as long as those of an issuer, when nothing is said.
pub const CLIENT_KEYS: u64 = 300;

/// Fetched sets that one instance remembers.
pub const KEY_SETS: usize = 256;

/// Bytes of the answer of an introspection endpoint: as many as a token may have. They are remembered.
pub const INTROSPECTION: usize = 16 * 1024;

/// Seconds for which it is remembered that a token is not active. Its issuer is not asked each time that somebody tries,
/// and a token that becomes active after all is not kept waiting.
pub const NOT_ACTIVE: u64 = 10;

/// Issuers of a client that are looked at to find the one that vouches for opaque tokens.
pub const OPAQUE_ISSUERS: usize = 32;

/// Names in `copy_claims`: with the claims of its own an issued token stays well below [`JSON_MEMBERS`], or nobody could
/// read it.
pub const COPIED_NAMES: usize = 64;

/// Bytes of one expression, as in Google's workload identity federation.
pub const EXPRESSION: usize = 4096;

/// Nodes of the tree of one expression. The walk over it is recursive, and this bounds its depth too.
pub const EXPRESSION_NODES: usize = 256;

/// Brackets, lists and arguments within each other: their parser is recursive.
pub const EXPRESSION_DEPTH: usize = 32;

/// Members of one list in an expression.
pub const EXPRESSION_MEMBERS: usize = 64;

/// Steps of one evaluation: a node, an element that is compared, 64 bytes that are looked at. A claim with thousands of
/// groups is searched a few times; nothing takes more than a millisecond.
pub const EXPRESSION_STEPS: usize = 10_000;

/// Bytes of text that one evaluation may make: as many as a token may have.
pub const EXPRESSION_MADE: usize = 16 * 1024;

/// Expressions in one `condition`.
pub const CONDITIONS: usize = 32;

/// Names in `attributes`, and in `emit`.
pub const MAPPINGS: usize = 32;

/// Rules in `scope_rules`.
pub const SCOPE_RULES: usize = 64;

/// Bytes of the claims that are kept with a grant because expressions read them again at each refresh. The record of a
/// grant stays well below what a Durable Object stores in one value.
pub const KEPT_CLAIMS: usize = 8 * 1024;

/// Bytes of a text of a refused request that an event shows: enough for an issuer or a scope, and a log cannot be filled
/// with what strangers send.
pub const CLAIMED: usize = 256;

/// Bytes of a DPoP proof. One with a key of RSA with 8192 bits has 3.2 KB; with other keys it has a tenth of that.
pub const DPOP_PROOF: usize = 4 * 1024;

/// Bytes of the `jti` of a proof: a UUID has 36.
pub const DPOP_JTI: usize = 256;

/// Bytes of the `nonce` of a proof; ours have 32.
pub const DPOP_NONCE: usize = 256;

/// Seconds since a proof was made, at most, where no nonce tells (RFC 9449 section 11.1: a brief time). The clocks of
/// clients are off by minutes.
pub const DPOP_AGE: u64 = 300;

/// Seconds by which the `iat` of a proof may lie ahead: the leeway of clocks.
pub const DPOP_AHEAD: u64 = 60;

/// Seconds that a used proof is remembered, where it is: as long as one that was made ahead can be shown.
pub const DPOP_KEPT: u64 = DPOP_AGE + DPOP_AHEAD;

/// Seconds of one step of nonces: within it all are the same.
pub const DPOP_NONCE_STEP: u64 = 30;

/// Steps for which a nonce is good, that in which it was made included: five minutes, as long as a proof without one.
pub const DPOP_NONCE_STEPS: u64 = 10;

/// Seconds after which a client is given a newer nonce, so that one that goes on asking never has to ask twice.
pub const DPOP_NONCE_OLD: u64 = 60;

/// Seconds of tolerance for clocks that differ, on `exp`, `nbf` and `iat`.
pub const LEEWAY: u64 = 60;

/// The largest NumericDate that is accepted: the year 9999. Later ones are faults or attacks, and sums stay far from
/// overflow.
pub const NUMERIC_DATE: u64 = 253_402_300_799;

/// Bytes of an HMAC key, at least (RFC 7518 section 3.2, for HS256).
pub const HMAC_SECRET: usize = 32;

/// Seconds in which a refresh token may be used again, for a client whose answer got lost, when its `refresh_token_grace`
/// does not say otherwise.
pub const REFRESH_GRACE: u64 = 30;

/// Seconds that `refresh_token_grace` may ask for, at most. Whoever finds a used token can use it for this long.
pub const REFRESH_GRACE_MAX: u64 = 300;

/// Bytes of an opaque token: headers and cookies are cut at 4 kB and more.
pub const HANDLE: usize = 2048;

/// Seconds that an identity assertion (ID-JAG) may live, unless its issuer's `id_jag` says otherwise: 300 in every example of
/// the draft.
pub const ID_JAG_LIFETIME: u64 = 300;

/// Authorization servers that a Client gets identity assertions for.
pub const ID_JAG_TARGETS: usize = 64;

/// Bytes of the `jti` of an identity assertion.
pub const ASSERTION_JTI: usize = 256;

/// Bytes of a `jti` that is issued.
pub const JTI: usize = 256;

/// Bytes of what a token says of those who stand behind it: a digest, and ids of TokenIntrospectors and actors, three of
/// them however long they are. With the rest, which is 45 bytes, it makes a [`JTI`].
pub const PROVENANCE: usize = 211;

/// Opaque access tokens that the record of a grant holds; one more ends the oldest. With it the record stays within what
/// a Durable Object stores in one value, however often the grant is refreshed.
pub const ACCESS_TOKENS: usize = 64;

/// Seconds that the store keeps a grant or a mark beyond the end of its tokens and their leeway: the clocks of a store
/// and of the machines that write to it differ.
pub const KEPT: u64 = 60 * 60;

/// How often a decision is made again because an administrator changed something that it used.
pub const ROUNDS: usize = 5;

/// Changed keys that one instance remembers. A decision that takes longer than so many changes begins again.
pub const CHANGES: usize = 512;

/// Keys of which one instance remembers what was written under them, until a replica shows it: more than an import of
/// a thousand resources has, so that what was deleted before it stays deleted. All are walked through at each read.
pub const WRITTEN: usize = 4096;

/// Rotations of one refresh token. Used digests are remembered for as long as the grant lives, so that reuse is seen;
/// this keeps a grant within what a Durable Object stores in one value.
pub const ROTATIONS: usize = 4096;

/// Failed authentications of one client inside [`FAILURES_WINDOW`] that are answered with 401; more get 429.
pub const FAILURES: u32 = 100;

/// Seconds of a window in which failed authentications are counted.
pub const FAILURES_WINDOW: u64 = 60;

/// Counters of failed authentications. Names that do not exist are counted too, so their number must not grow.
pub const FAILURE_COUNTERS: usize = 1024;

/// Resources, and looks for resources that are not there, that one instance remembers.
pub const CACHED_RESOURCES: usize = 1024;

/// Bytes of the texts of resources that one instance remembers: with what is read out of them some three times as much,
/// of the 128 MiB that an instance has.
pub const CACHED_BYTES: usize = 16 * 1024 * 1024;

/// Seconds that a resource is remembered when `STS_CACHE_TTL` does not say otherwise.
pub const CACHE_TTL: u64 = 30;

/// Seconds that `STS_CACHE_TTL` may ask for, at most. A client that an administrator disabled works for this long.
pub const CACHE_TTL_MAX: u64 = 3600;

/// Seconds after a change in which the replica of the directory may still show what was before it: KV takes 60 or more.
pub const SETTLED: u64 = 120;

/// Look-ups of one resource: identifiers of a User, origins of a Client. Each holds the whole resource again, so that one
/// of 64 KiB with thousands of them would fill an instance, and a Worker may write a thousand times in one request.
pub const LOOKUPS: usize = 100;

/// Resources in a page of a list, unless `_count` says otherwise.
pub const LIST: u64 = 100;

/// Resources in a page of a list, at most. A User of 64 KiB is possible, an instance has 128 MiB.
pub const LIST_MOST: u64 = 1000;

/// Pages of a list that can be asked for: sums stay far from overflow.
pub const PAGES: u64 = 1_000_000_000;

/// Changes in one bundle: each is a row and some keys in one transaction.
pub const BUNDLE: u64 = 100;

/// Audit events that one instance keeps for an administrator to look at: a screen or two. One can hold some 20 kB, of an
/// exchange with long names and eight actors; all of them together stay far below what an instance has.
pub const RECENT_EVENTS: usize = 200;

/// Seconds that the directory's answer about what waits is remembered for `/health`.
pub const HEALTH: u64 = 5;
