# SPDX-License-Identifier: GPL-2.0
"""The logger as a process, without the module: how it starts, reads its files and ends."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

import cases

PROGRAM = pathlib.Path(__file__).parent / "userspace/build/shelltrap"
COMMAND = "logger"
# The longest time to wait for the logger, with a wide margin.
LONG_S = 30


def wait_until(condition, what):
    deadline = time.monotonic() + LONG_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def close_standard_error():
    os.close(2)


def start(directory, *options, **more):
    """Starts a logger that waits for the module."""
    return subprocess.Popen([PROGRAM, COMMAND, "--wait", "--state", directory / "state", *options],
                            **more)


def end(process):
    process.terminate()
    assert process.wait(LONG_S) == 0


def test_a_logger_without_standard_error_writes_no_message_into_its_own(directory):
    # The directory of the file does not exist, which is a message on standard error.
    process = start(directory, "--output", f"file:{directory}/none/x",
                    "--output", f"file:{directory}/alerts",
                    preexec_fn=close_standard_error, close_fds=False)
    wait_until(lambda: (directory / "state").exists() and (directory / "alerts").exists() and
               "alerts" in (directory / "state").read_text(), "the state file")
    end(process)
    assert (directory / "state.lock").read_bytes() == b""
    assert (directory / "alerts").read_bytes() == b""


def run_in_directory(test):
    with tempfile.TemporaryDirectory() as directory:
        test(pathlib.Path(directory))


sys.exit(cases.run_tests(globals(), run_in_directory))
