// What the form writes into the JSON: one value is another one, and every other character stays.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { put, rename } from "../../www/json_edit.js";

const TEXT = `{ "id": "a",
    "n": 12345678901234567890.10, "10": 1,
  "scope": ["openid", "read"],
  "auth": {
    "token_exchange": { "audience": [] }
  }, "list": [{"x": 1e2},
     {"x": 2, "y": null}] }`;

const after = (part, other) => TEXT.replace(part, other);

describe("a change in a JSON text", () => {
  for (const [what, place, value, expected] of [
    ["a text", ["id"], 'b\n"', after('"a"', '"b\\n\\""')],
    ["a list is written anew", ["scope", 1], "write", after('"read"', '"write"')],
    ["a value at the end of a list", ["scope", 2], "write", after('"read"]', '"read", "write"]')],
    ["a value that goes", ["scope", 0], undefined, after('["openid", "read"]', '["read"]')],
    ["into an empty list", ["auth", "token_exchange", "audience", 0], "x", after("[]", '["x"]')],
    ["a member of a member of its own line", ["auth", "token_exchange", "a"], 1, after("[] }", '[], "a": 1 }')],
    [
      "on the way, what is missing is made",
      ["auth", "id_jag", "expiration"],
      60,
      after('"audience": [] }', '"audience": [] },\n    "id_jag": {\n      "expiration": 60\n    }'),
    ],
    ["in an object in a list", ["list", 0, "x"], true, after("1e2", "true")],
    ["an object that goes", ["list", 0], undefined, after('{"x": 1e2},\n     ', "")],
    ["one more object", ["list", 2], {}, after("null}]", "null},\n     {}]")],
    ["a member that goes, from the middle", ["n"], undefined, after(',\n    "n": 12345678901234567890.10', "")],
    [
      "the last member of its object goes with it",
      ["auth", "token_exchange", "audience"],
      undefined,
      after(/ {2}"auth": \{[^]*?\n {2}\}, /, "  ").replace('"read"],\n  "list"', '"read"], "list"'),
    ],
    ["a name like a number", ["10"], 2, after('"10": 1', '"10": 2')],
    ["what is not there does not go", ["no", "such"], undefined, TEXT],
    ["a name that objects have", ["__proto__"], 1, after("null}] }", 'null}],\n  "__proto__": 1 }')],
  ]) {
    test(what, () => {
      const changed = put(TEXT, place, value);
      JSON.parse(changed);
      assert.equal(changed, expected);
    });
  }

  test("the place of a member that is renamed stays", () => {
    assert.equal(rename(TEXT, ["list", 1, "x"], 'a"b'), after('"x": 2', '"a\\"b": 2'));
    assert.equal(rename(TEXT, ["list", 7], "a"), TEXT);
    assert.equal(rename(TEXT, ["scope", 0], "a"), TEXT);
  });

  test("any change of any text is what it is of the value", () => {
    let seed = 8693;
    const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const NAMES = ["a", "b.c", "1", "length", "é"];
    const made = (depth) => {
      const kind = random(depth > 0 ? 6 : 4);
      if (kind === 4) return Array.from({ length: random(4) }, () => made(depth - 1));
      if (kind === 5)
        return Object.fromEntries(NAMES.filter(() => random(2) === 0).map((name) => [name, made(depth - 1)]));
      return ["text", random(100), null, true][kind];
    };
    const places = (value, above = []) => {
      if (typeof value !== "object" || value === null) return [above];
      const own = Array.isArray(value) ? [...value.keys(), value.length] : [...Object.keys(value), "new"];
      return [
        above,
        ...own.flatMap((step) =>
          Object.hasOwn(value, step) ? places(value[step], [...above, step]) : [[...above, step]],
        ),
      ];
    };
    for (let round = 0; round < 2000; round++) {
      const value = made(3);
      const text = JSON.stringify(value, null, [0, 2, "\t"][random(3)]);
      const all = places(value);
      const place = all[random(all.length)];
      const given = made(1);
      const expected = structuredClone(value);
      const parent = place.slice(0, -1).reduce((at, step) => at[step], expected);
      if (place.length === 0) assert.deepEqual(JSON.parse(put(text, place, given)), given);
      else {
        parent[place.at(-1)] = given;
        assert.deepEqual(JSON.parse(put(text, place, given)), expected, `${text} ${JSON.stringify(place)}`);
      }
    }
  });
});
