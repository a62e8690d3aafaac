# SPDX-License-Identifier: GPL-2.0
"""The JSON Schema that ships accepts every line of the format json, and nothing that is not.

Debian's python3-jsonschema is the judge. The dashboard for Grafana asks for metrics that the
program has.
"""

import copy
import json
import pathlib
import re
import subprocess
import sys

# Also where another Python is first in the path.
sys.path.append("/usr/lib/python3/dist-packages")
import jsonschema  # noqa: E402

import cases  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE / "../vm"))
import fits_schema  # noqa: E402

LINES = HERE / "userspace/build/lines"
SIEM = HERE / "../../userspace/siem"
CORPUS = sorted((HERE / "../fuzz/corpus/message").iterdir())
SCHEMA = json.loads((SIEM / "json/shelltrap.schema.json").read_text())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

said = subprocess.run([LINES, "json", *CORPUS], stdout=subprocess.PIPE, check=True).stdout
RECORDS = [json.loads(line) for line in said.split(b"\n")[:-1]]


def kind(record):
    return record.get("type", "alert")


def test_the_schema_is_valid_itself():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_every_kind_of_record_is_among_the_samples():
    assert {kind(record) for record in RECORDS} == {"alert", "loss", "event", "outcome", "repeats"}


def test_every_line_fits_the_schema():
    for record in RECORDS:
        for error in VALIDATOR.iter_errors(record):
            closest = jsonschema.exceptions.best_match([error])
            assert False, f"{kind(record)} {list(closest.absolute_path)}: {closest.message}"[:600]


def changed(record):
    """The record with one thing wrong, in many ways; (what, record)."""
    for name in record:
        if name != "type":
            lacking = copy.deepcopy(record)
            del lacking[name]
            if kind(record) != "event" or name in ("seq", "instance", "time", "event", "by"):
                yield f"without {name}", lacking
        yield f"{name} is 1.5", {**record, name: 1.5}
    yield "with another field", {**record, "colour": "red"}
    yield "of another type", {**record, "type": "other"}
    yield "with a time of another form", {**record, "time": "2026-11-21 14:02:11"}
    if isinstance(record.get("process"), dict):
        yield "argv is a string", {**record, "process": {**record["process"], "argv": "sh -c"}}


def test_a_line_with_something_wrong_does_not_fit():
    for name in ("alert", "loss", "event", "outcome", "repeats"):
        record = next(record for record in RECORDS if kind(record) == name)
        for what, wrong in changed(record):
            assert not VALIDATOR.is_valid(wrong), f"{name} {what}"
            assert fits_schema.problems(SCHEMA, wrong, SCHEMA), f"fits_schema.py accepts {name} {what}"


def test_the_validator_of_the_lab_machine_agrees():
    for record in RECORDS:
        assert not fits_schema.problems(SCHEMA, record, SCHEMA), kind(record)


def test_the_dashboard_asks_for_metrics_that_there_are():
    metrics = subprocess.run([LINES, "metrics"], stdout=subprocess.PIPE, check=True).stdout.decode()
    series = {}
    for name, labels in re.findall(r"^(shelltrap_\w+)(?:\{(.*)\})? ", metrics, re.M):
        series.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    dashboard = json.loads((SIEM / "grafana/shelltrap.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [one["query"] for one in dashboard["templating"]["list"] if one["type"] == "query"]
    used = {name for text in asked for name in re.findall(r"shelltrap_\w+", text)}
    assert used <= set(series), f"no such metrics: {used - set(series)}"
    assert len(used) >= 10, used
    for text in asked:
        for name, labels in re.findall(r"(shelltrap_\w+)\{([^}]*)\}", text):
            for label in re.findall(r"(\w+)\s*[=!]", labels):
                assert label in series[name] | {"instance", "job"}, f"{name}: no label {label}"
        by = re.findall(r"by \(([^)]*)\)", text)
        for label in re.findall(r"\w+", " ".join(by)):
            assert any(label in one for one in series.values()) or label == "instance", text


def test_prometheus_can_read_what_the_dashboard_asks():
    dashboard = json.loads((SIEM / "grafana/shelltrap.json").read_text())
    rules = [{"record": f"panel:{number}:{index}", "expr":
              target["expr"].replace("$instance", ".*").replace("$__rate_interval", "5m")}
             for number, panel in enumerate(dashboard["panels"])
             for index, target in enumerate(panel["targets"])]
    text = json.dumps({"groups": [{"name": "dashboard", "rules": rules}]})
    said = subprocess.run(["promtool", "check", "rules", "/dev/stdin"], input=text, text=True,
                          capture_output=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_dashboard_is_one_that_grafana_imports():
    dashboard = json.loads((SIEM / "grafana/shelltrap.json").read_text())
    numbers = [panel["id"] for panel in dashboard["panels"]]
    assert len(numbers) == len(set(numbers)) and dashboard["schemaVersion"] >= 36
    assert dashboard["__inputs"][0]["name"] == "DS_PROMETHEUS" and dashboard["uid"]
    for panel in dashboard["panels"]:
        assert panel["title"] and panel["type"] in ("stat", "timeseries", "table"), panel["id"]
        assert panel["datasource"]["uid"] == "${DS_PROMETHEUS}"
        place = panel["gridPos"]
        assert 0 <= place["x"] and place["x"] + place["w"] <= 24, panel["title"]


sys.exit(cases.run_tests(globals()))
