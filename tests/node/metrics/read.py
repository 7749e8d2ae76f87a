# Reads what a scraper gets with the parsers of others, and prints JSON: the samples of an exposition
# (`exposition`), or of each rule of a file (`rules`) its name and the metrics that its expression selects.
import json
import sys

import promql_parser
import yaml
from prometheus_client.parser import text_string_to_metric_families


def exposition(text):
    return [
        {
            "name": family.name,
            "type": family.type,
            "help": family.documentation,
            "samples": [{"name": s.name, "labels": s.labels, "value": s.value} for s in family.samples],
        }
        for family in text_string_to_metric_families(text)
    ]


def selectors(node, found):
    if isinstance(node, promql_parser.VectorSelector):
        found.append({"name": node.name, "matchers": [str(m) for m in node.matchers.matchers]})
    for member in ("expr", "lhs", "rhs", "vs", "vector_selector", "matrix_selector", "param"):
        inner = getattr(node, member, None)
        if inner is not None:
            selectors(inner, found)
    for inner in getattr(node, "args", None) or []:
        selectors(inner, found)
    return found


def rules(text):
    groups = yaml.safe_load(text)["groups"]
    return [
        {
            "alert": rule["alert"],
            "for": rule.get("for"),
            "annotations": rule["annotations"],
            "labels": rule["labels"],
            "selects": selectors(promql_parser.parse(rule["expr"]), []),
        }
        for group in groups
        for rule in group["rules"]
    ]


given = json.load(sys.stdin)
print(json.dumps({"exposition": exposition, "rules": rules}[given["as"]](given["text"])))
