# SPDX-License-Identifier: GPL-2.0
"""log, summary and report as processes, with bad input: one clear line each, the rest is
shown, exit code 1."""

import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

import cases

TOP = pathlib.Path(__file__).parents[2]
PROGRAM = pathlib.Path(__file__).parent / "userspace/build/shelltrap"
# A user that may read only what everybody may.
NOBODY = 65534
LONG_S = 30

sys.path.insert(0, str(TOP / "tests/browser"))
import samples  # noqa: E402


def line(record):
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def alerts(first, last, **more):
    """Alerts of these numbers, a second after each other."""
    return b"".join(line(samples.alert(seq, seq, 1000 + seq, "/bin/sh", ["sh", "-c", f"echo {seq}"],
                                       ["webserver_shell_exec"], samples.POOL, **more))
                    for seq in range(first, last + 1))


def run(*arguments, **more):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, check=False, **more)


def seqs(output):
    return [json.loads(one)["seq"] for one in output.splitlines()]


def assert_partly(result, shown, *words):
    """The rest is shown, one line on stderr has the words, and the exit code is 1."""
    assert result.returncode == 1, result
    assert seqs(result.stdout) == list(shown), result
    errors = result.stderr.decode().splitlines()
    assert len(errors) == 1, errors
    assert all(word in errors[0] for word in words), errors


def log(*arguments, **more):
    return run("log", "--format", "json", *arguments, **more)


def test_a_truncated_gz_gives_what_it_has(directory):
    path = directory / "a.gz"
    path.write_bytes(gzip.compress(alerts(1, 400))[:-2000])
    result = log(path)
    count = len(seqs(result.stdout))
    assert 100 < count < 400, count
    assert_partly(result, range(1, count + 1), "a.gz", "cut off")


def test_a_line_of_ten_megabytes_is_left_out(directory):
    path = directory / "a"
    path.write_bytes(alerts(1, 2) + b"{" + b"x" * 10_000_000 + b"}\n" + alerts(3, 4))
    assert_partly(log(path), range(1, 5), str(path), "longer than 1024 KiB")


def test_without_permission_the_other_files_are_shown(directory):
    directory.chmod(0o755)
    (directory / "a").write_bytes(alerts(1, 2))
    (directory / "b").write_bytes(alerts(3, 4))
    (directory / "b").chmod(0o600)
    result = log(directory / "a", directory / "b", user=NOBODY, group=NOBODY, extra_groups=[])
    assert_partly(result, [1, 2], str(directory / "b"), "Permission denied")


def test_two_machines_mixed_are_told_apart(directory):
    path = directory / "a"
    path.write_bytes(alerts(1, 2) + alerts(1, 2, host="web02", instance="00000000000000aa"))
    assert len(seqs(log(path).stdout)) == 4
    result = log("--host", "web02", path)
    assert [json.loads(one)["host"] for one in result.stdout.splitlines()] == ["web02"] * 2
    compact = run("log", "--format", "compact", path).stdout.decode().splitlines()
    assert sorted(one.split()[2] for one in compact) == ["web01"] * 2 + ["web02"] * 2, compact
    text = run("log", path).stdout.decode()
    assert "web01 CRITICAL" in text and "web02 CRITICAL" in text
    counted = json.loads(run("summary", "--by", "host", "--json", path).stdout)
    assert [(one["name"], one["count"]) for one in counted["groups"]] == [("web01", 2), ("web02", 2)]


def test_when_the_clock_was_set_back_nothing_is_lost(directory):
    path = directory / "a"
    records = [json.loads(one) for one in alerts(1, 6).splitlines()]
    for record, second in zip(records, (10, 20, 30, 11, 21, 31)):
        record["time"] = samples.time_at(second)
    path.write_bytes(b"".join(map(line, records)))
    result = log(path)
    assert result.returncode == 0 and seqs(result.stdout) == [1, 2, 3, 4, 5, 6], result
    result = log("--since", "2026-11-21 14:02:30Z", "--until", "2026-11-21 14:02:35Z", path)
    assert seqs(result.stdout) == [2, 5], result


