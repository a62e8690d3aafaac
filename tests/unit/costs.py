#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""costs.py: does the drawing of costs show what the table says, and README.md this drawing?"""

import json
import math
import pathlib
import sys
import xml.etree.ElementTree as xml

TOP = pathlib.Path(__file__).parents[2]
BENCH = TOP / "tests/bench"
SVG = "{http://www.w3.org/2000/svg}"

sys.path.insert(0, str(BENCH))
import costs  # noqa: E402

failures = 0


def check(promise, holds):
    global failures
    failures += not holds
    print(f"{'ok' if holds else 'not ok'} - {promise}")


def draw(figures):
    return "\n".join(costs.drawing(figures)) + "\n"


def named(load, state, median, low, high):
    return {"name": f"{costs.LOADS[load]}: {costs.STATES[state]}", "unit": "instructions added",
            "median": median, "low": low, "high": high}


def check_bars():
    """Each bar against its figure: where it is, its length, its number."""
    figures = [named("other", "floor", 178, 178, 178), named("other", "default", 1000, 100, 10000),
               named("other", "auditd", 100000, 90000, 110000), named("other", "idle", 0, 0, 0),
               {"name": "rate", "unit": "1/s", "median": 5, "low": 1, "high": 9}]
    root = xml.fromstring(draw(figures))
    bars = [bar for bar in root.iter(SVG + "rect") if bar.get("x")]
    texts = [text.text for text in root.iter(SVG + "text")]
    lengths = [int(bar.get("width")) for bar in bars]
    check("a figure that is no cost is not drawn", len(bars) == 4)
    check("a bar is as long as the logarithm of its figure",
          lengths == [round(costs.SCALE * math.log10(value)) for value in (178, 1000, 100000, 1)])
    check("each bar has its number", {"178", "1,000", "100,000", "0"} <= set(texts))
    check("each bar has the name of its program", {"an empty kprobe", "auditd"} <= set(texts))
    check("a line shows the range", f'H{costs.LEFT + 4 * costs.SCALE}"' in draw(figures))


def check_picture():
    kept = json.loads((BENCH / "costs.json").read_text(encoding="utf-8"))["figures"]
    picture = (BENCH / "costs.svg").read_text(encoding="utf-8")
    check("the picture in README.md says what costs.json says (else tests/bench/draw)",
          picture == draw(kept))
    check("README.md shows it", "(tests/bench/costs.svg)" in (TOP / "README.md").read_text())
    drawn = sum(len(some) for _, _, some in costs.groups_of(kept))
    check("every figure of costs.json is drawn",
          drawn == sum(figure["unit"] == costs.ADDED for figure in kept) > 0)


check_bars()
check_picture()
sys.exit(bool(failures))
