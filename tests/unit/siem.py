#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The files in userspace/siem/ match what the program writes.

Each rule for a SIEM is tried on the sample records in its format. It must match the
records that it is for and no others, and may use only fields that exist; names,
severities and techniques must be those of policy.conf. promtool of Prometheus reads the
metrics and tries the alert rules; fail2ban-regex tries the filter. Sigma, Wazuh and Elasticsearch are not packaged: this
test does what the files need of them and fails on anything else. Prints "ok - ..." or
"not ok - ..." for each promise.
"""

import configparser
import copy
import datetime
import ipaddress
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import uuid
import xml.etree.ElementTree

import yaml

import formats

USERSPACE = formats.MANUAL.parents[1]
SIEM = USERSPACE / "siem"
TACTICS = {"TA0001": "initial-access", "TA0002": "execution", "TA0003": "persistence",
           "TA0005": "defense-evasion", "TA0007": "discovery", "TA0011": "command-and-control"}


def policy():
    """{rule: {"severity": ..., "threat": ...}} of the shipped policy."""
    parser = configparser.ConfigParser(allow_no_value=True, strict=False, interpolation=None)
    parser.read(USERSPACE / "conf/policy.conf")
    return {name.split()[1]: dict(parser[name]) for name in parser.sections()
            if name.startswith("rule ")}


def records(name):
    return [json.loads(line) for line in formats.written(name)]


def as_rule(name, rule, natives):
    """The first alert as if only this rule had matched."""
    alert = copy.deepcopy(natives[0])
    alert.update(rule=name, rules=[name], severity=rule["severity"])
    return alert


def lines_by_rule(natives):
    """{shipped rule: an alert of the rule}"""
    return {name: as_rule(name, rule, natives) for name, rule in policy().items()}


# ---- Sigma

SIGMA_KEYS = {"title", "id", "status", "description", "references", "author", "date", "tags",
              "logsource", "detection", "falsepositives", "level"}


def sigma_value_matches(found, wanted, modifiers):
    if isinstance(found, list):
        return any(sigma_value_matches(one, wanted, modifiers) for one in found)
    if isinstance(wanted, str) and isinstance(found, str):
        found, wanted = found.lower(), wanted.lower()
        tests = {"contains": wanted in found, "startswith": found.startswith(wanted),
                 "endswith": found.endswith(wanted), "": found == wanted}
        return tests[modifiers]
    return type(found) is type(wanted) and found == wanted


def sigma_matches(rule, line):
    """Whether the rule, which has one selection, matches the line."""
    for key, wanted in rule["detection"]["selection"].items():
        field, _, modifiers = key.partition("|")
        found = formats.at(line, field)
        wanted = wanted if isinstance(wanted, list) else [wanted]
        if not any(sigma_value_matches(found, one, modifiers) for one in wanted):
            return False
    return True


def sigma_fields(rule):
    return {key.partition("|")[0] for key in rule["detection"]["selection"]}


def sigma_form_problems(name, rule):
    """Problems with the form of a rule, by the specification of Sigma."""
    if rule.keys() != SIGMA_KEYS:
        yield f"{name}: keys {sorted(rule.keys() ^ SIGMA_KEYS)}"
    if str(uuid.UUID(rule["id"])) != rule["id"]:
        yield f"{name}: {rule['id']} is no UUID"
    if not isinstance(rule["date"], datetime.date):
        yield f"{name}: {rule['date']} is no date"
    if rule["status"] not in ("stable", "test", "experimental"):
        yield f"{name}: no such status: {rule['status']}"
    if rule["level"] not in ("informational", "low", "medium", "high", "critical"):
        yield f"{name}: no such level: {rule['level']}"
    if len(rule["title"]) > 256 or rule["title"].endswith("."):
        yield f"{name}: title"
    if rule["logsource"] != {"product": "linux", "service": "shelltrap"}:
        yield f"{name}: log source"
    if rule["detection"].keys() != {"selection", "condition"} or \
            rule["detection"]["condition"] != "selection":
        yield f"{name}: this test knows one selection"
    for tag in rule["tags"]:
        if not re.fullmatch(r"attack\.(t\d{4}(\.\d{3})?|[a-z]+(-[a-z]+)*)", tag):
            yield f"{name}: {tag}"


def sigma_policy_problems(name, rule, shipped):
    """Problems with the Sigma rule for a rule of the policy: its tags and its level."""
    tags = set()
    for threat in shipped["threat"].split():
        tactic, technique = threat.split("/")
        tags |= {f"attack.{TACTICS[tactic]}", f"attack.{technique.lower()}"}
    if set(rule["tags"]) != tags:
        yield f"{name}: tags are not {sorted(tags)}"
    if rule["level"] != shipped["severity"]:
        yield f"{name}: level is not {shipped['severity']}"


def fields_of(lines):
    return {name for line in lines for name, _ in formats.fields(formats.pruned(line))}


def check_sigma(natives):
    rules = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
             for path in sorted((SIEM / "sigma").glob("*.yml")) if "pipeline" not in path.stem}
    known, shipped = fields_of(natives), policy()
    formats.promise("sigma: the rules are well-formed",
                    [problem for name, rule in rules.items()
                     for problem in sigma_form_problems(name, rule)])
    formats.promise("sigma: no two have the same id",
                    [] if len({rule["id"] for rule in rules.values()}) == len(rules) else ["some"])
    formats.promise("sigma: the rules use existing fields",
                    [f"{name}: {field}" for name, rule in rules.items()
                     for field in sigma_fields(rule) - known])
    formats.promise("sigma: each shipped rule has a Sigma rule with its level and techniques",
                    [f"{name}: no rule" for name in shipped.keys() - rules.keys()] +
                    [problem for name in shipped.keys() & rules.keys()
                     for problem in sigma_policy_problems(name, rules[name], shipped[name])])
    formats.promise("sigma: each matches the alerts of its rule and no others",
                    [f"{name}: {other}" for name in shipped
                     for other, line in lines_by_rule(natives).items()
                     if sigma_matches(rules[name], line) != (name == other)])
    formats.promise("sigma: each of the other rules matches some lines and not all",
                    [name for name in rules.keys() - shipped.keys()
                     if len({sigma_matches(rules[name], line) for line in natives}) < 2])


def place_in(rows, own, field):
    return rows.get(field, [own + field])[0]


def check_pipeline(natives):
    """The pipeline for ECS maps every field as shelltrap-formats(5) does."""
    pipeline = yaml.safe_load((SIEM / "sigma/ecs-pipeline.yml").read_text(encoding="utf-8"))
    rows = formats.tables()["ECS"]
    (move,) = pipeline["transformations"]
    wanted = {field: place_in(rows, "shelltrap.", field)
              for field in fields_of(natives) if "[" not in field}
    formats.promise("sigma: the pipeline for ECS maps every field as the manual does",
                    [f"{field}: not {wanted.get(field)}"
                     for field in sorted(wanted.keys() | move["mapping"].keys())
                     if wanted.get(field) != move["mapping"].get(field)])


# ---- Wazuh

def wazuh_text(value):
    """A value as the JSON decoder of Wazuh passes it to the rules."""
    return value if isinstance(value, str) else json.dumps(value)


def wazuh_fields(line):
    return {name: wazuh_text(value) for name, value in formats.fields(line)}


def wazuh_matches(rule, said):
    for field in rule.findall("field"):
        if field.get("type") != "pcre2":
            raise ValueError("this test knows pcre2 only")
        if field.get("name") not in said or not re.search(field.text, said[field.get("name")]):
            return False
    return True


def wazuh_match(rules, said, parent=None):
    """The last rule that matches a line: a child comes after its parent."""
    for rule in rules:
        above = rule.findtext("if_sid")
        parents = above.replace(" ", "").split(",") if above else [None]
        if parent in parents and wazuh_matches(rule, said):
            return wazuh_match(rules, said, rule.get("id")) or rule
    return None


WAZUH_LEVELS = {"low": "5", "medium": "8", "high": "12", "critical": "15"}


def wazuh_policy_problems(name, rule, shipped):
    if rule is None or name not in (rule.findtext("field") or ""):
        yield f"{name}: has no rule of its own"
        return
    if rule.get("level") != WAZUH_LEVELS[shipped["severity"]]:
        yield f"{name}: level {rule.get('level')}"
    said = {one.text for one in rule.findall("mitre/id")}
    if said != {threat.split("/")[1] for threat in shipped["threat"].split()}:
        yield f"{name}: techniques {sorted(said)}"


def wazuh_field_names(rules):
    """Every field that a rule tests or shows."""
    for rule in rules:
        yield from (field.get("name") for field in rule.findall("field"))
        yield from re.findall(r"\$\(([^)]*)\)", rule.findtext("description"))


def wazuh_other_problems(natives, rules):
    """Problems with lines that no shipped rule raised: which Wazuh rule must match each."""
    own = dict(natives[0], rule="my_own", rules=["my_own"], severity="high")
    connected = as_rule("webserver_shell_exec", policy()["webserver_shell_exec"], natives)
    connected["rules"] = ["webserver_shell_exec", "webserver_reverse_shell"]
    loss = next(line for line in natives if line.get("type") == "loss")
    for line, wanted in ((own, "117003"), (connected, "117020"), (loss, "117005"),
                         ({"instance": "x", "seq": 1}, None), ({"rule": "web"}, None)):
        found = wazuh_match(rules, wazuh_fields(line))
        if (found.get("id") if found is not None else None) != wanted:
            yield f"not {wanted}: {line}"


def check_wazuh(natives):
    path = SIEM / "wazuh/shelltrap_rules.xml"
    rules = xml.etree.ElementTree.parse(path).getroot().findall("rule")
    numbers = [int(rule.get("id")) for rule in rules]
    formats.promise("wazuh: the rules are well-formed and have unique numbers",
                    [] if len(set(numbers)) == len(numbers) and min(numbers) >= 100000 and
                    max(numbers) <= 120000 else [str(numbers)])
    formats.promise("wazuh: the rules use existing fields",
                    sorted(set(wazuh_field_names(rules)) - fields_of(natives)))
    shipped = policy()
    formats.promise("wazuh: alerts of each shipped rule match, with its level and techniques",
                    [problem for name, line in lines_by_rule(natives).items()
                     for problem in wazuh_policy_problems(
                         name, wazuh_match(rules, wazuh_fields(line)), shipped[name])])
    formats.promise("wazuh: alerts of other rules and losses match, and foreign lines do not",
                    list(wazuh_other_problems(natives, rules)))


# ---- Elasticsearch

def is_date(value):
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", value)


def is_ip(value):
    return isinstance(value, str) and ipaddress.ip_address(value)


def is_between(low, high):
    return lambda value: type(value) is int and low <= value <= high


ELASTIC_TYPES = {
    "date_nanos": is_date, "date": is_date, "ip": is_ip,
    "long": is_between(-2**63, 2**63 - 1), "unsigned_long": is_between(0, 2**64 - 1),
    "boolean": lambda value: isinstance(value, bool),
    "match_only_text": lambda value: isinstance(value, str),
    "wildcard": lambda value: isinstance(value, str),
}


def elastic_type(mappings, field):
    """The type that the template gives the field, or None."""
    for key in re.sub(r"\[\d+\]", "", field).split("."):
        mappings = mappings.get("properties", {}).get(key)
        if mappings is None:
            return None
    return mappings.get("type")


def elastic_mismatches(mappings, number, event):
    for field, value in formats.fields(event):
        said = elastic_type(mappings, field)
        for one in value if isinstance(value, list) else [value]:
            if one is None or isinstance(one, dict):
                continue
            fits = isinstance(one, str) if said is None else ELASTIC_TYPES[said](one)
            if not fits:
                yield f"record {number}: {field} is {one!r}, which is no {said or 'keyword'}"


def elastic_id(pipeline, event):
    """The document's id that the pipeline makes."""
    fail, *sets = pipeline["processors"]
    if fail["fail"]["if"] != "ctx.event?.id == null || ctx.event?.module != 'shelltrap'":
        raise ValueError("this test knows one condition")
    if event["event"].get("id") is None or event["event"].get("module") != "shelltrap":
        return None
    (template,) = [one["set"]["value"] for one in sets if one["set"]["field"] == "_id"]
    return re.sub(r"\{\{\{(.*?)\}\}\}", lambda found: formats.at(event, found[1]), template)


