import "../../node.js";
import { load } from "../../engine.js";
import { jsonFault } from "../../resources.js";
import { Failure } from "../failure.js";
import { readText } from "../resource_files.js";
import { isObject } from "./section.js";
import { parseYaml, YamlFault } from "./yaml.js";

/** The object in a file of JSON or YAML. Nothing of the file is in a `Failure`. */
export function documentOf(file: string): Record<string, unknown> {
  const value = parsed(file, readText(file));
  if (!isObject(value)) throw new Failure(`${file}: It must hold one object.`);
  return value;
}

function parsed(file: string, text: string): unknown {
  if (/^\s*\{/.test(text)) {
    void load();
    // A name that is there twice is a fault, too: JSON.parse would take the last one.
    const fault = jsonFault(text);
    if (fault !== undefined) throw new Failure(`${file}: ${fault}`);
    return JSON.parse(text) as unknown;
  }
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    throw new Failure(`${file}: line ${error.line}: ${error.message} Or give it as JSON.`);
  }
}
