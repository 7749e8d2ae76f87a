/** What a store says whose tables a newer version of this program made, and how that is known from other failures. */

export const NEWER_TABLES = "a newer version of edge-sts made the tables";

/** Whether a store failed for that reason. Of an error of a Durable Object no more than its message comes here. */
export function isOfNewerTables(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith(NEWER_TABLES);
}
