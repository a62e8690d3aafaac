#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The C header and the YNL spec of the channel say the same.

Every enum of include/uapi/linux/shelltrap.h is in include/shelltrap.yaml with the
same names in the same order, and every attribute has the type that the header's
comment gives it. Exits 1 and says what differs otherwise.
"""

import pathlib
import re
import sys

import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
HEADER = (TOP / "include/uapi/linux/shelltrap.h").read_text(encoding="ascii")
SPEC = yaml.safe_load((TOP / "include/shelltrap.yaml").read_text(encoding="ascii"))


def header_enum(name):
    """[(constant, comment)] of an enum, without its limits."""
    body = re.search(r"\nenum %s \{(.*?)\n\};" % name, HEADER, re.S)
    if not body:
        return []
    entries = re.findall(r"^\t(SHELLTRAP_\w+)(?: = \d+)?,[ \t]*(?:/\* (.*?) \*/)?$",
                         body.group(1), re.M)
    return entries


def constant(prefix, name):
    return (prefix + name).upper().replace("-", "_")


def names_of(entries):
    return [entry["name"] if isinstance(entry, dict) else entry for entry in entries]


def spec_enums():
    """(enum in C, [constants]) for all that the spec defines."""
    prefixes = {"stdio-type": "shelltrap-stdio-"}
    for definition in SPEC["definitions"]:
        name = definition["name"]
        prefix = prefixes.get(name, f"shelltrap-{name}-")
        yield "shelltrap_" + name.replace("-", "_"), [
            constant(prefix, entry) for entry in names_of(definition["entries"])]
    for space in SPEC["attribute-sets"]:
        yield space["enum-name"].replace("-", "_"), [
            constant(space["name-prefix"], entry["name"]) for entry in space["attributes"]]
    operations = SPEC["operations"]
    yield operations["enum-name"].replace("-", "_"), [
        constant(operations["name-prefix"], entry["name"]) for entry in operations["list"]]


def spec_types():
    """(enum in C, [type]) for the attribute spaces."""
    for space in SPEC["attribute-sets"]:
        yield space["enum-name"].replace("-", "_"), [
            entry["type"] + (", repeated" if entry.get("multi-attr") else "")
            for entry in space["attributes"]]


def differences():
    known = set()
    for enum, constants in spec_enums():
        known.add(enum)
        in_header = [name for name, _ in header_enum(enum)]
        if in_header != constants:
            yield f"enum {enum}: header {in_header}, spec {constants}"
    for enum, types in spec_types():
        for (name, comment), kind in zip(header_enum(enum), types):
            if kind != "pad" and not re.match(re.escape(kind) + r"\b", comment or ""):
                yield f"{name}: the spec says {kind}, the header '{comment}'"
    for enum in re.findall(r"^enum (\w+) \{", HEADER, re.M):
        if enum not in known:
            yield f"enum {enum} is not in the spec"


def main():
    found = list(differences())
    for difference in found:
        print(difference, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
