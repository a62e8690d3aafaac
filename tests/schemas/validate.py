#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Check JSON lines against ECS or OCSF.

Every line of FILE must be one JSON object that the schema extract beside this script
(ecs.json, ocsf.json) accepts. Each problem is printed as "FILE:LINE: path: problem".
Exit code: 0 all lines valid ("N lines valid"), 1 some problem (an empty FILE is one), 2 wrong usage.
"""
import argparse
import datetime
import difflib
import ipaddress
import json
import re
import sys
from pathlib import Path

INT64 = (-(2 ** 63), 2 ** 63 - 1)
MS_LOW, MS_HIGH = 946684800000, 4102444800000  # 2000-01-01 and 2100-01-01, in milliseconds
DATE = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
JSON_TYPE = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number",
             type(None): "null"}


def kind(value):
    return JSON_TYPE[type(value)]


def is_int(value):
    return type(value) is int


def show(value):
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def near(name, known):
    hit = difflib.get_close_matches(name, known, 1, 0.85)
    return f" (did you mean {hit[0]}?)" if hit else ""


def bad_date(text):
    """Why TEXT is not an RFC 3339 date with a time zone, or None."""
    m = DATE.fullmatch(text)
    if not m:
        return "is not an RFC 3339 date with a time zone"
    try:
        zone = "+00:00" if m[4] in "Zz" else m[4]
        datetime.datetime.fromisoformat(f"{m[1]}T{m[2]}{zone}")
    except ValueError as e:
        return f"is not a date: {e}"
    return None


def epoch_ms(text):
    """Milliseconds since 1970 of a date that bad_date accepts."""
    m = DATE.fullmatch(text)
    zone = "+00:00" if m[4] in "Zz" else m[4]
    seconds = datetime.datetime.fromisoformat(f"{m[1]}T{m[2]}{zone}").timestamp()
    return seconds * 1000 + int((m[3] or "0").ljust(9, "0")) / 1e6


def bad_ip(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return "is not an IP address"
    return None


# ---- lines ------------------------------------------------------------------------------------------

class NotJson(Exception):
    pass


def pairs(items):
    d = dict(items)
    if len(d) != len(items):
        names = [k for k, _ in items]
        raise NotJson(f"key given twice: {sorted({n for n in names if names.count(n) > 1})[0]}")
    return d


def constant(name):
    raise NotJson(f"{name} is not JSON")


def parse(raw):
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as e:
        raise NotJson(f"not UTF-8 at byte {e.start}") from None
    if not text.strip():
        raise NotJson("empty line")
    try:
        doc = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except (ValueError, RecursionError) as e:
        raise NotJson(f"not JSON: {e}") from None
    if not isinstance(doc, dict):
        raise NotJson(f"expected an object, got {kind(doc)}")
    return doc


def surrogates(value, path, out):
    """\\ud800 alone is legal JSON text but no character: most consumers refuse or replace it."""
    if isinstance(value, dict):
        for k, v in value.items():
            sub = f"{path}.{k}" if path else k
            if not encodable(k):
                out.append((ascii(sub)[1:-1], "key has an unpaired surrogate"))
            surrogates(v, sub, out)
    elif isinstance(value, list):
        for i, v in enumerate(value):
            surrogates(v, f"{path}[{i}]", out)
    elif isinstance(value, str) and not encodable(value):
        out.append((path, "string has an unpaired surrogate"))


def encodable(text):
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


# ---- ECS --------------------------------------------------------------------------------------------

class Ecs:
    STRINGS = {"keyword", "constant_keyword", "wildcard", "text", "match_only_text"}
    FLOATS = {"float", "double", "half_float", "scaled_float"}

    def __init__(self, schema, allow, require):
        self.schema, self.fields = schema, schema["fields"]
        self.allow = tuple(allow)
        self.groups = {name.rsplit(".", n)[0] for name in self.fields for n in range(1, name.count(".") + 1)}
        self.lists = set(schema["arrays_of_objects"])
        self.required = [n for n, f in self.fields.items() if f.get("required")] + list(require)

    def check(self, doc):
        self.out, self.seen, self.values = [], set(), {}
        self.walk(doc, "", "")
        for name in dict.fromkeys(self.required):
            if name not in self.values and not any(v.startswith(name + ".") for v in self.values):
                self.say(name, "required field is missing")
            elif self.values.get(name) in ([], [""]):
                self.say(name, "required field is empty")
        self.categories()
        version = next(iter(self.values.get("ecs.version", [])), None)
        if isinstance(version, str) and version != self.schema["version"]:
            self.say("ecs.version", f"{show(version)}, but these fields are those of {self.schema['version']}")
        return self.out

    def say(self, path, text):
        self.out.append((path, text))

    def walk(self, obj, field, path):
        """FIELD is the schema's name of OBJ, PATH the one to print (it has the array positions)."""
        for key, value in obj.items():
            name, where = (f"{field}.{key}", f"{path}.{key}") if field else (key, key)
            if any(name == a or name.startswith(a + ".") for a in self.allow):
                self.record(name, value)
                continue
            spec = self.fields.get(name)
            if value is None and (spec or name in self.groups):
                self.say(where, "null: leave the field out instead")
            elif spec and self.free(spec):
                self.record(name, value)
                self.free_object(value, where, spec)
            elif self.below_free(name):
                self.record(name, value)
                self.free_value(value, where, self.below_free(name))
            elif isinstance(value, dict):
                if spec and spec["type"] not in ("object", "nested"):
                    self.say(where, f"expected {spec['type']}, got object")
                elif not spec and name not in self.groups:
                    self.say(where, "unknown field" + near(name, self.fields))
                elif name in self.lists:
                    self.say(where, "expected an array of objects, got object")
                else:
                    self.walk(value, name, where)
            elif isinstance(value, list) and (name in self.lists or any(isinstance(v, (dict, list)) for v in value)):
                if not all(isinstance(v, dict) for v in value):
                    self.say(where, "array mixes objects and other values")
                elif name in self.lists:
                    for i, v in enumerate(value):
                        self.walk(v, name, f"{where}[{i}]")
                elif name in self.fields or name in self.groups:
                    self.say(where, "array of objects, but ECS has one object here")
                else:
                    self.say(where, "unknown field" + near(name, self.fields))
            elif spec is None:
                if name in self.groups:
                    self.say(where, f"expected an object, got {kind(value)}")
                else:
                    self.say(where, "unknown field" + near(name, self.fields))
            elif spec["type"] in ("object", "nested"):
                self.say(where, f"expected an object, got {kind(value)}")
            else:
                if where in self.seen:
                    self.say(where, "given twice (once as an object, once as a dotted key)")
                self.seen.add(where)
                self.leaf(value, name, where, spec)

    def record(self, name, value):
        """Remember what is in an object of free keys, for "required"."""
        self.values.setdefault(name, []).append(value)
        if isinstance(value, dict):
            for k, v in value.items():
                self.record(f"{name}.{k}", v)

    @staticmethod
    def free(spec):
        """Does SPEC describe an object of free keys (labels)?"""
        return spec["type"] == "flattened" or "object_type" in spec

    def below_free(self, name):
        """The spec of the object of free keys that NAME, written dotted ("labels.env"), lies in."""
        above = (self.fields.get(name[:m.start()]) for m in re.finditer(r"\.", name))
        return next((s for s in above if s and self.free(s)), None)

    def free_object(self, value, where, spec):
        if not isinstance(value, dict):
            self.say(where, f"expected an object, got {kind(value)}")
        else:
            for k, v in value.items():
                self.free_value(v, f"{where}.{k}", spec)

    def free_value(self, value, where, spec):
        if "object_type" in spec and not isinstance(value, str):
            self.say(where, f"expected {spec['object_type']} (a string), got {kind(value)}")

    def leaf(self, value, name, where, spec):
        if isinstance(value, list):
            if not spec["array"]:
                self.say(where, "array, but ECS has a single value here")
            values = value
            self.values.setdefault(name, []).extend(value)
        else:
            if spec["array"]:
                self.say(where, f"expected an array of {spec['type']}, got {kind(value)}")
            values = [value]
            self.values.setdefault(name, []).append(value)
        for i, v in enumerate(values):
            at = f"{where}[{i}]" if isinstance(value, list) else where
            text = self.bad(v, spec)
            if text:
                self.say(at, text)

    def bad(self, v, spec):
        t = spec["type"]
        if t in self.STRINGS:
            if not isinstance(v, str):
                return f"expected {t} (a string), got {kind(v)}"
        elif t == "long":
            if not is_int(v):
                return f"expected long, got {kind(v)}"
            if not INT64[0] <= v <= INT64[1]:
                return f"{v} does not fit in 64 bits"
        elif t in self.FLOATS:
            if not is_int(v) and not isinstance(v, float):
                return f"expected {t}, got {kind(v)}"
        elif t == "boolean":
            if not isinstance(v, bool):
                return f"expected boolean, got {kind(v)}"
        elif t in ("date", "ip"):
            if not isinstance(v, str):
                return f"expected {t} (a string), got {kind(v)}"
            why = bad_date(v) if t == "date" else bad_ip(v)
            if why:
                return f"{show(v)} {why}"
        else:
            return f"this script does not know the type {t}"
        for key in ("allowed", "expected"):
            if key in spec and v not in spec[key]:
                return f"{show(v)} is not one of: {', '.join(spec[key])}"
        if "pattern" in spec and not re.search(spec["pattern"], v):
            return f"{show(v)} does not match {spec['pattern']}"
        return None

    def categories(self):
        per = self.fields["event.category"]["expected_event_types"]
        cats = [c for c in self.values.get("event.category", []) if isinstance(c, str) and c in per]
        if not cats:
            return
        known = self.fields["event.type"]["allowed"]
        for t in self.values.get("event.type", []):
            if t in known and not any(t in per[c] for c in cats):
                self.say("event.type", f"{show(t)} is not expected with event.category {', '.join(cats)}")


