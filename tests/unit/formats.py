#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What a SIEM reads is what the native JSON says.

Every sample record, and every message of the fuzzers' corpus, is written in each
format and read back by what is not ours: the schemas of ECS and OCSF. Where each
field is to be found is taken from the tables of shelltrap-formats(5), and all of them
have to be there, to the byte. Prints "ok - ..." or "not ok - ..." for each promise.
"""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
MANUAL = HERE / "../../userspace/shelltrap-formats.5"
LINES = HERE / "userspace/build/lines"
SCHEMAS = HERE / "../schemas"
CORPUS = sorted((HERE / "../fuzz/corpus/message").iterdir())

failed = False
unmet = set()


def promise(what, problems):
    """Says whether it holds, and the first of what does not."""
    global failed
    print("not ok - " + what if problems else "ok - " + what)
    for problem in problems[:5]:
        print("#   " + problem[:400])
    failed |= bool(problems)


def written(name):
    """The records in that format, a line each, as bytes."""
    run = subprocess.run([LINES, name, *CORPUS], stdout=subprocess.PIPE, check=True)
    return run.stdout.split(b"\n")[:-1]


def tables():
    """{section: {field of the native JSON: [where it is]}}"""
    found, rows = {}, None
    for line in MANUAL.read_text(encoding="ascii").splitlines():
        if line.startswith(".SH "):
            section = found.setdefault(line[4:], {})
        elif line == "json;there":
            rows = section
        elif line == ".TE":
            rows = None
        elif rows is not None:
            field, place = line.split(";")
            rows.setdefault(field, []).append(place)
    return found


def pruned(value):
    """Without what is null, and objects that are empty then."""
    if isinstance(value, dict):
        inner = {key: pruned(one) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one not in (None, {})}
    if isinstance(value, list):
        return [pruned(one) for one in value]
    return value


def fields(tree, path=""):
    """Every (name, value) of an object, named as in the manual; lists are whole."""
    for key, value in tree.items():
        name = path + key
        if isinstance(value, dict):
            yield from fields(value, name + ".")
        else:
            yield name, value
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from fields(value[0], name + "[0].")


def at(tree, path):
    """The value at that path, None if there is nothing."""
    for key in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(tree, list):
            tree = tree[int(key)] if int(key) < len(tree) else None
        else:
            tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def as_ocsf(field, value):
    """The lists that have another form there."""
    if field == "ancestors":
        return [{"comm" if key == "name" else key: one for key, one in entity.items()}
                for entity in value]
    if field == "threat":
        return [{"tactic": one["tactic"]["uid"],
                 "technique": one.get("sub_technique", one["technique"])["uid"]}
                for one in value]
    return value


def is_same(native, found):
    if isinstance(found, str) and type(native) is int:
        return str(native) == found
    return type(native) is type(found) and native == found


def differences(native, event, rows, own, convert):
    """What the event lacks of the record, or says otherwise; rows that are met go."""
    for field, value in fields(pruned(native)):
        places = [place for place in rows.get(field, []) if at(event, place) is not None]
        for place in places:
            unmet.discard(place)
            if not is_same(value, convert(field, at(event, place))):
                yield f"{field}: {value!r} is {at(event, place)!r} in {place}"
        if not places and "[0]" not in field and not is_same(value, at(event, own + field)):
            yield f"{field}: {value!r} is {at(event, own + field)!r} in {own + field}"


def schema_says(name, path, options):
    run = subprocess.run([SCHEMAS / "validate.py", name, path, *options],
                         stdout=subprocess.PIPE, check=False, text=True)
    return run.stdout.splitlines() if run.returncode else []


def check_schema(name, options=()):
    """Both of its examples, and what we write."""
    examples = SCHEMAS / "examples"
    bad = examples / f"{name}-bad.jsonl"
    numbers = {line.split(":")[1] for line in schema_says(name, bad, options)}
    missed = [f"line {number}" for number in range(1, bad.read_bytes().count(b"\n") + 1)
              if str(number) not in numbers]
    promise(f"{name}: the schema takes good examples",
            schema_says(name, examples / f"{name}-good.jsonl", options))
    promise(f"{name}: the schema takes no bad one", missed)
    lines = LINES.parent / f"{name}.jsonl"
    lines.write_bytes(b"".join(line + b"\n" for line in written(name)))
    promise(f"{name}: the schema takes every record", schema_says(name, lines, options))


def check_tree(name, natives, rows, own, convert):
    events = [json.loads(line) for line in written(name)]
    problems = [] if len(events) == len(natives) else ["not as many"]
    unmet.update(place for places in rows.values() for place in places)
    for number, (native, event) in enumerate(zip(natives, events)):
        problems += [f"record {number}: {problem}"
                     for problem in differences(native, event, rows, own, convert)]
    problems += [f"nothing is ever in {place}" for place in unmet]
    unmet.clear()
    promise(f"{name}: every field is where the manual has it, to the byte", problems)


def main():
    rows = tables()
    natives = [json.loads(line) for line in written("json")]
    check_schema("ecs", ["--allow", "shelltrap", "--require", "event.kind"])
    check_tree("ecs", natives, rows["ECS"], "shelltrap.", lambda field, value: value)
    check_schema("ocsf")
    check_tree("ocsf", natives, rows["OCSF"], "unmapped.", as_ocsf)
    return failed


if __name__ == "__main__":
    sys.exit(main())
