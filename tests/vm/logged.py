#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""logged.py [--no-loss|--at-least-once|--any-order] LABEL=COUNT...

Reads what a logger wrote, a JSON object a line, and succeeds if each instance is
there in one piece with its numbers in order, from 1 on without a gap or a double,
and each exec of each storm (see storm.c) is there exactly once or may be one of
those that losses stand for; a loss without a number stands for those between the
last of a storm before it and the first behind it. With --no-loss no loss may be there; with
--at-least-once each exec may be there more than once; with --any-order, the lines may
be in any."""

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
    found, last, before, untold = {}, {}, {}, set()
    for record in records:
        if record.get("type") == "loss" and record["lost"] is None:
            before = {label: last.get(label, -1) for label, _ in storms}
        argv = (record.get("process") or {}).get("argv") or [""]
        match = re.fullmatch(r": storm (\S+) (\d+)\.", argv[-1])
        if match:
            key = label, number = match.group(1), int(match.group(2))
            untold.update((label, n) for n in range(before.pop(label, number) + 1, number))
            last[label] = number
            found[key] = found.get(key, 0) + 1
    doubles = [key for key, times in found.items() if times > 1]
    missing = [(label, n) for label, count in storms for n in range(count)
               if (label, n) not in found and (label, n) not in untold]
    print(f"{len(found)} execs, {lost} lost, {len(missing)} not there, {len(untold)} unknown")
    if doubles and not doubles_allowed:
        yield f"more than once: {doubles[:10]}"
    if len(missing) > lost:
        yield f"neither there nor lost: {missing[:10]}"


def main():
    args = sys.argv[1:]
    option = args.pop(0) if args[0].startswith("--") else None
    storms = [(label, int(count)) for label, count in (a.split("=") for a in args)]

    records = [json.loads(line) for line in sys.stdin]
    if option == "--any-order":
        records.sort(key=lambda record: (record["instance"], record["seq"]))
    complaints = list(execs_once(records, storms, option == "--at-least-once"))
    if option != "--at-least-once":
        complaints += instances_in_order(records)
    if option == "--no-loss":
        complaints += [f"lost: {r}" for r in records if r.get("type") == "loss"]
    print("\n".join(complaints[:20]))
    return 1 if complaints else 0


sys.exit(main())
