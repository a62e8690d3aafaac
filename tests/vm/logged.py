#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""logged.py [--no-loss|--at-least-once|--any-order] LABEL=COUNT...

Reads the output of a logger, one JSON object a line. Succeeds if
- all records of a module instance follow each other, numbered from 1 without a gap;
- each exec of each storm (see storm.c) is there exactly once, or is one of the lost alerts
  that the loss records count. A loss record without a number stands for the execs of a
  storm between the last one before the record and the first one after it.

--no-loss: a loss record is a fault. --at-least-once: an exec may be there several times, and
the numbers are not checked. --any-order: the lines may have any order.
"""

import collections
import itertools
import json
import re
import sys


def instances_in_order(records):
    seen, last = [], 0
    for record in records:
        if not seen or record["instance"] != seen[-1]:
            if record["instance"] in seen:
                yield f"instance {record['instance']} comes back at seq {record['seq']}"
            seen.append(record["instance"])
            last = 0
        if record["seq"] != last + 1:
            yield f"seq {record['seq']} follows {last}"
        last = record.get("last") or record["seq"]


def execs_once(records, storms, doubles_allowed):
    lost = sum(r["lost"] or 0 for r in records if r.get("type") == "loss")
    found, last, before, unknown = {}, {}, {}, set()
    for record in records:
        if record.get("type") == "loss" and record["lost"] is None:
            before = {label: last.get(label, -1) for label, _ in storms}
        argv = (record.get("process") or {}).get("argv") or [""]
        match = re.fullmatch(r": storm (\S+) (\d+)\.", argv[-1])
        if match:
            key = label, number = match.group(1), int(match.group(2))
            unknown.update((label, n) for n in range(before.pop(label, number) + 1, number))
            last[label] = number
            found[key] = found.get(key, 0) + 1
    doubles = [key for key, times in found.items() if times > 1]
    missing = [(label, n) for label, count in storms for n in range(count)
               if (label, n) not in found and (label, n) not in unknown]
    print(f"{len(found)} execs, {lost} lost, {len(missing)} missing, {len(unknown)} unknown")
    if doubles and not doubles_allowed:
        yield f"more than once: {doubles[:10]}"
    if len(missing) > lost:
        yield f"neither written nor lost: {missing[:10]}"


def summaries(records):
    """What is there of each instance: a line that helps to find a fault."""
    for instance, group in itertools.groupby(records, lambda record: record["instance"]):
        group = list(group)
        kinds = collections.Counter(r.get("event") or r.get("type") or "alert" for r in group)
        yield (f"instance {instance}: seq {group[0]['seq']} to {group[-1]['seq']}, "
               f"{group[0]['time']} to {group[-1]['time']}: {dict(kinds)}")


def main():
    args = sys.argv[1:]
    option = args.pop(0) if args[0].startswith("--") else None
    storms = [(label, int(count)) for label, count in (a.split("=") for a in args)]

    records = [json.loads(line) for line in sys.stdin]
    if option == "--any-order":
        records.sort(key=lambda record: (record["instance"], record["seq"]))
    faults = list(execs_once(records, storms, option == "--at-least-once"))
    if option != "--at-least-once":
        faults += instances_in_order(records)
    if option == "--no-loss":
        faults += [f"lost: {r}" for r in records if r.get("type") == "loss"]
    print("\n".join(faults[:20]))
    if faults:
        print("\n".join(summaries(records)))
    return 1 if faults else 0


sys.exit(main())
