# SPDX-License-Identifier: GPL-2.0
"""userspace/siem/rsyslog/once.py, run as rsyslog runs it.

Each alert is written once to the file of its host, however often rsyslog passes it, also
when the program was restarted or the file was rotated or cut in between.
"""

import gzip
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

import cases

PROGRAM = pathlib.Path(__file__).parents[2] / "userspace/siem/rsyslog/once.py"


def alert(seq, instance="5b1f9c0e77aa01d3", **more):
    return json.dumps({"seq": seq, "instance": instance, **more})


class Filter:
    """A running once.py, which answers each line that is given to it."""

    def __init__(self, directory):
        self.process = subprocess.Popen([sys.executable, "-IS", PROGRAM, directory],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.answer() == "OK"

    def answer(self):
        return self.process.stdout.readline().decode().rstrip("\n")

    def give(self, *lines, host="web01"):
        answers = []
        for line in lines:
            self.process.stdin.write(f"{host} {line}\n".encode())
            self.process.stdin.flush()
            answers.append(self.answer())
        return set(answers)

    def limit(self, size):
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def end(self):
        self.process.stdin.close()
        assert self.process.wait() == 0
        self.process.stdout.close()


def give_once(directory, *lines, host="web01"):
    program = Filter(directory)
    assert program.give(*lines, host=host) == {"OK"}
    program.end()


def lines(directory, name="web01.json"):
    return (directory / name).read_text().splitlines()


def test_each_alert_is_written_once(directory):
    program = Filter(directory)
    assert program.give(alert(1), alert(2), alert(1), alert(1, "0000000000000001")) == {"OK"}
    loss = alert(2, type="loss", last=5)
    assert program.give(loss, loss, alert(2)) == {"OK"}
    program.end()
    assert lines(directory) == [alert(1), alert(2), alert(1, "0000000000000001"), loss]


def test_each_host_has_its_own_file(directory):
    give_once(directory, alert(1))
    give_once(directory, alert(1), host="WEB02.example")
    give_once(directory, alert(1), host="../../x")
    assert lines(directory, "web02.example.json") == [alert(1)]
    assert lines(directory, "_.._x.json") == [alert(1)]
    assert len(os.listdir(directory)) == 3


def test_alerts_written_before_a_restart_are_known(directory):
    give_once(directory, alert(1), alert(2))
    give_once(directory, alert(2), alert(3))
    assert lines(directory) == [alert(1), alert(2), alert(3)]


def test_a_torn_line_is_cut_off_and_written_again(directory):
    (directory / "web01.json").write_text(alert(1) + "\n" + alert(2)[:9])
    give_once(directory, alert(1), alert(2))
    assert lines(directory) == [alert(1), alert(2)]


def test_alerts_in_rotated_files_are_known(directory):
    program = Filter(directory)
    program.give(alert(1))
    (directory / "web01.json").rename(directory / "web01.json.1")
    program.give(alert(1), alert(2))
    program.end()
    with gzip.open(directory / "web01.json.2.gz", "wt") as file:
        file.write(alert(0) + "\n")
    give_once(directory, alert(0), alert(1), alert(2), alert(3))
    assert lines(directory) == [alert(2), alert(3)]


def test_lines_that_are_no_alerts_are_always_written(directory):
    other = ["not JSON", "[1]", '{"seq":null,"instance":"x"}', "not JSON"]
    give_once(directory, *other)
    assert lines(directory) == other


def test_a_write_that_fails_is_reported_and_tried_again(directory):
    program = Filter(directory)
    program.give(alert(1))
    size = (directory / "web01.json").stat().st_size
    program.limit(size + 9)
    assert "OK" not in program.give(alert(2), alert(2))
    assert lines(directory) == [alert(1)]
    program.limit(1 << 20)
    assert program.give(alert(2)) == {"OK"}
    program.end()
    assert lines(directory) == [alert(1), alert(2)]


def run_in_directory(test):
    with tempfile.TemporaryDirectory() as directory:
        test(pathlib.Path(directory))


sys.exit(cases.run_tests(globals(), run_in_directory))
