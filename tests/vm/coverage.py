#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""coverage.py MODULE: how much of the module has run, over all that was ever loaded.

MODULE is the folder of its sources, with what the compiler noted of their lines. Says
one number, then each line that was never reached.
"""

import json
import os
import subprocess
import sys
import tempfile

COUNTERS = "/sys/kernel/debug/gcov"


def counters(folder, module):
    """Brings the kernel's counters together with the notes, for gcov; their files."""
    for path, _, names in os.walk(COUNTERS):
        for name in names:
            notes = os.path.join(module, name.replace(".gcda", ".gcno"))
            if not name.endswith(".gcda") or not os.path.exists(notes):
                continue
            os.symlink(notes, os.path.join(folder, os.path.basename(notes)))
            with open(os.path.join(path, name), "rb") as source, \
                    open(os.path.join(folder, name), "wb") as copy:
                copy.write(source.read())
            yield name


def counts(module):
    """{(file, line): times reached}"""
    reached = {}
    with tempfile.TemporaryDirectory() as folder:
        said = subprocess.run(["gcov", "--json-format", "--stdout", *counters(folder, module)],
                              cwd=folder, capture_output=True, check=True, text=True).stdout
    for document in said.splitlines():
        for file in json.loads(document)["files"]:
            path, name = os.path.split(file["file"])
            # Not the kernel's headers, some of which have the same name.
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
