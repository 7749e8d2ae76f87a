import { createServer } from "node:net";

// Below the ports that systems give to whoever asks for any, servers and connections alike: between this and its use, none of
// those can take it. Test files run side by side; that two draw the same one is unlikely.
const [LEAST, MOST] = [10_240, 32_000];

/** A port of this machine that nobody listens on. */
export async function freePort() {
  for (;;) {
    const port = LEAST + Math.floor(Math.random() * (MOST - LEAST));
    if (await isFree(port)) return port;
  }
}

async function isFree(port) {
  const server = createServer();
  const free = await new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}
