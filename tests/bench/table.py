#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""table.py FILE PARTS: reads the output of the lab machines and of past.py: figures (see
lib.sh), samples (see 60-instructions.sh) and TAP.

Shows TAP on stderr as it comes. At the end prints figures and samples as tables, and writes
them to FILE.json and, drawn, to FILE.svg. Fails if a check failed, or if fewer than PARTS of
these ran to their end.
"""

import json
import sys

import costs


def number(text):
    return int(text) if text.isdigit() else float(text)


def read(lines):
    about, figures, samples, tap = {}, [], [], []
    for line in lines:
        kind, *fields = line.rstrip("\r\n").split("\t")
        if kind == "about":
            about[fields[0]] = fields[1]
        elif kind == "figure":
            name, unit, *values = fields
            median, low, high = map(number, values)
            figures.append({"name": name, "unit": unit, "median": median,
                            "low": low, "high": high})
        elif kind == "sample":
            state, load, *spent = fields
            samples.append((state, load, *map(int, spent)))
        else:
            tap.append(kind)
            print(kind, file=sys.stderr, flush=True)
    return about, figures, samples, tap


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


about, figures, samples, tap = read(sys.stdin)
measured = list(figures)
counted = costs.costs_of(samples)
for name, unit, *values in costs.figures_of(counted):
    figures.append({"name": name, "unit": unit,
                    **dict(zip(("median", "low", "high"), values))})
with open(sys.argv[1] + ".json", "w", encoding="utf-8") as file:
    json.dump({**about, "figures": figures}, file, indent=1)
    file.write("\n")
print(", ".join(f"{key} {value}" for key, value in about.items()))
if measured:
    print("\n".join(table(measured)))
if counted:
    with open(sys.argv[1] + ".svg", "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in costs.drawing(figures))
    print("\n".join(costs.table(counted)))
whole = sum(line.startswith("1..") for line in tap) == int(sys.argv[2])
sys.exit(not (figures and whole) or any(line.startswith("not ok") for line in tap))
