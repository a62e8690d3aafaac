#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""fits_schema.py SCHEMA FILE: checks JSON lines against shelltrap.schema.json.

For the lab machine, where no validator is installed: alerts.py checks each live line. It knows only the keywords that this schema has; the unit tests
compare its verdicts with those of python3-jsonschema. Prints problems; exit code 1 if there
are any, or no line.
"""
import json
import re
import sys

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
KNOWN = {"$schema", "$ref", "title", "description", "definitions", "type", "enum", "pattern",
         "minimum", "maximum", "properties", "required", "additionalProperties", "items", "anyOf",
         "oneOf"}


def is_type(value, name):
    if name == "integer":
        return type(value) is int
    return isinstance(value, TYPES[name])


def problems(schema, value, root, path=""):
    """What is wrong with the value, as "path: problem"."""
    assert set(schema) <= KNOWN, f"unknown keywords: {set(schema) - KNOWN}"
    if "$ref" in schema:
        return problems(root["definitions"][schema["$ref"].rsplit("/", 1)[1]], value, root, path)
    found = []
    types = schema.get("type")
    if types and not any(is_type(value, name) for name in ([types] if isinstance(types, str)
                                                            else types)):
        found.append(f"{path}: {value!r} is not {types}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is none of {schema['enum']}")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{path}: {value!r} is not like {schema['pattern']}")
    if type(value) is int and not (schema.get("minimum", value) <= value
                                   <= schema.get("maximum", value)):
        found.append(f"{path}: {value} is out of range")
    if isinstance(value, dict) and "properties" in schema:
        for name in schema["required"]:
            if name not in value:
                found.append(f"{path}: {name} is missing")
        for name, one in value.items():
            if name in schema["properties"]:
                found += problems(schema["properties"][name], one, root, f"{path}.{name}")
            else:
                found.append(f"{path}: {name} is not known")
    if isinstance(value, list) and "items" in schema:
        for one in value:
            found += problems(schema["items"], one, root, f"{path}[]")
    for key, wanted in (("oneOf", lambda count: count == 1), ("anyOf", lambda count: count > 0)):
        tried = [problems(one, value, root, path) for one in schema.get(key, [])]
        if tried and not wanted(sum(not one for one in tried)):
            found += min(tried, key=len)
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    count = wrong = 0
    with open(sys.argv[2], encoding="utf-8") as file:
        for count, line in enumerate(file, 1):
            for problem in problems(schema, json.loads(line), schema):
                wrong += 1
                print(f"{sys.argv[2]}:{count}{problem}")
    print(f"{count} lines, {wrong} problems")
    return 0 if count and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
