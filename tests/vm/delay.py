#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""delay.py COUNT: reads COUNT alerts from a logger, one JSON object a line, and prints how
long after its time stamp each alert arrived. The first ten are left out: they may have
arrived before this program was ready.
"""

import datetime
import itertools
import json
import sys
import time


def milliseconds_late(line):
    now = time.time()
    then, fraction = json.loads(line)["time"].rstrip("Z").split(".")
    then = datetime.datetime.fromisoformat(then + "+00:00").timestamp()
    return (now - then - float("0." + fraction)) * 1000


lines = itertools.islice(sys.stdin, int(sys.argv[1]))
delays = sorted([milliseconds_late(line) for line in lines][10:])
if delays:
    print(f"{len(delays)} alerts, median {delays[len(delays) // 2]:.1f} ms, "
          f"99th percentile {delays[int(len(delays) * 0.99)]:.1f} ms")