def feed_slowly(read_end_of, change):
    """Runs log on a named pipe, so that it is still reading while change() runs."""
    pipe = read_end_of / "pipe"
    os.mkfifo(pipe)
    return pipe, threading.Thread(target=change, args=(pipe,))


def test_a_file_that_grows_while_it_is_read_ends_with_a_whole_record(directory):
    grows = directory / "a"
    grows.write_bytes(alerts(1, 3) + alerts(4, 4)[:300])

    def change(pipe):
        # Opening the pipe waits for the reader: the file is open by then.
        with open(pipe, "wb") as file:
            time.sleep(0.05)
            with open(grows, "ab") as more:
                more.write(alerts(4, 4)[300:])
            file.write(alerts(100, 100))

    pipe, thread = feed_slowly(directory, change)
    thread.start()
    result = log(grows, pipe, timeout=LONG_S)
    thread.join()
    assert result.returncode == 0 and sorted(seqs(result.stdout)) == [1, 2, 3, 4, 100], result


def test_a_file_that_is_rotated_while_it_is_read_is_read_to_its_end(directory):
    path = directory / "a"
    path.write_bytes(alerts(1, 3))

    def change(pipe):
        with open(pipe, "wb") as file:
            path.rename(directory / "a.1")
            path.write_bytes(alerts(50, 52))
            file.write(alerts(100, 100))

    pipe, thread = feed_slowly(directory, change)
    thread.start()
    result = log(path, pipe, timeout=LONG_S)
    thread.join()
    assert result.returncode == 0 and sorted(seqs(result.stdout)) == [1, 2, 3, 100], result


def test_a_file_that_is_cut_while_it_is_read_is_one_line(directory):
    path = directory / "a"
    path.write_bytes(alerts(1, 2000))

    def change(pipe):
        with open(pipe, "wb") as file:
            os.truncate(path, 100)
            file.write(alerts(9000, 9000))

    pipe, thread = feed_slowly(directory, change)
    thread.start()
    result = log(pipe, path, timeout=LONG_S)
    thread.join()
    shown = seqs(result.stdout)
    assert 9000 in shown and len(shown) < 2001, len(shown)
    assert_partly(result, shown, str(path))


def test_progress_is_shown_on_a_terminal_after_a_second_and_nowhere_else(directory):
    pipe = directory / "pipe"
    os.mkfifo(pipe)

    def give(pipe):
        with open(pipe, "wb") as file:
            for turn in range(8):
                file.write(alerts(turn * 1100 + 1, turn * 1100 + 1100))
                file.flush()
                time.sleep(0.25)

    for on_terminal in (True, False):
        thread = threading.Thread(target=give, args=(pipe,))
        thread.start()
        command = f"{PROGRAM} log --command none --format json {pipe}"
        if on_terminal:
            said = subprocess.run(["script", "-qec", command, "/dev/null"], capture_output=True,
                                  check=False, timeout=LONG_S).stdout.decode()
            assert re.search(r"pipe: \d+ MB", said), said
            assert said.endswith("\r\x1b[K"), repr(said[-40:])
        else:
            result = subprocess.run(command.split(), capture_output=True, check=False,
                                    timeout=LONG_S)
            assert not result.stderr, result.stderr
        thread.join()


def write_page(directory, *arguments, **more):
    """Returns (exit status, stderr, the page or None)."""
    page = directory / "page.html"
    page.unlink(missing_ok=True)
    result = run("report", "--output", page, *arguments, **more)
    return result.returncode, result.stderr.decode(), page.read_text() if page.exists() else None


def attack_at(directory, name="a"):
    path = directory / name
    path.write_bytes(b"".join(map(line, samples.attack())))
    return path


