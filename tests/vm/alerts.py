#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""alerts.py [--only CONDITION]... COUNT CONDITION...

Reads alerts, one JSON object a line. Succeeds if there are exactly COUNT alerts and each
satisfies every CONDITION; otherwise prints the conditions that do not hold, and all alerts.
With --only, alerts that do not satisfy that condition are ignored. Events are ignored unless
such a condition is about "event".

A condition names a value by its path ("process.argv.0"; negative indexes count from the
end):

    path=value    the value is equal, as JSON or as plain text
    path!=value   the value is not equal
    path~regex    the regular expression is found in the value (a list or object: in its JSON)
    path          the value exists and is neither null nor false
    !path         the value does not exist, or is null or false

Every line read must fit the JSON Schema that ships, whatever the conditions are.
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
NAME = "json/shelltrap.schema.json"
SHIPPED = HERE / "../../userspace/siem" / NAME
INSTALLED = pathlib.Path("/usr/share/doc/shelltrap/examples") / NAME
# Isolated mode leaves this directory out of the path.
sys.path.append(str(HERE))
import fits_schema  # noqa: E402


def value_at(alert, path):
    value = alert
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and re.fullmatch(r"-?\d+", step):
            index = int(step)
            value = value[index] if -len(value) <= index < len(value) else None
        else:
            return None
    return value


def is_equal(value, text):
    if isinstance(value, str) and value == text:
        return True
    try:
        wanted = json.loads(text)
    except ValueError:
        return False
    return type(value) is type(wanted) and value == wanted


def matches(value, regex):
    text = value if isinstance(value, str) else json.dumps(value)
    return re.search(regex, text) is not None


def holds(alert, condition):
    if condition.startswith("!"):
        return value_at(alert, condition[1:]) in (None, False)
    path, operator, operand = re.fullmatch(r"([\w.-]+)(!=|=|~)?(.*)", condition, re.S).groups()
    value = value_at(alert, path)
    if operator == "=":
        return is_equal(value, operand)
    if operator == "!=":
        return not is_equal(value, operand)
    if operator == "~":
        return matches(value, operand)
    return value not in (None, False)


def faults(alert, conditions):
    for condition in conditions:
        if not holds(alert, condition):
            path = re.match(r"!?([\w.-]+)", condition).group(1)
            yield f"{condition}: it is {json.dumps(value_at(alert, path))}"


def main():
    args = sys.argv[1:]
    filters = []
    while args[0] == "--only":
        filters.append(args[1])
        args = args[2:]
    count, conditions = int(args[0]), args[1:]

    alerts = [json.loads(line) for line in sys.stdin]
    schema = json.loads((SHIPPED if SHIPPED.exists() else INSTALLED).read_text())
    mismatches = [f"the schema: {problem}" for a in alerts
               for problem in fits_schema.problems(schema, a, schema)]
    if not any(condition.startswith("event") for condition in filters):
        alerts = [a for a in alerts if a.get("type") != "event"]
    alerts = [a for a in alerts if all(holds(a, condition) for condition in filters)]
    found = mismatches + [fault for a in alerts for fault in faults(a, conditions)]
    if len(alerts) != count:
        found.insert(0, f"expected {count} alerts, got {len(alerts)}")
    for fault in found:
        print(fault)
    if found:
        for alert in alerts:
            print(json.dumps(alert))
    return 1 if found else 0


sys.exit(main())
