// From JSON Schema to TypeScript, as far as the tables of src/hosts/openapi and src/hosts/schema use it.

const WIDTH = 118;

/**
 * A file of declarations. `components`: what `$ref` leads to, by name; `source`: the table that it is made of.
 * `declare(schema)` adds a schema by its `title`, and every schema in it that has a title of one word; `text()` gives the file.
 */
export function declarations(components, source) {
  const parts = new Map();
  const own = new Map();
  const lines = [`// Made by \`npm run types\` of ${source}. Do not edit it.`];

  function declare(schema) {
    const { title } = schema;
    if (parts.has(title)) return title;
    parts.set(title, ""); // it may need itself
    const comment = commented(own.get(title) ?? schema);
    const isInterface = schema.type === "object" && schema.properties !== undefined;
    const body = isInterface
      ? `export interface ${title} ${object(schema)}`
      : `export type ${title} = ${inline({ ...schema, title: undefined })};`;
    parts.set(title, `${comment}${body}`);
    return title;
  }

  function type(schema) {
    return /^[A-Z]\w+$/.test(schema.title ?? "") ? declare(schema) : inline(schema);
  }

  function inline(schema) {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.split("/").at(-1);
      return parts.has(name) ? name : type(components[name]);
    }
    if ("const" in schema) return JSON.stringify(schema.const);
    if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)));
    if (schema.oneOf !== undefined) return union(schema.oneOf.map(type));
    switch (schema.type) {
      case "string":
      case "boolean":
        return schema.type;
      case "integer":
        return "number";
      case "array":
        return `readonly ${bracketed(type(schema.items ?? {}))}[]`;
      case "object":
        return object(schema);
      case undefined:
        return "unknown";
      default:
        throw new Error(`there is no rule for the type ${schema.type}`);
    }
  }

  function object({ properties, required = [], additionalProperties: others, undefinable }) {
    const known = Object.entries(properties ?? {}).filter(([, schema]) => schema !== false);
    if (known.length === 0) {
      const value = typeof others === "object" ? type(others) : "unknown";
      return `{ readonly [name: string]: ${value} }`;
    }
    const members = known.map(([name, schema]) => {
      const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
      const optional = !required.includes(name);
      const more = optional && undefinable ? " | undefined" : "";
      return `${commented(schema)}${key}${optional ? "?" : ""}: ${type(schema)}${more};`;
    });
    if (others === true) members.push("/** Members that are not named here. */\n[name: string]: unknown;");
    return `{\n${members.join("\n")}\n}`;
  }

  return {
    declare,
    /** Adds text as it is. */
    line: (text) => void lines.push(text),
    /** Schemas that stand in several places, where their descriptions speak of the place: they get their own. */
    alone: (...schemas) => schemas.forEach((schema) => own.set(schema.title, schema)),
    /** Names that the file imports. */
    known: (...names) => names.forEach((name) => parts.set(name, "")),
    text: () =>
      [...lines.slice(0, 1), ...imports(lines), ...parts.values(), ...others(lines)].filter(Boolean).join("\n\n"),
  };
}

const imports = (lines) => lines.slice(1).filter((line) => line.startsWith("import "));
const others = (lines) => lines.slice(1).filter((line) => !line.startsWith("import "));

function union(types) {
  return [...new Set(types)].join(" | ");
}

function bracketed(type) {
  return /^[\w.]+$/.test(type) ? type : `(${type})`;
}

function commented({ description, default: usual }) {
  const text = [description, usual !== undefined && `Default: \`${JSON.stringify(usual).replaceAll('"', "")}\`.`];
  const words = text.filter(Boolean).join(" ").split(" ").filter(Boolean);
  if (words.length === 0) return "";
  const one = `/** ${words.join(" ")} */`;
  if (one.length <= WIDTH) return `${one}\n`;
  const lines = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 4 <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return `/**\n${lines.map((line) => ` * ${line}`).join("\n")}\n */\n`;
}
