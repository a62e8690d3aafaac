#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""coverage.py MODULE: prints how much of the module's code has run since the boot.

MODULE is the directory with the module's sources and gcc's notes (.gcno). Prints the share
of lines that were reached, then each line that was never reached.
"""

import json
import os
import subprocess
import sys
import tempfile

COUNTERS = "/sys/kernel/debug/gcov"


def collect_counters(directory, module):
    """Puts the kernel's counters and gcc's notes into one directory, as gcov needs them.

    Yields the names of the files with counters.
    """
    for path, _, names in os.walk(COUNTERS):
        for name in names:
            notes = os.path.join(module, name.replace(".gcda", ".gcno"))
            if not name.endswith(".gcda") or not os.path.exists(notes):
                continue
            os.symlink(notes, os.path.join(directory, os.path.basename(notes)))
            with open(os.path.join(path, name), "rb") as source, \
                    open(os.path.join(directory, name), "wb") as copy:
                copy.write(source.read())
            yield name


def counts(module):
    """Returns {(file, line): times reached}."""
    reached = {}
    with tempfile.TemporaryDirectory() as directory:
        files = collect_counters(directory, module)
        output = subprocess.run(["gcov", "--json-format", "--stdout", *files],
                                cwd=directory, capture_output=True, check=True, text=True).stdout
    for document in output.splitlines():
        for file in json.loads(document)["files"]:
            path, name = os.path.split(file["file"])
            # Leave out the kernel's headers: some have the same names.
            if os.path.basename(path) != "module":
                continue
            for line in file["lines"]:
                at = name, line["line_number"]
                reached[at] = reached.get(at, 0) + line["count"]
    return reached


def text(module, name, number):
    with open(os.path.join(module, name), encoding="utf-8") as file:
        return file.read().splitlines()[number - 1].strip()


def main():
    module = sys.argv[1]
    reached = counts(module)
    never = sorted(at for at, times in reached.items() if not times)
    done = len(reached) - len(never)
    print(f"# coverage of module/: {100 * done / len(reached):.1f} %, {done} of {len(reached)} lines")
    for name, number in never:
        print(f"# never reached: module/{name}:{number}: {text(module, name, number)}")


if __name__ == "__main__":
    main()
