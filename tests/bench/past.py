#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""past.py DIRECTORY: how long "shelltrap log" searches a million records, paired with jq.

Prints figures and checks as the lab machines do (see table.py). It needs no machine: the file,
of 1.6 GB, is made in DIRECTORY. Times are of the processor, user and system, so that other
programs disturb less; each search of jq has one of shelltrap after it.
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

TOP = pathlib.Path(__file__).parents[2]
PROGRAM = TOP / "userspace/shelltrap"
MANY, FEW = 1_000_000, 100_000
ROUNDS = 3
AT_ONCE = 5000

sys.path.insert(0, str(TOP / "tests/browser"))
import samples  # noqa: E402

JQ_COLUMNS = ("[.time,.severity,.server.comm,.process.user,(.process.argv|join(\" \")),"
              ".request.client,.unit]|@tsv")
# What is searched, what jq is asked, and what shelltrap is asked.
SEARCHES = {
    "by command": ('select(.process.argv|join(" ")|test("curl"))', ["--command", "*curl*"]),
    "by severity": ('select(.severity=="critical")', ["--severity", "critical"]),
    "by client": ('select(.request.client//""|startswith("203.0.113.77:"))',
                  ["--client", "203.0.113.77"]),
    "by user": ('select(.process.user=="nobody")', ["--user", "nobody"]),
    "all, as compact lines": (JQ_COLUMNS, ["--format", "compact"]),
}


def write(path, count):
    """Records half a second after each other, as the logger writes them."""
    parts = []
    for record in samples.attack():
        if "type" in record:
            continue
        text = json.dumps(record | {"seq": 0, "time": "TIME"}, separators=(",", ":"))
        parts.append(text.split('"seq":0', 1)[1].split("TIME"))
    with open(path, "w", encoding="utf-8") as file:
        for first in range(0, count, AT_ONCE):
            file.write("".join(
                '{"seq":%d%s%s%s\n' % (seq + 1, parts[seq % len(parts)][0],
                                      samples.time_at(seq / 2), parts[seq % len(parts)][1])
                for seq in range(first, first + AT_ONCE)))


def run(command):
    """Returns (seconds of the processor, KiB resident at most, number of lines printed).

    ru_maxrss has what this program had when it forked, so /proc is asked while lines come.
    """
    lines = resident = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        while chunk := process.stdout.read(1 << 20):
            lines += chunk.count(b"\n")
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            if found := re.search(r"VmHWM:\s*(\d+) kB", status):
                resident = int(found.group(1))
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = code
    if code:
        sys.exit(f"{command}: status {code}")
    return usage.ru_utime + usage.ru_stime, resident, lines


def log(path, *options):
    if "--format" not in options:
        options = ("--format", "json", *options)
    return run([PROGRAM, "log", *options, path])


def figure(name, unit, values):
    print("figure", name, unit, *(round(value, 3) for value in (
        statistics.median(values), min(values), max(values))), sep="\t", flush=True)


checks = 0


def check(promise, holds):
    global checks
    checks += 1
    print(f"{'ok' if holds else 'not ok'} {checks} - {promise}", flush=True)


def compare(name, path):
    question, options = SEARCHES[name]
    taken = {"jq": [], "log": []}
    for _ in range(ROUNDS):
        seconds, _, found = run(["jq", "-r" if "@tsv" in question else "-c", question, path])
        taken["jq"].append(seconds)
        seconds, _, also = log(path, *options)
        taken["log"].append(seconds)
        if found != also:
            sys.exit(f"{name}: jq finds {found} records, shelltrap {also}")
    for program, seconds in taken.items():
        figure(f"a million records, {name}, {program}", "s", seconds)
    shares = [mine / its for mine, its in zip(taken["log"], taken["jq"])]
    figure(f"a million records, {name}, part of jq's time", "", shares)
    check(f"{name}: at most a third of the time of jq", statistics.median(shares) <= 1 / 3)


def check_memory(many, few):
    for options in ["--command", "*curl*"], ["--format", "compact"], ["-r"]:
        small, large = log(few, *options)[1], log(many, *options)[1]
        figure(f"resident, log {' '.join(options)}", "KiB", [large])
        check(f"{' '.join(options)}: memory does not grow with the file",
              0 < large < small + 1024)


def check_seeking(path):
    """Half an hour of six days: what is before and after it is not read."""
    whole = log(path, "--command", "none")[0]
    part, _, found = log(path, "--since", "2026-11-24 12:00:00Z", "--until", "2026-11-24 12:29:59Z")
    figure("half an hour of six days", "s", [part])
    check("of a sorted file only a part is read", found == 3598 and part < whole / 10)


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    many, few = directory / "many.json", directory / "few.json"
    write(many, MANY)
    write(few, FEW)
    print(f"about\trecords\t{MANY}, {os.stat(many).st_size // 1_000_000} MB")
    for name in SEARCHES:
        compare(name, many)
    check_memory(many, few)
    check_seeking(many)
    many.unlink()
    few.unlink()
    print(f"1..{checks}")


if __name__ == "__main__":
    main()
