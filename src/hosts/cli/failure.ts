/** What was asked for cannot be done; the message says why and what to do, and holds nothing of a secret. Exit code 1. */
export class Failure extends Error {}

/** The command was used wrongly. Exit code 2. */
export class Misuse extends Error {}

/** The package refuses what it is given with a `TypeError` whose sentence is made for the operator. */
export async function toldAsFailure<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof TypeError ? new Failure(error.message) : error;
  }
}
