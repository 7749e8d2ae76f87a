"""Random expressions of CEL subset 1 over random claims, with the answers of cel-python and of the Rust crate cel.

See README.md. The same seed gives the same file.
"""

import json
import logging
import random
import sys

import cel
import celpy
import celpy.celtypes as types
from celpy.adapter import json_to_cel

EXPRESSIONS = 6000
CLAIMS = 120
SEED = 20261126

WORDS = ["a", "b", "main", "acme/shop", "repo:acme/shop", "refs/heads/main", "", "A", "é", "z z", "admins"]
NAMES = ["s", "t", "n", "m", "d", "e", "ok", "no", "l", "k", "o", "p", "nul", "missing"]

rand = random.Random(SEED)
logging.disable(logging.CRITICAL)


def text():
    return rand.choice(WORDS)


def integer():
    return rand.choice([0, 1, 2, 3, -1, 7, 1000, 2000, 3600, -9223372036854775808, 9223372036854775807])


def double():
    return rand.choice([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, -1.0, -2.25, 1e3, 1e300])


def scalar():
    return rand.choice([text, text, integer, double, lambda: rand.random() < 0.5, lambda: None])()


def claims():
    """Members by their first letters: texts, numbers, booleans, lists, objects."""
    made = {
        "s": text(),
        "t": text(),
        "n": integer(),
        "m": integer(),
        "d": double(),
        "e": double(),
        "ok": True,
        "no": rand.random() < 0.5,
        "l": [text() for _ in range(rand.randrange(4))],
        "k": [scalar() for _ in range(rand.randrange(4))],
        "o": {rand.choice(NAMES): scalar() for _ in range(rand.randrange(4))},
        "p": {"s": text(), "n": integer(), "o": {"s": text(), "l": [integer() for _ in range(rand.randrange(3))]}},
        "nul": None,
    }
    if rand.random() < 0.3:  # another type than the name says
        made[rand.choice(NAMES[:-1])] = scalar()
    for _ in range(rand.randrange(3)):
        made.pop(rand.choice(NAMES[:-1]), None)
    return made


