/** How far something is that takes its time. */
export interface Progress {
  at(done: number): void;
  /** Takes the line away. */
  end(): void;
}

// Milliseconds. What is shorter needs no line; more often nobody can read it.
const PATIENCE = 1_000;
const PACE = 100;

/** Said on stderr, where that is a terminal, and only of what takes longer than a second. */
export function progress(what: string, all: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { at: () => undefined, end: () => undefined };
  const begin = Date.now();
  let said = 0;
  return {
    at(done) {
      const now = Date.now();
      if (now - begin < PATIENCE || now - said < PACE) return;
      said = now;
      stream.write(`\r\u001b[K${what} ${done} of ${all}`);
    },
    end() {
      if (said > 0) stream.write("\r\u001b[K");
    },
  };
}

/** The same of what has no parts: a line that is there until `work` ends. */
export async function waiting<T>(
  what: string,
  work: Promise<T>,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<T> {
  if (!stream.isTTY) return work;
  const timer = setTimeout(() => stream.write(`\r\u001b[K${what} …`), PATIENCE);
  const begin = Date.now();
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (Date.now() - begin >= PATIENCE) stream.write("\r\u001b[K");
  }
}