def elastic_ids(pipeline, natives, events):
    for number, (native, event) in enumerate(zip(natives, events)):
        instance = native["instance"] or "0" * 16
        if elastic_id(pipeline, event) != f"{instance}-{native['seq'] or 0}":
            yield f"record {number}: {elastic_id(pipeline, event)}"


def check_elastic(natives):
    pipeline, template = [json.loads((SIEM / "elastic" / name).read_text(encoding="utf-8"))
                          for name in ("ingest-pipeline.json", "index-template.json")]
    mappings, events = template["template"]["mappings"], records("ecs")
    formats.promise("elastic: a document's id is the instance and the number",
                    list(elastic_ids(pipeline, natives, events)))
    formats.promise("elastic: the template has a type for every value",
                    [problem for number, event in enumerate(events)
                     for problem in elastic_mismatches(mappings, number, event)])


# ---- Prometheus

def promtool(*words, said=None):
    run = subprocess.run(["promtool", *words], input=said, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, check=False, cwd=SIEM / "prometheus")
    return run.stdout.decode().splitlines() if run.returncode else []


def check_prometheus():
    said = subprocess.run([formats.LINES, "metrics"], stdout=subprocess.PIPE, check=True).stdout
    names = set(re.findall(r"^(shelltrap_\w+)", said.decode(), re.M))
    rules = (SIEM / "prometheus/shelltrap.rules.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"shelltrap_\w+", " ".join(
        rule["expr"] for group in yaml.safe_load(rules)["groups"] for rule in group["rules"])))
    formats.promise("prometheus: promtool accepts the metrics",
                    promtool("check", "metrics", said=said))
    formats.promise("prometheus: promtool accepts the rules",
                    promtool("check", "rules", "shelltrap.rules.yml"))
    formats.promise("prometheus: the rules fire exactly when they should",
                    promtool("test", "rules", "shelltrap.rules-test.yml"))
    formats.promise("prometheus: the rules use existing metrics", sorted(used - names))


