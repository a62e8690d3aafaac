#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Every format gives a SIEM the same values as the native JSON.

Every sample record and every message of the fuzzers' corpus is written in each format and
read back by others' programs: the schemas of ECS and OCSF, liblognorm, rsyslog. The tables
of shelltrap-formats(5) say where each field must be; every field must be there, to the
byte. Prints "ok - ..." or "not ok - ..." for each promise.
"""

import json
import pathlib
import re
import subprocess
import sys

import readers

HERE = pathlib.Path(__file__).resolve().parent
MANUAL = HERE / "../../userspace/man/shelltrap-formats.5"
LINES = HERE / "userspace/build/lines"
SCHEMAS = HERE / "../schemas"
CORPUS = sorted((HERE / "../fuzz/corpus/message").iterdir())

failed = False
unmet = set()


def promise(what, problems):
    """Prints whether the promise holds, and the first few problems."""
    global failed
    print("not ok - " + what if problems else "ok - " + what)
    for problem in problems[:5]:
        print("#   " + problem[:400])
    failed |= bool(problems)


def written(name):
    """The records in this format, one line each, as bytes."""
    run = subprocess.run([LINES, name, *CORPUS], stdout=subprocess.PIPE, check=True)
    return run.stdout.split(b"\n")[:-1]


def tables():
    """{section of the manual: {field of the native JSON: [places in this format]}}"""
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
    """The value without nulls and without objects that are empty then."""
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
    """The value at this path, or None."""
    for key in path.replace("[", ".").replace("]", "").split("."):
        if isinstance(tree, list):
            tree = tree[int(key)] if int(key) < len(tree) else None
        else:
            tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def as_ocsf(field, value):
    """Converts the lists that have another form in OCSF to the form of the native JSON."""
    if field in ("ancestors", "request.via"):
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
    """What the event lacks or gives differently. Places that were found leave "unmet"."""
    for field, value in fields(pruned(native)):
        places = [place for place in rows.get(field, []) if at(event, place) is not None]
        for place in places:
            unmet.discard(place)
            if not is_same(value, convert(field, at(event, place))):
                yield f"{field}: {value!r} is {at(event, place)!r} in {place}"
        if "[0]" in field:
            continue
        left = at(event, own + field)
        if places and left is not None:
            yield f"{field} is in {own + field}, too"
        elif not places and not is_same(value, left):
            yield f"{field}: {value!r} is {left!r} in {own + field}"


def schema_says(name, path, options):
    run = subprocess.run([SCHEMAS / "validate.py", name, path, *options],
                         stdout=subprocess.PIPE, check=False, text=True)
    return run.stdout.splitlines() if run.returncode else []


def check_schema(name, options=()):
    """The schema itself against its examples, then our lines against the schema."""
    examples = SCHEMAS / "examples"
    bad = examples / f"{name}-bad.jsonl"
    numbers = {line.split(":")[1] for line in schema_says(name, bad, options)}
    missed = [f"line {number}" for number in range(1, bad.read_bytes().count(b"\n") + 1)
              if str(number) not in numbers]
    promise(f"{name}: the schema accepts the good examples",
            schema_says(name, examples / f"{name}-good.jsonl", options))
    promise(f"{name}: the schema refuses the bad examples", missed)
    lines = LINES.parent / f"{name}.jsonl"
    lines.write_bytes(b"".join(line + b"\n" for line in written(name)))
    promise(f"{name}: the schema accepts every record", schema_says(name, lines, options))


def check_tree(name, natives, rows, own, convert):
    events = [json.loads(line) for line in written(name)]
    problems = [] if len(events) == len(natives) else ["not as many"]
    unmet.update(place for places in rows.values() for place in places)
    for number, (native, event) in enumerate(zip(natives, events)):
        problems += [f"record {number}: {problem}"
                     for problem in differences(native, event, rows, own, convert)]
    problems += [f"nothing is ever in {place}" for place in unmet]
    unmet.clear()
    promise(f"{name}: every field is where the manual says, to the byte", problems)


def as_list(field, value):
    """The words as which a list is written in a flat format."""
    if field in ("ancestors", "request.via"):
        return [b":".join(part for part in (
            str(one.get("pid", "")).encode(),
            readers.original(one["comm"]) if "comm" in one else None) if part is not None)
                for one in value]
    if field == "causes":
        return [":".join(str(part) for part in (
            one.get("lost", ""), one.get("uid", ""), one.get("rule", ""),
            one.get("server", {}).get("pid", ""), one.get("server", {}).get("comm", ""))).encode()
                for one in value]
    if field == "threat":
        return [f"{one['tactic']}/{one['technique']}".encode() for one in value]
    return [readers.original(one) for one in value if one is not None]


def is_same_text(field, native, text):
    if isinstance(native, list):
        return as_list(field, native) == (readers.words(text) if text else [])
    if isinstance(native, str):
        return readers.original(native) == readers.original(text or "") and text is not None
    return json.dumps(native) == text


def flat_differences(native, said, places_of):
    """differences() for a flat format, which has names and values."""
    for field, value in fields(pruned(native)):
        if "[0]" in field:
            continue
        for place in places_of(field):
            unmet.discard(place)
            if not is_same_text(field, value, said.get(place)):
                yield f"{field}: {value!r} is {said.get(place)!r} in {place}"


def check_flat(name, natives, all_said, places_of):
    problems = [] if len(all_said) == len(natives) else ["not as many"]
    for number, (native, said) in enumerate(zip(natives, all_said)):
        problems += [f"record {number}: {problem}"
                     for problem in flat_differences(native, said, places_of)]
    problems += [f"nothing is ever in {place}" for place in unmet]
    unmet.clear()
    promise(f"{name}: every field is where the manual says, to the byte", problems)


TROUBLE = {"unloading", "refused", "disarmed", "lineage-full", "probe-missed"}


def severity_of(native):
    """The key of SEVERITIES; "" if the record should have a severity and lacks it."""
    kind, name = native.get("type"), native.get("event")
    if kind == "event" and name == "enforce-changed" and not native.get("enforce"):
        return "loss"
    if kind == "event" and name not in TROUBLE:
        return "heartbeat" if name == "heartbeat" else "event"
    if kind == "outcome":
        return "event"
    return native.get("severity") or ("loss" if kind in ("loss", "event") else "")


def cef_severity(native):
    return SEVERITIES.get(severity_of(native), ("Unknown",))[0]


def check_cef(natives, rows):
    events = readers.read_cef(written("cef"))
    said = [{**event, **event.get("Extensions", {})} for event in events]
    places = {field: [place.replace(" ", "") for place in where] for field, where in rows.items()}

    def places_of(field):
        words = re.split(r"[._]", field)
        return places.get(field, ["Shelltrap" + "".join(word.capitalize() for word in words)])

    unmet.update(place for where in places.values() for place in where)
    check_flat("cef", natives, said, places_of)
    labels = {place + "Label": field for field, where in places.items() for place in where}
    promise("cef: every custom field has a label",
            [f"record {number}: {key} is not labelled" for number, one in enumerate(said)
             for key in one if re.fullmatch("c[sn][0-9]", key)
             and one.get(key + "Label") != labels[key + "Label"]])
    promise("cef: severities are as in the manual",
            [f"record {number} has {one.get('Severity')}"
             for number, (native, one) in enumerate(zip(natives, said))
             if one.get("Severity") != cef_severity(native)])


def header_differences(native, event, message):
    severity = severity_of(native)
    if not severity and not native.get("rules"):
        severity = "loss"
    time = re.sub(r"(\.\d{6})\d*", r"\1", native["time"] or "")
    expected = {
        "version": "1", "pri": str(80 + SEVERITIES.get(severity, (0, 5))[1]),
        "hostname": native["host"], "app-name": "shelltrap", "procid": "-",
        "msgid": native.get("type", "alert"),
        "msg": message if message.isascii() else "\ufeff" + message,
    }
    if time:
        expected["timestamp"] = time
    for key, value in expected.items():
        if event[key] != value:
            yield f"{key}: {value!r} is {event[key]!r}"


def elements(event):
    return event["data"].get("rfc5424-sd", {})


def check_syslog(natives):
    events = readers.read_syslog(written("syslog"))
    messages = [json.loads(line)["message"] for line in written("ecs")]
    check_flat("syslog", natives, [elements(event).get("shelltrap@32473", {}) for event in events],
               lambda field: [field])
    promise("syslog: header and message match the record",
            [f"record {number}: {problem}"
             for number, three in enumerate(zip(natives, events, messages))
             for problem in header_differences(*three)])


# {severity: (in CEF, as a priority of syslog)}
SEVERITIES = {"low": ("3", 5), "medium": ("5", 4), "high": ("8", 3), "critical": ("10", 2),
              "loss": ("5", 4), "event": ("3", 5), "heartbeat": ("3", 6)}


def main():
    rows = tables()
    natives = [json.loads(line) for line in written("json")]
    check_schema("ecs", ["--allow", "shelltrap", "--require", "event.kind"])
    check_tree("ecs", natives, rows["ECS"], "shelltrap.", lambda field, value: value)
    check_schema("ocsf")
    check_tree("ocsf", natives, rows["OCSF"], "unmapped.", as_ocsf)
    check_cef(natives, rows["CEF"])
    check_syslog(natives)
    return failed


if __name__ == "__main__":
    sys.exit(main())