def test_report_takes_ten_minutes_around_a_number_and_no_more(directory):
    path = directory / "a"
    path.write_bytes(alerts(1, 2000))
    status, said, page = write_page(directory, "1000", path)
    assert (status, said) == (0, "")
    assert "1201 alerts" in page and "echo 400<" not in page, page[:3000]


def test_report_reads_a_pipe_twice(directory):
    data = attack_at(directory).read_bytes()
    by_file = write_page(directory, "45", directory / "a")
    by_pipe = write_page(directory, "45", "-", input=data)
    assert by_file[:2] == (0, "") == by_pipe[:2]
    strip = re.compile(r"made [^,]*,")
    assert strip.sub("", by_file[2]) == strip.sub("", by_pipe[2])


def test_report_takes_times_and_filters(directory):
    path = attack_at(directory)
    _, said, page = write_page(directory, "--since", "2026-11-21 14:02:30Z", "--until",
                               "2026-11-21 14:02:40Z", path)
    assert said == "" and "4 alerts" in page
    _, said, page = write_page(directory, "--since", "2026-11-21", "--command", "*curl*", path)
    assert said == "" and "2 alerts" in page
    status, said, page = write_page(directory, "--since", "2026-11-22", path)
    assert (status, page) == (1, None) and "no alerts were found" in said


def test_report_says_which_number_to_use(directory):
    path = attack_at(directory)
    with open(path, "ab") as file:
        file.write(line({"type": "outcome", "seq": 99, "instance": "5b1f9c0e77aa01d3",
                         "time": samples.time_at(70), "host": "web01", "of": 45,
                         "verdict": "killed"}))
    status, said, page = write_page(directory, "99", path)
    assert (status, page) == (1, None) and "shelltrap report 45" in said
    status, said, page = write_page(directory, "77", path)
    assert (status, page) == (1, None) and "no alert has the number 77" in said
    status, said, page = write_page(directory)
    assert (status, page) == (2, None) and "--since -1h" in said


def test_report_of_a_number_that_two_loads_have_takes_the_latest(directory):
    path = attack_at(directory)
    with open(path, "ab") as file:
        for record in samples.attack():
            file.write(line(record | {"instance": "00000000000000aa", "host": "web02",
                                      "time": record["time"].replace("-21T", "-22T")}))
    status, said, page = write_page(directory, "45", path)
    assert status == 0 and "1 more alert has this number" in said and "on web02" in page
    status, said, page = write_page(directory, "45", "--host", "web01", path)
    assert (status, said) == (0, "") and "on web01" in page


def test_report_writes_the_page_although_a_line_is_torn(directory):
    path = attack_at(directory)
    with open(path, "ab") as file:
        file.write(b'{"seq":7,"inst\n')
    for arguments in (["45"], []):
        status, said, page = write_page(directory, *arguments, path)
        assert status == 1 and said.count("\n") == 1 and "not a whole record" in said, said
        assert "curl" in page


def test_summary_counts_repeats_and_outcomes_with_their_alert(directory):
    path = directory / "a"
    about = {"instance": "5b1f9c0e77aa01d3", "time": samples.time_at(9), "host": "web01", "of": 1}
    path.write_bytes(
        alerts(1, 1, verdict="pending") +
        line({"type": "repeats", "seq": 2, **about, "count": 40, "verdict": "observed"}) +
        line({"type": "outcome", "seq": 3, **about, "verdict": "killed"}) +
        line({"type": "event", "seq": 4, **about, "event": "heartbeat"}))
    for by in "rule", "server", "user", "unit", "host", "day":
        counted = json.loads(run("summary", "--by", by, "--json", path).stdout)
        assert len(counted["groups"]) == 1, counted
        assert counted["groups"][0]["count"] == 41
        assert counted["groups"][0]["verdicts"] == {"killed": 1, "observed": 40}, counted
        assert counted["events"] == 1


ACCESS = '%a %P [%{begin:usec}t] "%r" %D "%{User-Agent}i"'


