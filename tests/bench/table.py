#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""table.py FILE: reads what the lab machine says while it measures: figures (see
lib.sh), of which it prints a table at the end and writes JSON to FILE, and TAP, which
it shows on stderr as it comes. Fails where a check does, or it was cut short."""

import json
import sys


def number(text):
    return int(text) if text.isdigit() else float(text)


def read(lines):
    about, figures, tap = {}, [], []
    for line in lines:
        kind, *fields = line.rstrip("\r\n").split("\t")
        if kind == "about":
            about[fields[0]] = fields[1]
        elif kind == "figure":
            name, unit, *values = fields
            median, low, high = map(number, values)
            figures.append({"name": name, "unit": unit, "median": median,
                            "low": low, "high": high})
        else:
            tap.append(kind)
            print(kind, file=sys.stderr, flush=True)
    return about, figures, tap


def rows(figures):
    yield "figure", "median", "least", "most", "unit"
    for figure in figures:
        same = figure["low"] == figure["high"]
        yield (figure["name"], str(figure["median"]), "" if same else str(figure["low"]),
               "" if same else str(figure["high"]), figure["unit"])


def table(figures):
    lines = list(rows(figures))
    width = [max(len(line[i]) for line in lines) for i in range(5)]
    for name, median, low, high, unit in lines:
        yield (f"{name:{width[0]}}  {median:>{width[1]}}  {low:>{width[2]}}  "
               f"{high:>{width[3]}}  {unit}").rstrip()


about, figures, tap = read(sys.stdin)
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({**about, "figures": figures}, file, indent=1)
    file.write("\n")
print(", ".join(f"{key} {value}" for key, value in about.items()))
print("\n".join(table(figures)))
whole = any(line.startswith("1..") for line in tap)
sys.exit(not (figures and whole) or any(line.startswith("not ok") for line in tap))
