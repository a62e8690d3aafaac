# SPDX-License-Identifier: GPL-2.0
"""Runs the functions test_* of a file. The name of each is a promise."""

import pathlib
import tempfile


def in_a_directory(test):
    """Calls a test with an empty directory, which is removed after it."""
    with tempfile.TemporaryDirectory() as name:
        test(pathlib.Path(name))


def run_tests(names, call=lambda test: test()):
    """Prints "ok - ..." or "not ok - ..." for each test; returns the program's exit status.

    names: globals() of the file
    call: runs one test, for a file whose tests take arguments
    """
    failed = 0
    for name, test in list(names.items()):
        if not name.startswith("test_"):
            continue
        try:
            call(test)
            print(f"ok - {name[5:]}")
        except AssertionError as error:
            failed += 1
            print(f"not ok - {name[5:]} {error}")
    return 1 if failed else 0