def access_line(begin_s, uri, pid=812, agent="curl"):
    """A line of a request that took two seconds."""
    time_us = int((samples.START.timestamp() + begin_s) * 1e6)
    return f'203.0.113.5 {pid} [{time_us}] "GET {uri} HTTP/1.1" 2000000 "{agent}"\n'.encode()


def test_access_logs_are_read_rotated_and_compressed(directory):
    (directory / "a").write_bytes(alerts(1, 3))
    (directory / "access").write_bytes(access_line(2.9, "/third"))
    (directory / "access.2.gz").write_bytes(gzip.compress(access_line(0.5, "/first", pid=7) +
                                                          access_line(-1.5, "/first")))
    result = log("--access-log", f"{directory}/access:{ACCESS}", directory / "a")
    assert result.returncode == 0 and not result.stderr, result
    found = [json.loads(one)["request"] for one in result.stdout.splitlines()]
    assert [one and one["uri"] for one in found] == [None, None, "/third"], found
    assert found[2]["certainty"] == "candidates" and found[2]["client"] is None
    assert found[2]["clients"] == ["203.0.113.5"] and found[2]["sources"] == ["access-log"]
    (directory / "access.2.gz").write_bytes(gzip.compress(access_line(0.5, "/first")))
    result = log("--access-log", f"{directory}/access:{ACCESS}", "--client", "203.0.113.5",
                 directory / "a")
    assert seqs(result.stdout) == [1, 2, 3], result


def test_hostile_lines_of_an_access_log_do_not_reach_the_terminal(directory):
    (directory / "a").write_bytes(alerts(1, 1))
    hostile = b"".join(access_line(0.5, "/x\x1b[31m" + "y" * 65536 + str(number), agent="\x9b\x07")
                       for number in range(1)) + b"\xff\xfe\x00" * 100_000 + b"\n"
    (directory / "access").write_bytes(hostile)
    for output in ("text", "compact", "json", "ecs", "ocsf", "cef", "syslog"):
        result = run("log", "--format", output, "--access-log", f"{directory}/access:{ACCESS}",
                     directory / "a")
        assert result.returncode == 0, result
        assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", result.stdout), output
        assert len(result.stdout) < 20_000, output
        assert b"GET" in result.stdout or output == "compact", result


def test_an_access_log_of_another_format_or_none_is_one_line(directory):
    (directory / "a").write_bytes(alerts(1, 1))
    (directory / "access").write_bytes(b"what is this?\n" * 3)
    assert_partly(log("--access-log", directory / "access", directory / "a"), [1], "no line has")
    assert_partly(log("--access-log", directory / "none", directory / "a"), [1], "No such file")
    result = log("--access-log", "access:%h%u", directory / "a")
    assert result.returncode == 2 and len(result.stderr.splitlines()) == 1, result


def test_every_format_has_every_kind_of_record(directory):
    path = directory / "a"
    about = {"instance": "5b1f9c0e77aa01d3", "time": samples.time_at(9), "host": "web01",
             "boot_id": None}
    path.write_bytes(
        alerts(1, 1) + line({"type": "loss", "seq": 2, **about, "last": 2, "lost": 1, "why": "x"}) +
        line({"type": "event", "seq": 3, **about, "event": "disarmed"}) +
        line({"type": "outcome", "seq": 4, **about, "of": 1, "verdict": "killed", "by": None}) +
        line({"type": "repeats", "seq": 5, **about, "last": 5, "of": 1, "count": 40}))
    for name in "text", "compact", "json", "ecs", "ocsf", "cef", "syslog":
        result = run("log", "--format", name, path)
        records = result.stdout.decode().strip().split("\n\n" if name == "text" else "\n")
        assert (result.returncode, result.stderr, len(records)) == (0, b"", 5), (name, result)


def main():
    return cases.run_tests(globals(), cases.in_a_directory)


if __name__ == "__main__":
    sys.exit(main())
