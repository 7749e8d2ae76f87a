// How npm is called. It uses nothing but Node's own modules: setup.mjs needs it before anything is installed.

/** What to spawn to run npm with these parameters: { program, parameters, shell }. `node`: the Node that npm runs on. */
export function npmCommand(parameters, node = process.execPath) {
  // The npm that started this. The one on the PATH is a shell script on Windows.
  const running = process.env.npm_execpath;
  return running?.endsWith("js")
    ? { program: node, parameters: [running, ...parameters], shell: false }
    : { program: "npm", parameters, shell: process.platform === "win32" };
}