def literal(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        quote = rand.choice("'\"")
        return quote + value + quote
    if isinstance(value, float):
        return repr(value) if rand.random() < 0.5 else f"{value:e}"
    return str(value)


def member(names):
    name = rand.choice(names)
    return f"claims.{name}" if rand.random() < 0.8 else f"claims['{name}']"


def string(depth):
    kinds = [lambda: literal(text()), lambda: literal(text()), lambda: member(["s", "t"])]
    if depth > 0:
        kinds += [
            lambda: f"{string(depth - 1)} + {string(depth - 1)}",
            lambda: f"({boolean(depth - 1)} ? {string(depth - 1)} : {string(depth - 1)})",
            lambda: f"claims.l[{rand.randrange(4)}]",
            lambda: "claims.p.o.s",
        ]
    return wrong(depth) or rand.choice(kinds)()


def number(depth):
    kinds = [lambda: literal(integer()), lambda: member(["n", "m"]), lambda: "claims.p.n"]
    if depth > 0:
        kinds += [
            lambda: f"{number(depth - 1)} + {number(depth - 1)}",
            lambda: f"({number(depth - 1)} - {number(depth - 1)})",
            lambda: f"-{member(['n', 'm'])}",
            lambda: f"size({rand.choice([string, listing, mapping])(depth - 1)})",
            lambda: f"({string(depth - 1)}).size()",
            lambda: f"({boolean(depth - 1)} ? {number(depth - 1)} : {number(depth - 1)})",
        ]
    return wrong(depth) or rand.choice(kinds)()


def fraction(depth):
    kinds = [lambda: literal(double()), lambda: member(["d", "e"])]
    if depth > 0:
        kinds += [lambda: f"({fraction(depth - 1)} {rand.choice('+-')} {fraction(depth - 1)})"]
    return wrong(depth) or rand.choice(kinds)()


def listing(depth):
    kinds = [lambda: member(["l", "k"]), lambda: "[" + ", ".join(literal(text()) for _ in range(rand.randrange(1, 4))) + "]"]
    if depth > 0:
        kinds += [lambda: f"{listing(depth - 1)} + {listing(depth - 1)}"]
        kinds += [lambda: "[" + ", ".join(anything(depth - 1) for _ in range(rand.randrange(1, 4))) + "]"]
    return wrong(depth) or rand.choice(kinds)()


def mapping(_depth):
    return rand.choice(["claims", "claims.o", "claims.p", "claims.p.o", "claims['p']['o']"])


def boolean(depth):
    kinds = [lambda: rand.choice(["true", "false"]), lambda: member(["ok", "no"])]
    kinds += [lambda: f"has({mapping(0)}.{rand.choice(NAMES)})"] * 2
    if depth > 0:
        deeper = depth - 1
        compared = lambda: rand.choice([string, string, number, number, fraction, listing, boolean])
        equality = lambda: rand.choice(["==", "!="])
        order = lambda: rand.choice(["<", "<=", ">", ">="])

        def same(operators, kinds):
            kind = kinds()
            return f"{kind(deeper)} {operators()} {kind(deeper)}"

        ordered = lambda: rand.choice([string, number, number, fraction])
        kinds += [
            lambda: same(equality, compared),
            lambda: same(equality, compared),
            lambda: same(order, ordered),
            lambda: same(order, ordered),
            lambda: f"{mapping(0)} {equality()} {mapping(0)}",
            lambda: f"{member(NAMES)} {equality()} null",
            lambda: f"{rand.choice([string, string, number, anything])(deeper)} in {listing(deeper)}",
            lambda: f"{literal(rand.choice(NAMES))} in {mapping(0)}",
            lambda: f"({string(deeper)}).{rand.choice(['startsWith', 'endsWith', 'contains'])}({string(deeper)})",
            lambda: f"!{rand.choice([member(['ok', 'no']), '(' + boolean(deeper) + ')'])}",
            lambda: f"({boolean(deeper)} ? {boolean(deeper)} : {boolean(deeper)})",
        ]
        # Mostly what people write: both sides with brackets only where they need them, or by chance.
        side = lambda: boolean(deeper) if rand.random() < 0.6 else f"({boolean(deeper)})"
        kinds += [lambda: f"{side()} {rand.choice(['&&', '||'])} {side()}"] * 8
    return wrong(depth) or rand.choice(kinds)()


def anything(depth):
    return rand.choice([string, number, fraction, listing, boolean, lambda _: member(NAMES)])(depth)


def wrong(depth):
    """Now and then something of another type, or that is not there."""
    return anything(max(0, depth - 1)) if rand.random() < 0.04 else None


def plain(value):
    """A value of either implementation, as JSON: doubles apart from integers."""
    if value is None or isinstance(value, type(None)):
        return None
    if isinstance(value, (bool, types.BoolType)):
        return bool(value)
    if isinstance(value, float):
        return {"double": repr(float(value))}
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, dict):
        return {"map": {str(name): plain(element) for name, element in value.items()}}
    raise TypeError(type(value).__name__)


def error_class(message):
    for part, name in [
        ("no matching overload", "overload"),
        ("no such overload", "overload"),
        ("not defined for the given operand types", "overload"),
        ("Unexpected type", "overload"),
        ("does not support field selection", "no member"),
        ("no such member", "no member"),
        ("No such key", "no member"),
        ("Undefined variable", "no member"),
        ("overflow", "overflow"),
        ("index", "index"),
        ("parse", "parse"),
    ]:
        if part.lower() in message.lower():
            return name
    return "error"


ENVIRONMENT = celpy.Environment()


def by_cel_python(expression, given):
    try:
        program = ENVIRONMENT.program(ENVIRONMENT.compile(expression))
        answer = program.evaluate({"claims": json_to_cel(given)})
        return error_class(str(answer.args)) if isinstance(answer, celpy.CELEvalError) else [plain(answer)]
    except celpy.CELParseError:
        return "parse"
    except Exception as error:  # it raises much that is not its own
        return error_class(str(error.args))


def by_cel(expression, given):
    try:
        return [plain(cel.evaluate(expression, {"claims": given}))]
    except Exception as error:
        return error_class(str(error))


def write(value):
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    everything = [claims() for _ in range(CLAIMS)]
    write(everything)
    seen = set()
    while len(seen) < EXPRESSIONS:
        index = rand.randrange(CLAIMS)
        expression = rand.choice([boolean, boolean, boolean, anything])(rand.choice([1, 2, 2, 3]))
        if (index, expression) in seen or not 8 <= len(expression) <= 150:
            continue
        seen.add((index, expression))
        one = by_cel_python(expression, everything[index])
        other = by_cel(expression, everything[index])
        # As text: for Python True is 1 and 1 is 1.0.
        agree = json.dumps(one) == json.dumps(other) or (isinstance(one, str) and isinstance(other, str))
        write([index, expression, one] if agree else [index, expression, one, other])


main()
