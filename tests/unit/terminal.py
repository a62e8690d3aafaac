# SPDX-License-Identifier: GPL-2.0
"""What the program prints on a terminal and elsewhere: pager, times, --quiet, --json=pretty."""

import json
import os
import pathlib
import pty
import subprocess
import sys
import tempfile

import cases

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE / "userspace/build/shelltrap"
LINES = HERE / "userspace/build/lines"
SHIPPED = HERE / "../../userspace/conf/policy.conf"

directory = tempfile.TemporaryDirectory()
scratch = pathlib.Path(directory.name)
records = scratch / "records.json"
records.write_bytes(subprocess.run([LINES, "json"], stdout=subprocess.PIPE, check=True).stdout
                    .splitlines(keepends=True)[0])
many = scratch / "many.json"
many.write_bytes(b"".join(records.read_bytes().replace(b'"seq":1,', b'"seq":%d,' % seq)
                          for seq in range(1, 5000)))


def run(*arguments, **environment):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, **environment}, stdin=subprocess.DEVNULL)


def script(name, text):
    path = scratch / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def on_terminal(*arguments, **environment):
    """(exit code, what a terminal shows)"""
    master, slave = pty.openpty()
    child = subprocess.Popen([PROGRAM, *arguments], stdin=slave, stdout=slave, stderr=slave,
                             env={**os.environ, **environment})
    os.close(slave)
    shown = b""
    try:
        while chunk := os.read(master, 65536):
            shown += chunk
    except OSError:
        pass
    os.close(master)
    return child.wait(), shown.decode()


PAGER = script("pager", f'echo "$LESSSECURE,$LESS" >{scratch}/secure; echo PAGED; cat; echo END\n')
PAGED = {
    "log": ["log", records],
    "summary": ["summary", records],
    "explain": ["policy", "explain", "--replace", "--file", SHIPPED, "--target", "/bin/sh"],
}


def test_on_a_terminal_long_output_goes_through_a_pager_that_is_secure():
    for name, arguments in PAGED.items():
        (scratch / "secure").unlink(missing_ok=True)
        code, shown = on_terminal(*arguments, PAGER=str(PAGER))
        assert code == 0 and shown.startswith("PAGED") and shown.endswith("END\r\n"), (name, shown)
        assert (scratch / "secure").read_text() == "1,FRX\n", name


def test_less_is_the_pager_where_none_is_chosen():
    script("less", "echo FAKE LESS $LESSSECURE; cat\n")
    environment = {name: value for name, value in os.environ.items() if name != "PAGER"}
    os.environ.clear()
    os.environ.update(environment)
    code, shown = on_terminal("log", records, PATH=f"{scratch}:/usr/bin:/bin")
    assert code == 0 and shown.startswith("FAKE LESS 1"), shown
    (scratch / "less").unlink()


def test_without_a_terminal_there_is_no_pager():
    for arguments in PAGED.values():
        assert "PAGED" not in run(*arguments, PAGER=str(PAGER)).stdout


def test_what_is_no_pager_is_left_out():
    for none in ("", "cat", "/nowhere/pager"):
        code, shown = on_terminal("log", records, PAGER=none)
        assert code == 0 and "CRITICAL" in shown, (none, shown)


def test_leaving_the_pager_early_is_no_failure():
    code, shown = on_terminal("log", many, PAGER="true")
    assert code == 0 and not shown, (code, shown)


def test_colors_stay_on_a_terminal_with_a_pager():
    assert "\033[" in on_terminal("log", records, PAGER=str(PAGER), NO_COLOR="")[1]
    assert "\033[" not in run("log", records).stdout


def test_times_have_their_offset():
    for zone, time in (("UTC0", "14:02:11Z"), ("CET-1", "15:02:11+01")):
        for arguments in (["log"], ["log", "-f", "compact"], ["summary"]):
            assert time in run(*arguments, records, TZ=zone).stdout, (arguments, time)
            said = run(*arguments, "--utc", records, TZ=zone).stdout
            assert "2026-11-21 14:02:11Z" in said, said


def test_with_utc_the_times_of_options_are_utc_wherever_it_stands():
    since = ["--since", "2026-11-21 14:02"]
    for arguments in (["--utc", *since], [*since, "--utc"]):
        assert "seq" in run("log", *arguments, records, TZ="CET+6").stdout, arguments
    assert not run("log", "--since", "2026-11-21 14:02:12Z", records).stdout
    assert run("log", "--since", "2026-11-21 15:02:10+01", records).stdout


def test_pretty_json_is_the_same_on_several_lines():
    for command in ("log", "summary"):
        plain = run(command, "--json", records).stdout
        pretty = run(command, "--json=pretty", records).stdout
        assert len(plain.splitlines()) == 1 and len(pretty.splitlines()) > 10, command
        assert json.loads(plain) == json.loads(pretty), command
    assert run("log", "--json", records).stdout == run("log", "-f", "json", records).stdout
    assert run("log", "--json=ugly", records).returncode == 2


def test_quiet_commands_answer_by_their_exit_code():
    for arguments in (["status"], ["policy", "check", "--replace", str(SHIPPED)]):
        loud = run(*arguments)
        quiet = run(*arguments, "-q")
        assert loud.stdout and not quiet.stdout, arguments
        assert loud.returncode == quiet.returncode, arguments
    wrong = scratch / "wrong.conf"
    wrong.write_text("[rule x]\nnonsense = 1\n")
    said = run("policy", "check", "-q", "--replace", wrong)
    assert said.returncode == 2 and "wrong.conf:2" in said.stderr and not said.stdout


def test_only_so_many_are_printed():
    said = run("log", "-n", "2", "--json", many).stdout.splitlines()
    assert [json.loads(line)["seq"] for line in said] == [4998, 4999]
    by = run("summary", "--by", "rule", "-n", "1", "--json", many)
    assert len(json.loads(by.stdout)["groups"]) == 1


def test_without_the_module_status_says_null_for_what_nobody_knows():
    said = run("status", "--json")
    status = json.loads(said.stdout)
    assert said.returncode == 3
    assert status["module"]["loaded"] is False
    for name in ("armed", "hooks", "instance", "listening", "enforce", "observing", "seq_oldest",
                 "seq_next", "backlog", "slots", "policy", "counters"):
        value = status[name]
        leaves = list(value.values()) if isinstance(value, dict) else [value]
        assert all(leaf is None for leaf in leaves), f"{name}: {value}"


def test_alone_the_program_shows_the_state_and_what_to_do_next():
    said = run()
    assert said.returncode == 3
    lines = said.stdout.splitlines()
    assert len(lines) <= 10, said.stdout
    assert lines[0].startswith("module     NOT LOADED"), said.stdout
    assert any(line.startswith("next ") for line in lines), said.stdout
    assert lines[-1].startswith("help       shelltrap --help"), said.stdout


sys.exit(cases.run_tests(globals()))
