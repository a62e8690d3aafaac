# SPDX-License-Identifier: GPL-2.0
"""once.py, as rsyslog runs it: each alert is once in its host's file, however often it
comes, and whatever became of the program and of the file meanwhile."""

import gzip
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

PROGRAM = pathlib.Path(__file__).parents[2] / "userspace/siem/rsyslog/once.py"


def alert(seq, instance="5b1f9c0e77aa01d3", **more):
    return json.dumps({"seq": seq, "instance": instance, **more})


class Filter:
    """Runs the program, with its answers to what it is given."""

    def __init__(self, folder):
        self.process = subprocess.Popen([sys.executable, "-IS", PROGRAM, folder],
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


def give_once(folder, *lines, host="web01"):
    program = Filter(folder)
    assert program.give(*lines, host=host) == {"OK"}
    program.end()


def lines(folder, name="web01.json"):
    return (folder / name).read_text().splitlines()


def test_each_is_written_once(folder):
    program = Filter(folder)
    assert program.give(alert(1), alert(2), alert(1), alert(1, "0000000000000001")) == {"OK"}
    loss = alert(2, type="loss", last=5)
    assert program.give(loss, loss, alert(2)) == {"OK"}
    program.end()
    assert lines(folder) == [alert(1), alert(2), alert(1, "0000000000000001"), loss]


def test_each_host_has_its_file(folder):
    give_once(folder, alert(1))
    give_once(folder, alert(1), host="WEB02.example")
    give_once(folder, alert(1), host="../../x")
    assert lines(folder, "web02.example.json") == [alert(1)]
    assert lines(folder, "_.._x.json") == [alert(1)]
    assert len(os.listdir(folder)) == 3


def test_it_knows_what_the_one_before_has_written(folder):
    give_once(folder, alert(1), alert(2))
    give_once(folder, alert(2), alert(3))
    assert lines(folder) == [alert(1), alert(2), alert(3)]


def test_a_torn_line_is_cut_off_and_comes_again(folder):
    (folder / "web01.json").write_text(alert(1) + "\n" + alert(2)[:9])
    give_once(folder, alert(1), alert(2))
    assert lines(folder) == [alert(1), alert(2)]


def test_it_knows_what_was_rotated(folder):
    program = Filter(folder)
    program.give(alert(1))
    (folder / "web01.json").rename(folder / "web01.json.1")
    program.give(alert(1), alert(2))
    program.end()
    with gzip.open(folder / "web01.json.2.gz", "wt") as file:
        file.write(alert(0) + "\n")
    give_once(folder, alert(0), alert(1), alert(2), alert(3))
    assert lines(folder) == [alert(2), alert(3)]


def test_what_is_no_alert_is_written_as_it_is(folder):
    other = ["not JSON", "[1]", '{"seq":null,"instance":"x"}', "not JSON"]
    give_once(folder, *other)
    assert lines(folder) == other


def test_where_nothing_can_be_written_it_says_why(folder):
    program = Filter(folder)
    program.give(alert(1))
    size = (folder / "web01.json").stat().st_size
    program.limit(size + 9)
    assert "OK" not in program.give(alert(2), alert(2))
    assert lines(folder) == [alert(1)]
    program.limit(1 << 20)
    assert program.give(alert(2)) == {"OK"}
    program.end()
    assert lines(folder) == [alert(1), alert(2)]


def main():
    failed = 0
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(pathlib.Path(folder))
                print(f"ok - {name[5:]}")
            except AssertionError as error:
                failed += 1
                print(f"not ok - {name[5:]} {error}")
    return 1 if failed else 0


sys.exit(main())