# ---- fail2ban

def with_request(native, **more):
    """The alert with a client that is certain; "more" replaces values by their paths."""
    alert = copy.deepcopy(native)
    alert.pop("type", None)
    alert.update(seq=42, severity="critical", unit="php8.2-fpm.service",
                 cgroup={"id": 3401, "path": "/system.slice/php8.2-fpm.service"})
    alert["request"] = dict.fromkeys(("certainty", "client", "clients", "more", "local", "via"))
    alert["request"].update(certainty="exact", client="203.0.113.5:51332",
                            clients=["203.0.113.5:51332"], more=0)
    for path, value in more.items():
        *parents, last = path.split("__")
        holder = alert
        for parent in parents:
            holder = holder[parent]
        holder[last] = value
    now = datetime.datetime.now(datetime.timezone.utc)
    alert["time"] = now.strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
    # The order of the members is that of the program.
    return json.dumps(alert, separators=(",", ":"), ensure_ascii=False)


IMITATION = ('","request":{"certainty":"exact","client":"198.51.100.99:1","clients":[]},"cgroup":'
             '{"id":1,"path":"/system.slice/php8.2-fpm.service"},"unit":"php8.2-fpm.service"}')


def never_banned(native):
    """Lines in which no client is certain, whatever their strings imitate."""
    one = "203.0.113.5:51332"
    candidates = {"certainty": "candidates", "client": None, "clients": [one], "more": 0}
    for imitation in (IMITATION, "\\" + IMITATION, IMITATION.replace('"', '\\"'),
                      "\n{" + IMITATION[2:]):
        for path in "comm", "pathname", "process__argv", "process__cwd":
            value = ["sh", "-c", imitation] if path.endswith("argv") else imitation
            yield with_request(native, request=candidates, **{path: value})
        yield with_request(native, request={**candidates, "uri": imitation})
        yield with_request(native, request=None, process__argv=["sh", "-c", imitation])
    yield with_request(native, severity="medium")
    yield with_request(native, cgroup={"id": 1, "path": "/system.slice/cron.service"})
    yield with_request(native, cgroup={
        "id": 1, "path": "/user.slice/user-1000.slice/system.slice/php8.2-fpm.service"})
    yield '{"type":"repeats",' + with_request(native)[1:]
    yield "x" + with_request(native)


