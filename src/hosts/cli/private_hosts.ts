import { privateHostsFault } from "../private_hosts.js";
import { Failure } from "./failure.js";

/** The names in STS_PRIVATE_HOSTS. */
export function privateHostsOf(variable: string): string[] {
  const list = variable.split(/[\s,]+/).filter((entry) => entry !== "");
  const fault = privateHostsFault(list);
  if (fault !== undefined) throw new Failure(`STS_PRIVATE_HOSTS: ${fault}.`);
  return list;
}
