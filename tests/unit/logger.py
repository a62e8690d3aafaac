# SPDX-License-Identifier: GPL-2.0
"""The logger as a process, without the module: how it starts, reads its files and ends."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import cases

PROGRAM = pathlib.Path(__file__).parent / "userspace/build/shelltrap"
COMMAND = "logger"
EXAMPLES = pathlib.Path(__file__).parents[2] / "userspace/siem"
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


class Logger:
    """A logger with a configuration file; its messages are in a file, too."""

    def __init__(self, directory, *lines):
        self.config = directory / "conf"
        self.errors = directory / "errors"
        self.configure(*lines)
        with open(self.errors, "wb") as errors:
            self.process = start(directory, "--config", self.config, stderr=errors)

    def configure(self, *lines):
        self.config.write_text("".join(line + "\n" for line in lines))

    def reload(self, *lines):
        self.configure(*lines)
        self.process.send_signal(signal.SIGHUP)

    def says(self, text):
        return text in self.errors.read_text()


def check(path):
    return subprocess.run([PROGRAM, COMMAND, "--check", "--config", path], capture_output=True,
                          text=True, check=False)


def test_check_reports_all_faults_with_their_lines(directory):
    path = directory / "conf"
    path.write_text("[log]\nwait = maybe\n[output mail]\n[output udp://h:1]\nformat = text\n")
    done = check(path)
    assert done.returncode == 2 and not done.stdout
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        f"{path}:{number}" for number in (2, 3, 5)], done.stderr


def test_check_says_what_the_service_needs_for_a_setting(directory):
    path = directory / "conf"
    path.write_text("[log]\nhash = sha256\n[output tcp://h:1]\n[output file:/srv/x]\n"
                    "[output file:/var/log/shelltrap/x]\n[output journal]\n")
    done = check(path)
    assert done.returncode == 0 and not done.stderr, done.stderr
    needs = dict(line.split(": ", 1) for line in done.stdout.splitlines()[1:])
    assert set(needs) == {"hash", "tcp://h:1", "file:/srv/x"}, done.stdout
    assert "ReadWritePaths=/srv" in needs["file:/srv/x"]
    for need in needs.values():
        for example in re.findall(r"examples/(\S+)", need):
            assert (EXAMPLES / example).is_file(), example


def test_hup_starts_and_ends_outputs(directory):
    first, second = directory / "first", directory / "second"
    logger = Logger(directory, f"[output file:{first}]")
    wait_until(first.exists, "the first output")
    # The logger opens the first file anew, too: that must be over before the file is removed.
    first.unlink()
    logger.reload(f"[output file:{first}]", f"[output file:{second}]")
    wait_until(lambda: first.exists() and second.exists(), "both outputs")
    first.unlink()
    second.unlink()
    logger.reload(f"[output file:{second}]")
    wait_until(second.exists, "the second output is opened anew")
    end(logger.process)
    assert not first.exists()


def test_hup_with_a_faulty_configuration_changes_nothing(directory):
    first = directory / "first"
    logger = Logger(directory, f"[output file:{first}]")
    wait_until(first.exists, "the output")
    logger.reload(f"[output file:{directory}/second]", "nonsense", "hash = maybe")
    wait_until(lambda: logger.says("stays as it was"), "the message")
    assert logger.says(f"{logger.config}:2: ") and logger.says(f"{logger.config}:3: ")
    first.unlink()
    logger.process.send_signal(signal.SIGHUP)
    wait_until(first.exists, "the output is opened anew")
    end(logger.process)
    assert not (directory / "second").exists()


def test_hup_keeps_the_state_file(directory):
    first = directory / "first"
    logger = Logger(directory, f"[output file:{first}]")
    wait_until(first.exists, "the output")
    # --state wins over the file, also when the file is read again.
    logger.reload("[log]", f"state = {directory}/other", f"[output file:{directory}/second]")
    wait_until((directory / "second").exists, "the other output")
    end(logger.process)
    assert "second" in (directory / "state").read_text()
    assert not (directory / "other").exists()


def test_installed_units_run_the_installed_program(directory):
    subprocess.run(["make", "-s", "-C", EXAMPLES.parent, "install", f"DESTDIR={directory}",
                    "PREFIX=/usr/local"], check=True)
    run = [word for unit in directory.glob("lib/systemd/system/*.service")
           for word in re.findall(r"^Exec\w+=(\S*/shelltrap) ", unit.read_text(), re.M)]
    assert set(run) == {"/usr/local/sbin/shelltrap"}, run
    assert (directory / "usr/local/sbin/shelltrap").is_file()


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
