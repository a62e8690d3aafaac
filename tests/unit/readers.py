# SPDX-License-Identifier: GPL-2.0
"""CEF and RFC 5424 read by other programs: liblognorm and rsyslog."""

import contextlib
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import time

DEADLINE = 60

RSYSLOG = """
global(workDirectory="@" maxMessageSize="1m")
module(load="imuxsock" SysSock.Use="off")
module(load="mmpstrucdata")
input(type="imuxsock" Socket="@/socket" UseSpecialParser="off" RateLimit.Interval="0"
	UseSysTimeStamp="off" IgnoreTimestamp="off" ruleset="all")
template(name="json" type="list") {
	constant(value="{")
	property(name="protocol-version" outname="version" format="jsonf")
	constant(value=",")
	property(name="pri" format="jsonf")
	constant(value=",")
	property(name="timestamp" dateformat="rfc3339" format="jsonf")
	constant(value=",")
	property(name="hostname" format="jsonf")
	constant(value=",")
	property(name="app-name" format="jsonf")
	constant(value=",")
	property(name="procid" format="jsonf")
	constant(value=",")
	property(name="msgid" format="jsonf")
	constant(value=",")
	property(name="msg" format="jsonf")
	constant(value=",\\"data\\":")
	property(name="$!all-json")
	constant(value="}\\n")
}
ruleset(name="all") {
	action(type="mmpstrucdata" sd_name.lowercase="off")
	action(type="omfile" file="@/read" template="json")
}
"""


def wait_until(condition, daemon):
    """Waits until the condition holds. It fails if the daemon ends or the deadline passes."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if daemon.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("rsyslogd ended or took too long")
        time.sleep(0.02)


@contextlib.contextmanager
def rsyslogd(directory):
    (directory / "conf").write_text(RSYSLOG.replace("@", str(directory)), encoding="ascii")
    command = ["/usr/sbin/rsyslogd", "-n", "-iNONE", "-f", directory / "conf"]
    with subprocess.Popen(command) as daemon:
        try:
            wait_until((directory / "socket").exists, daemon)
            yield daemon
        finally:
            daemon.terminate()
            try:
                daemon.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                daemon.kill()


def count_lines(path):
    return path.read_bytes().count(b"\n") if path.exists() else 0


def read_syslog(lines):
    """Each line as rsyslog understands it: {"pri": ..., "data": {"rfc5424-sd": {ID: {...}}}}"""
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        with rsyslogd(directory) as daemon, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.settimeout(DEADLINE)
            to.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1024 * 1024)
            to.connect(str(directory / "socket"))
            for line in lines:
                to.send(line)
            wait_until(lambda: count_lines(directory / "read") == len(lines), daemon)
        return [json.loads(line) for line in (directory / "read").read_bytes().splitlines()]


def read_cef(lines):
    """Each line as liblognorm understands it: {"SignatureID": ..., "Extensions": {...}}"""
    with tempfile.NamedTemporaryFile("w", suffix=".rulebase") as rules:
        rules.write("version=2\nrule=:%cef:cef%\n")
        rules.flush()
        run = subprocess.run(["lognormalizer", "-r", rules.name, "-e", "json"],
                             input=b"".join(line + b"\n" for line in lines),
                             stdout=subprocess.PIPE, check=True)
    return [json.loads(line).get("cef", {}) for line in run.stdout.splitlines()]


def original(text):
    """The bytes for which a string of any format stands, without its escapes."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda hit: bytes([int(hit[1], 16)]), text.encode())


WORD = re.compile(r"""(?:'(?P<literal>[^']*)' | "(?P<quoted>(?:[^"\\]|\\.)*)" |
                       \\(?P<next>.) | (?P<bare>[^'"\\\ ]))""", re.X | re.S)
ESCAPE = re.compile(rb"\\(?:x([0-9a-f]{2})|(.))", re.S)


def unescape(hit):
    if hit[1]:
        return bytes([int(hit[1], 16)])
    return {b"n": b"\n", b"t": b"\t"}.get(hit[2], hit[2])


def words(text):
    """Splits a text into words by the rules of shelltrap-policy(5)."""
    found, at = [], 0
    while at < len(text):
        word = b""
        while at < len(text) and text[at] != " ":
            part = WORD.match(text, at)
            if part["quoted"] is not None:
                word += ESCAPE.sub(unescape, part["quoted"].encode())
            else:
                word += (part["literal"] or part["next"] or part["bare"] or "").encode()
            at = part.end()
        found.append(word)
        at += 1
    return found
