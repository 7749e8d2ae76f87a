/** A grant as it is stored. `value` belongs to the core; `version` counts up from 1 with each write. */
export interface StoredGrant {
  /** How often it was written. */
  version: number;
  /** What the core keeps of it: digests and expiry, no token. */
  value: string;
}

/**
 * Where grants live (refresh families, opaque tokens). Ready ones: `memoryGrants()`, `durableGrants(namespace)`,
 * `sqliteGrants(path)`.
 */
export interface GrantStore {
  /**
   * Since when it remembers, in seconds since 1970; absent: it forgets nothing. An opaque token or a refresh token that was
   * issued before and carries its grant is refused: it may have been used or revoked.
   */
  readonly since?: number;
  /** The grant, or null when there is none. A read must not store anything. */
  read(grant: string): Promise<StoredGrant | null>;
  /**
   * Stores `value` if the stored version is still `expected` (null: if there is no such grant), in one atomic step.
   * Resolves with true when it was written, false when somebody else was faster. `expires`: seconds since 1970; the
   * store deletes the grant by itself some time after that.
   */
  write(grant: string, expected: number | null, value: string, expires: number): Promise<boolean>;
}
