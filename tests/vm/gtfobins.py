#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""gtfobins.py TABLE [NAME]...: starts each program of the table (see gtfobins), or these, below a
server, and prints for each a line "ok NAME - RULES" or "not ok NAME - why": whether a shell ran,
and whether the module saw it. With --dry it only says whether a shell ran. A program that Debian
lacks has a renamed shell in its place, so only its name can tell.
"""

import fcntl
import json
import os
import pathlib
import pty
import select
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

RAN = pathlib.Path("/run/w")
COMMAND = f"echo>{RAN}"
QUIET = 1.5
TALK = 6
LIMIT = 300
GRACE = 8
# The dynamic loader and a spawner start a shell without an exec below the server.
SHELL_RULES = {"webserver_shell_exec", "webserver_spawn_exec", "webserver_loader_exec"}


def rows_of(table, names):
    for line in table.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        name, package, _, command, *more = line.replace("CMD", COMMAND).split("|")
        if command != "-" and (not names or name in names):
            yield name, package, command, more


def unescape(text):
    for written, meant in (("\\\\", "\0"), ("\\n", "\n"), ("\\x0b", "\x0b"),
                           ("\\x14", "\x14"), ("\0", "\\")):
        text = text.replace(written, meant)
    return text


def prepare(directory, more):
    """Returns environment, input and whether there is a terminal."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
                   "TERM": "vt100", "LINES": "24", "COLUMNS": "80", "SHELL": "/bin/sh"}
    text, terminal = "", False
    for extra in (unescape(one.replace("DIR", str(directory))) for one in more):
        if extra[0] in "<~":
            text, terminal = extra[1:], extra[0] == "~"
        elif extra[0] == ">":
            name, value = extra[1:].split("=", 1)
            environment[name] = value
        elif extra != "=":
            name, content = extra.split("=", 1)
            path = directory / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("x\n" * 9999 if content == "REPEAT" else content, encoding="utf-8")
            path.chmod(0o755)
    return environment, text, terminal


def converse(file, text, end):
    """Types each line when the program has been quiet, or has talked for long, until a shell ran
    or the time is over."""
    lines = [text] if "\x0b" in text else text.splitlines(keepends=True)
    patient = time.monotonic() + TALK
    while time.monotonic() < end and not RAN.exists():
        quiet = not select.select([file], [], [], QUIET)[0]
        if not quiet:
            try:
                if not os.read(file, 65536):
                    return
            except OSError:
                return
        if lines and (quiet or time.monotonic() > patient):
            os.write(file, lines.pop(0).replace("\n", "\r").encode())
            patient = time.monotonic() + TALK


def start(argv, environment, directory, text, terminal):
    """Runs the program until a shell ran, it ended or the time is over."""
    end = time.monotonic() + LIMIT
    if terminal:
        child, file = pty.fork()
        if child:
            fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    else:
        ends = os.pipe()
        child = os.fork()
    if not child:
        os.chdir(directory)
        if not terminal:
            os.setsid()
            os.dup2(ends[0], 0)
            os.closerange(3, 64)
            output = os.open(directory / ".output", os.O_WRONLY | os.O_CREAT)
            os.dup2(output, 1)
            os.dup2(output, 2)
        try:
            os.execvpe(argv[0], argv, environment)
        except OSError as error:
            os.write(2, str(error).encode())
        os._exit(127)
    if terminal:
        converse(file, text, end)
    else:
        os.close(ends[0])
        try:
            os.write(ends[1], text.encode())
        except BrokenPipeError:
            pass
        os.close(ends[1])
    while not RAN.exists() and time.monotonic() < end and os.waitpid(child, os.WNOHANG)[0] == 0:
        time.sleep(0.05)
    # Another process may start the shell.
    end = time.monotonic() + GRACE
    while not RAN.exists() and time.monotonic() < end:
        time.sleep(0.05)
    if terminal:
        os.close(file)
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    try:
        os.waitpid(child, 0)
    except ChildProcessError:
        pass


def alerts_since(seq):
    lines = subprocess.run(["shelltrap", "replay", "--from", str(seq), "--format", "json"],
                           check=True, capture_output=True, text=True).stdout.splitlines()
    return [alert for alert in map(json.loads, lines) if "rules" in alert]


def try_row(row, dry):
    name, package, command, more = row
    stands_for = pathlib.Path("/usr/bin", name) if package == "-" else None
    if not dry:
        seq = json.loads(subprocess.run(["shelltrap", "status", "--json"], check=True,
                                        capture_output=True).stdout)["seq_next"]
    directory = pathlib.Path(tempfile.mkdtemp())
    RAN.unlink(missing_ok=True)
    environment, text, terminal = prepare(directory, more)
    if stands_for:
        shutil.copy("/bin/dash", stands_for)
    start(shlex.split(command.replace("DIR", str(directory))), environment, directory, text, terminal)
    ran = RAN.exists()
    if dry or not ran:
        output = directory / ".output"
        said = output.read_text(errors="replace")[-200:] if output.exists() and not ran else ""
        print(f"{'ok' if ran else 'not ok'} {name} - {'a shell' if ran else 'no shell'} ran",
              repr(said) if said else "", flush=True)
    else:
        rules = sorted({rule for alert in alerts_since(seq) for rule in alert["rules"]})
        seen = not SHELL_RULES.isdisjoint(rules) or (stands_for and rules)
        print("ok" if seen else "not ok", name, "-", *rules or ["nothing fired"], flush=True)
    shutil.rmtree(directory, ignore_errors=True)
    if stands_for:
        stands_for.unlink()


def main():
    names = sys.argv[1:]
    dry = "--dry" in names
    names = [name for name in names if name != "--dry"]
    listening = socket.create_server(("127.0.0.1", 8081))
    for row in rows_of(pathlib.Path(names[0]), names[1:]):
        try_row(row, dry)
    listening.close()


if __name__ == "__main__":
    main()
