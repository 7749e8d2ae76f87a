import { type Example, examples } from "./examples.js";

interface Described {
  content?: Record<string, object>;
}

/** An operation of OpenAPI, as far as examples stand in it. */
interface Operation {
  operationId?: string;
  requestBody?: Described;
  responses?: Record<string, Described>;
}

/** The paths with the example of each operation: at every media type of its body, and at its first answer. */
export function withExamples(paths: object): object {
  return mapped(paths, (path) => mapped(path as object, (operation) => withExample(operation as Operation)));
}

function withExample(operation: Operation): object {
  const example = examples[operation.operationId ?? ""];
  if (example === undefined) return operation; // the parameters of a path
  const { requestBody, responses = {} } = operation;
  const [good] = Object.keys(responses);
  return {
    ...operation,
    ...(requestBody === undefined ? {} : { requestBody: shown(requestBody, requestOf(example)) }),
    responses: mapped(responses, (response, status) =>
      status === good || (status === "201" && good === "200")
        ? shown(response as Described, { example: example.answer })
        : response,
    ),
  };
}

function requestOf({ request, requests }: Example): object {
  return requests === undefined ? { example: request } : { examples: mapped(requests, (value) => ({ value })) };
}

function shown(described: Described, value: object): object {
  if (described.content === undefined) return described;
  return { ...described, content: mapped(described.content, (media) => ({ ...(media as object), ...value })) };
}

function mapped(object: object, change: (value: unknown, name: string) => unknown): object {
  return Array.isArray(object)
    ? object
    : Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}
