// Starts workerd, makes a change whose publication hangs, and says when it is committed. For directory_killed.test.mjs.
import { change } from "../directory/changes.mjs";
import { startDirectory } from "./directory.mjs";

const [, , path, type] = process.argv;
const sts = await startDirectory(path);
await sts.fail("", "hangs");
const directory = sts.directory("eventual");
const changes = [change(type, "a", 0, { unique: [`${type}?1`] }), change(type, "b", 0)];
directory.change(changes, "anna", 1000).catch(() => undefined);
while ((await directory.look(changes))[0].version === 0);
process.send("committed");