# ---- OCSF -------------------------------------------------------------------------------------------

class Ocsf:
    def __init__(self, schema, allow, require):
        self.schema, self.types, self.objects = schema, schema["types"], schema["objects"]
        self.by_uid = {c["uid"]: (name, c) for name, c in schema["classes"].items()}
        self.allow, self.require = tuple(allow), list(require)

    def say(self, path, text):
        self.out.append((path, text))

    def check(self, doc):
        self.out, self.profiles = [], set()
        uid = doc.get("class_uid")
        if not is_int(uid) or uid not in self.by_uid:
            known = ", ".join(f"{u} {n}" for u, (n, _) in self.by_uid.items())
            self.say("class_uid", "required attribute is missing" if "class_uid" not in doc
                     else f"{show(uid)} is not one of the classes here: {known}")
            return self.out
        name, cls = self.by_uid[uid]
        self.read_profiles(doc, name, cls)
        self.object(doc, cls, "", f"class {name}")
        self.event(doc)
        for path in self.require:
            if not self.find(doc, path):
                self.say(path, "required by --require, but missing")
        return self.out

    def read_profiles(self, doc, name, cls):
        meta = doc.get("metadata")
        listed = meta.get("profiles") if isinstance(meta, dict) else None
        for i, p in enumerate(listed if isinstance(listed, list) else []):
            where = f"metadata.profiles[{i}]"
            if not isinstance(p, str):
                continue
            if p in self.profiles:
                self.say(where, f"profile {p} is listed twice")
            elif p in self.schema["profiles_left_out"]:
                self.say(where, f"profile {p} is left out of this extract of the schema")
            elif p not in self.schema["profiles"]:
                self.say(where, f"unknown profile {show(p)}" + near(p, self.schema["profiles"]))
            elif p not in cls["profiles"]:
                self.say(where, f"profile {p} does not apply to class {name}")
            self.profiles.add(p)

    def object(self, obj, spec, path, what):
        attrs = spec["attributes"]
        if not attrs:
            return  # "object" has no attributes of its own: anything goes (unmapped, xattributes)
        if "@deprecated" in spec:
            self.say(path, f"{what} is deprecated since {spec['@deprecated']['since']}")
        for key, value in obj.items():
            where = f"{path}.{key}" if path else key
            if any(where == a or where.startswith(a + ".") for a in self.allow):
                continue
            a = attrs.get(key)
            if a is None:
                self.say(where, f"unknown attribute of {what}" + near(key, attrs))
            elif not self.on(a):
                self.say(where, f"needs the profile {' or '.join(a['profiles'])} in metadata.profiles")
            elif value is None:
                self.say(where, "null: leave the attribute out instead")
            else:
                if "@deprecated" in a:
                    self.say(where, f"deprecated since {a['@deprecated']['since']}: {a['@deprecated']['message']}")
                self.attribute(value, a, where)
                if "enum" in a:
                    self.enum(obj, value, a, where, path)
        for key, a in attrs.items():
            if a["requirement"] == "required" and self.on(a) and obj.get(key) in (None, "", []):
                where = f"{path}.{key}" if path else key
                if key not in obj:
                    self.say(where, "required attribute is missing")
                elif obj[key] is not None:
                    self.say(where, "required attribute is empty")
        for key in attrs:
            ms, text = obj.get(key), obj.get(key + "_dt")
            if attrs[key]["type"] == "timestamp_t" and is_int(ms) and isinstance(text, str) and not bad_date(text):
                if abs(epoch_ms(text) - ms) >= 1:
                    self.say(f"{path}.{key}_dt" if path else key + "_dt", f"{show(text)} is not the time of {key}, {ms}")
        for rule, names in spec["constraints"].items():
            n = sum(obj.get(k) is not None for k in names)
            if rule == "at_least_one" and n < 1:
                self.say(path or "(event)", f"{what} needs at least one of: {', '.join(names)}")
            elif rule == "just_one" and n != 1:
                self.say(path or "(event)", f"{what} needs just one of: {', '.join(names)}; got {n}")

    def on(self, a):
        return "profiles" not in a or any(p in self.profiles for p in a["profiles"])

    def attribute(self, value, a, where):
        if not a["array"]:
            self.value(value, a, where)
        elif not isinstance(value, list):
            self.say(where, f"expected an array of {a.get('object', a['type'])}, got {kind(value)}")
        else:
            for i, v in enumerate(value):
                self.value(v, a, f"{where}[{i}]")

    def value(self, v, a, where):
        t = a["type"]
        if t == "object_t":
            name = a["object"]
            if not isinstance(v, dict):
                self.say(where, f"expected an object ({name}), got {kind(v)}")
            elif name not in self.objects:
                self.say(where, f"cannot be checked: object {name} is left out of this extract of the schema")
            else:
                self.object(v, self.objects[name], where, f"object {name}")
            return
        spec = self.types[t]
        base = spec["base"]
        good = {"string_t": isinstance(v, str), "boolean_t": isinstance(v, bool), "integer_t": is_int(v),
                "long_t": is_int(v), "float_t": is_int(v) or isinstance(v, float), "json_t": True}[base]
        if not good:
            self.say(where, f"expected {t}" + (f" ({base})" if base != t else "") + f", got {kind(v)}")
            return
        text = None
        if is_int(v) and not INT64[0] <= v <= INT64[1]:
            text = f"{v} does not fit in 64 bits"
        elif "range" in spec and not spec["range"][0] <= v <= spec["range"][1]:
            text = f"{v} is not in {spec['range'][0]}..{spec['range'][1]}"
        elif "max_len" in spec and len(v) > spec["max_len"]:
            text = f"longer than {spec['max_len']} characters"
        elif "regex" in spec and not re.fullmatch(spec["regex"], v):
            text = f"{show(v)} is not a {t}"
        elif t == "timestamp_t" and not MS_LOW <= v < MS_HIGH:
            unit = next((u for u, f in (("seconds", 1000), ("microseconds", 1e-3), ("nanoseconds", 1e-6))
                         if MS_LOW <= v * f < MS_HIGH), None)
            text = f"{v} is not milliseconds since 1970" + (f" (looks like {unit})" if unit else "")
        elif t == "datetime_t" and bad_date(v):
            text = f"{show(v)} {bad_date(v)}"
        elif t == "ip_t":
            why = bad_ip(v)
            text = why and f"{show(v)} {why}"
        elif t == "subnet_t":
            try:
                ipaddress.ip_network(v, strict=False)
            except ValueError:
                text = f"{show(v)} is not a subnet"
        if text:
            self.say(where, text)

    def enum(self, obj, value, a, where, path):
        sibling = a.get("sibling")
        said = obj.get(sibling) if sibling else None
        values = value if a["array"] and isinstance(value, list) else [value]
        for i, v in enumerate(values):
            at = f"{where}[{i}]" if a["array"] else where
            if not is_int(v) and not isinstance(v, str):
                continue  # the wrong type, reported already
            if str(v) not in a["enum"]:
                self.say(at, f"{show(v)} is not one of: " + ", ".join(f"{k} {c}" for k, c in a["enum"].items()))
                continue
            if str(v) in a.get("enum_deprecated", {}):
                d = a["enum_deprecated"][str(v)]
                self.say(at, f"{show(v)} is deprecated since {d['since']}: {d['message']}")
            if not sibling:
                continue
            caption, text = a["enum"][str(v)], said
            if a["array"] and isinstance(said, list):
                text = said[i] if i < len(said) else None
            there = f"{path}.{sibling}" if path else sibling
            if v == 99:
                if text in (None, ""):
                    self.say(there, f"missing: with {where} 99 ({caption}) it says which")
            elif isinstance(text, str) and text != caption:
                self.say(there, f"{show(text)} is not the caption of {where} {v}, {show(caption)}")

    def event(self, doc):
        uid, activity, type_uid = (doc.get(k) for k in ("class_uid", "activity_id", "type_uid"))
        if is_int(activity) and is_int(type_uid) and type_uid != uid * 100 + activity:
            self.say("type_uid", f"{type_uid} is not class_uid * 100 + activity_id = {uid * 100 + activity}")
        meta = doc.get("metadata")
        version = meta.get("version") if isinstance(meta, dict) else None
        if isinstance(version, str) and version != self.schema["version"]:
            self.say("metadata.version", f"{show(version)}, but this is the schema {self.schema['version']}")
        observables = doc.get("observables")
        for i, o in enumerate(observables if isinstance(observables, list) else []):
            name = o.get("name") if isinstance(o, dict) else None
            if not isinstance(name, str):
                continue
            found = self.find(doc, name)
            scalars = [v if isinstance(v, str) else json.dumps(v) for v in found if not isinstance(v, (dict, list))]
            if not found:
                self.say(f"observables[{i}].name", f"{show(name)} is not in this event")
            elif scalars and isinstance(o.get("value"), str) and o["value"] not in scalars:
                self.say(f"observables[{i}].value", f"{show(o['value'])} is not the value of {name}, {show(scalars[0])}")

    @staticmethod
    def find(doc, path):
        """The values at PATH ("evidences[].process.pid", "evidences[0].process", "evidences.process")."""
        found = [doc]
        for part in path.split("."):
            m = re.fullmatch(r"([^\[\]]+)(?:\[(\d*)\])?", part)
            if not m:
                return []
            step = []
            for d in found:
                v = d.get(m[1]) if isinstance(d, dict) else None
                if isinstance(v, list):
                    step += v[int(m[2]):int(m[2]) + 1] if m[2] else v
                elif v is not None:
                    step.append(v)
            found = step
        return found


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("schema", choices=("ecs", "ocsf"))
    ap.add_argument("file", metavar="FILE", help="JSON lines; - is standard input")
    ap.add_argument("--allow", metavar="PREFIX", action="append", default=[],
                    help="accept anything at and below this dotted name (our own ECS fields); repeatable")
    ap.add_argument("--require", metavar="PATH", action="append", default=[],
                    help="a field that every line must have besides those the schema requires; repeatable")
    args = ap.parse_args()
    here = Path(__file__).resolve().parent
    with open(here / f"{args.schema}.json", encoding="utf-8") as f:
        checker = (Ecs if args.schema == "ecs" else Ocsf)(json.load(f), args.allow, args.require)
    try:
        data = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as e:
        ap.error(f"{args.file}: {e.strerror}")
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    problems = 0
    if not lines:
        print(f"{args.file}:1: (file): no lines")
        problems = 1
    for number, raw in enumerate(lines, 1):
        out = []
        try:
            doc = parse(raw)
        except NotJson as e:
            out.append(("(line)", str(e)))
        else:
            surrogates(doc, "", out)
            out += checker.check(doc)
        for path, text in out:
            print(f"{args.file}:{number}: {path}: {text}".encode("utf-8", "backslashreplace").decode())
        problems += len(out)
    if problems:
        return 1
    print(f"{len(lines)} lines valid")
    return 0


if __name__ == "__main__":
    sys.exit(main())