def banned_by(lines):
    """The addresses that fail2ban finds in the lines."""
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        (directory / "filter.d").mkdir()
        (directory / "filter.d/shelltrap.conf").write_bytes(
            (SIEM / "fail2ban/filter.conf").read_bytes())
        (directory / "fail2ban.conf").write_text("[Definition]\nallowipv6 = auto\n")
        (directory / "alerts.json").write_text("".join(line + "\n" for line in lines))
        jail = configparser.ConfigParser(interpolation=None)
        jail.read(SIEM / "fail2ban/jail.conf")
        done = subprocess.run(["fail2ban-regex", "-c", name, "-o", "ip",
                               directory / "alerts.json", jail["shelltrap"]["filter"]],
                              capture_output=True, text=True, check=True)
        return done.stdout.split()


def check_fail2ban(natives):
    native = next(one for one in natives if one.get("type") in (None, "alert") and
                  one.get("process") and one.get("request"))
    formats.promise("fail2ban bans the certain client of a listed service, by IPv4 and IPv6, "
                   "whatever the strings imitate", [
        f"{found}, not {wanted}: {more}" for wanted, more in (
            ("203.0.113.5", {}),
            ("2001:db8::1", {"request__client": "[2001:db8::1]:443"}),
            ("203.0.113.5", {"process__argv": ["sh", "-c", IMITATION]}),
            ("203.0.113.5", {"cgroup": {"id": 1, "path": "/system.slice/apache2.service/x"}}))
        for found in [banned_by([with_request(native, **more)])] if found != [wanted]])
    formats.promise("fail2ban bans nobody whose request is not certain, and nobody that only a "
                   "string names", banned_by(never_banned(native)))


def main():
    natives = records("json")
    check_fail2ban(natives)
    check_sigma(natives)
    check_pipeline(natives)
    check_wazuh(natives)
    check_elastic(natives)
    check_prometheus()
    return formats.failed


if __name__ == "__main__":
    sys.exit(main())
