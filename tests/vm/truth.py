#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""truth.py SITUATION: compares each field of an alert with /proc, stat and what this script
knows. Exits 0 if all fields are correct; otherwise prints the others and exits 1.

This process takes the name of a web server and starts a shell in a known situation. The
shell waits for input, so that it can be examined in /proc.
"""

import datetime
import grp
import json
import os
import pathlib
import pwd
import re
import socket
import subprocess
import sys
import tempfile
import time

SERVER = "php-fpm8.2"
TICKS = os.sysconf("SC_CLK_TCK")
SHELL_RULES = ["webserver_shell_exec", "illegitimate_shell"]
SHELL_THREATS = ["TA0001/T1190", "TA0002/T1059.004", "TA0003/T1505.003", "TA0011/T1104"]
WAIT = b"read line; exit 0"


def shelltrap(*args):
    return subprocess.run(["shelltrap", *args], check=True, capture_output=True).stdout.decode()


def start_ticks_of(pid):
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    return int(stat.rsplit(")", 1)[1].split()[19])


def moment_of(ticks):
    """The wall clock at so many ticks after the boot."""
    boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return datetime.datetime.fromtimestamp(boot + ticks / TICKS, datetime.timezone.utc)


def rename_to(name):
    pathlib.Path("/proc/self/comm").write_text(name, encoding="ascii")


def listen():
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("")
    listening.listen()
    return listening


class Shell:
    """A shell that was started in a situation and waits."""

    def __init__(self, program, argv, prepare, stdin, stdout):
        self.caller = pathlib.Path("/proc/self/comm").read_text(encoding="ascii").strip()
        self.began = datetime.datetime.now(datetime.timezone.utc)
        ready, started = os.pipe2(os.O_CLOEXEC)
        self.pid = os.fork()
        if not self.pid:
            try:
                os.dup2(stdin, 0)
                os.dup2(stdout, 1)
                prepare()
                os.execv(program, argv)
            finally:
                os.write(started, b"x")
                os._exit(127)
        os.close(started)
        if os.read(ready, 1):
            raise RuntimeError("the exec failed")
        self.proc = pathlib.Path(f"/proc/{self.pid}")
        self.ended = datetime.datetime.now(datetime.timezone.utc)

    def status(self, field):
        found = re.search(rf"^{field}:\s+(.*)$", (self.proc / "status").read_text(), re.M)
        return found.group(1).split()

    def number(self, name):
        value = int((self.proc / name).read_text())
        return None if value == 0xffffffff else value

    def namespace(self, name):
        return int(re.search(r"\d+", os.readlink(self.proc / "ns" / name)).group())

    def cgroup(self):
        return (self.proc / "cgroup").read_text().strip().split("::", 1)[1]


def ancestors_of(pid):
    """Returns [{pid, comm}] from the parent to process 1, all with one thread."""
    found = []
    while True:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        pid = int(stat.rsplit(")", 1)[1].split()[1])
        if not pid:
            return found
        comm = pathlib.Path(f"/proc/{pid}/comm").read_text().rstrip("\n")
        found.append({"pid": pid, "comm": comm})


def user_of(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, TypeError):
        return None


def group_of(gid):
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return None


def unit_of(pid):
    """Returns the systemd unit: ps asks systemd's library."""
    ps = subprocess.run(["ps", "-o", "unit=", "-p", str(pid)], check=True, capture_output=True)
    unit = ps.stdout.decode().strip()
    return None if unit == "-" else unit


def escaped(data):
    """Returns bytes as the JSON has them: bytes that are not UTF-8 as \\xHH."""
    data = re.sub(rb"\\(?=x[0-9a-fA-F]{2})", rb"\\x5c", data)
    return data.decode(errors="backslashreplace")


def expected(shell, situation):
    """Returns the alert of this shell, without sequence number, instance and time."""
    real, effective = [[int(x) for x in shell.status(ids)[:2]] for ids in ("Uid", "Gid")]
    program = os.stat(situation["program"])
    argv = (shell.proc / "cmdline").read_bytes().split(b"\0")[:-1]
    cgroup = shell.cgroup()
    rules = SHELL_RULES[:1] + situation.get("rules", []) + SHELL_RULES[1:]
    threats = sorted(SHELL_THREATS + situation.get("threats", []))
    return {
        "host": socket.gethostname(),
        "boot_id": pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "rule": SHELL_RULES[0], "severity": "critical", "rules": rules,
        "verdict": "observed", "comm": shell.caller, "pathname": situation["program"],
        "interpreter": situation.get("interpreter", situation["program"]),
        "stdin_type": situation["stdin"]["type"],
        "process": {
            "pid": shell.pid, "tid": shell.pid,
            "comm": (shell.proc / "comm").read_text().rstrip("\n"),
            "exe": os.readlink(shell.proc / "exe"),
            "argv": [escaped(arg) for arg in argv], "argc": len(argv), "argv_truncated": False,
            "cwd": escaped(os.readlink(os.fsencode(shell.proc / "cwd"))),
            "uid": real[0], "gid": effective[0], "euid": real[1], "egid": effective[1],
            "user": user_of(real[0]), "group": group_of(effective[0]),
            "euser": user_of(real[1]), "egroup": group_of(effective[1]),
            "loginuid": shell.number("loginuid"),
            "loginuser": user_of(shell.number("loginuid")), "sessionid": shell.number("sessionid"),
            "pid_ns": shell.namespace("pid"), "mnt_ns": shell.namespace("mnt"),
            "ns_pid": int(shell.status("NSpid")[-1]), "start_ticks": start_ticks_of(shell.pid)},
        "file": {
            "path": os.path.realpath(situation["program"]),
            "dev": f"{os.major(program.st_dev)}:{os.minor(program.st_dev)}",
            "ino": program.st_ino, "mode": f"{program.st_mode & 0o7777:04o}",
            "uid": program.st_uid, "gid": program.st_gid,
            "user": user_of(program.st_uid), "group": group_of(program.st_gid),
            "sha256": None},
        "server": {"pid": os.getpid(), "comm": SERVER,
                   "exe": os.readlink("/proc/self/exe"), "matched": "comm", "port": None,
                   "command": None},
        "request": {"certainty": "none", "client": None, "clients": [], "more": 0,
                    "local": None, "via": [], "thread": None, "method": None, "host": None,
                    "uri": None, "script": None, "script_file": None,
                    "remote_addr": None, "forwarded_for": None,
                    "user_agent": None, "sources": []},
        "ancestors": ancestors_of(shell.pid),
        "stdin": situation["stdin"], "stdout": situation["stdout"],
        "cgroup": {"id": os.stat("/sys/fs/cgroup" + cgroup).st_ino, "path": cgroup},
        "unit": unit_of(shell.pid), "container": None,
        "threat": [dict(zip(("tactic", "technique"), threat.split("/"))) for threat in threats]}


def differences(alert, true, path=""):
    if isinstance(true, dict) and isinstance(alert, dict):
        for key in sorted(alert.keys() | true.keys()):
            where = f"{path}.{key}".lstrip(".")
            if key not in alert or key not in true:
                yield f"{where}: " + ("unknown" if key in alert else "missing") + " in the alert"
            else:
                yield from differences(alert[key], true[key], where)
    elif alert != true or type(alert) is not type(true):
        yield f"{path}: the alert has {json.dumps(alert)}, correct is {json.dumps(true)}"


def check_number_and_time(alert, seq, shell):
    """Checks sequence number, instance and times, and removes them from the alert."""
    status = json.loads(shelltrap("status", "--json"))
    if alert.pop("seq") != seq:
        yield "seq"
    if alert.pop("instance") != status["instance"]:
        yield "instance"
    said = alert.pop("time")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", said):
        yield f"time: {said} is not RFC 3339 with nanoseconds"
    moment = datetime.datetime.fromisoformat(said[:26] + "+00:00")
    # The clock that the module can read in any context may be late by one tick.
    slack = datetime.timedelta(milliseconds=20)
    if not shell.began - slack <= moment <= shell.ended + slack:
        yield f"time: {said} is not between {shell.began} and {shell.ended}"
    started = (alert["server"] or {}).pop("started")
    moment = datetime.datetime.fromisoformat(started[:26] + "+00:00")
    # It is a server by its name, so since its start.
    began = moment_of(start_ticks_of(os.getpid()))
    if not began - slack <= moment <= began + slack + datetime.timedelta(seconds=1 / TICKS):
        yield f"server.started: {started} is not about {began}"


def check_environment(process, shell):
    """Checks that the variables which are shown are true, and removes them from the alert."""
    true = (shell.proc / "environ").read_bytes().split(b"\0")[:-1]
    names = [variable.split(b"=")[0] for variable in true]
    for variable in process.pop("environment", []):
        if variable.encode() not in true + names:
            yield f"process.environment: the shell has no {variable}"


def judge(situation, prepare, stdin, stdout):
    argv = situation.get("argv", [b"sh", b"-c", WAIT])
    seq = json.loads(shelltrap("status", "--json"))["seq_next"]
    rename_to(SERVER)
    shell = Shell(situation["program"], argv, prepare, stdin, stdout)
    rename_to("truth")
    line = shelltrap("replay", "--from", str(seq), "--format", "json").splitlines()[0]
    alert = json.loads(line)
    yield from check_number_and_time(alert, seq, shell)
    yield from check_environment(alert["process"], shell)
    rename_to(SERVER)
    yield from differences(alert, expected(shell, situation))
    os.kill(shell.pid, 9)
    os.waitpid(shell.pid, 0)


def pipes():
    (stdin, _keep), (_drain, stdout) = os.pipe(), os.pipe()
    os.set_inheritable(_keep, False)
    return stdin, stdout


PIPE = {"type": "pipe"}


def situation_plain():
    yield from judge({"program": "/bin/sh", "stdin": PIPE, "stdout": PIPE}, lambda: None, *pipes())


def situation_as_another_user_in_a_strange_directory():
    """Invalid UTF-8, quotes, escapes and newlines in the working directory and in argv."""
    strange = tempfile.mkdtemp().encode() + b"/\xff\x1b[31m \"\\x41\\\n\xe2\x80\xae"
    os.mkdir(strange)
    os.chmod(os.path.dirname(strange), 0o755)
    user, group = pwd.getpwnam("www-data").pw_uid, grp.getgrnam("games").gr_gid
    login = pwd.getpwnam("backup").pw_uid
    # Without -p, dash drops the effective ids at its start.
    argv = [b"sh", b"-p", b"-c", WAIT, b"\xff\xfe\\xff", b"", b"a\nb\t\x7f", "\u202egnp.exe".encode(),
            b"\xc0\xaf\xed\xa0\x80"]

    def prepare():
        pathlib.Path("/proc/self/loginuid").write_text(str(login), encoding="ascii")
        os.chdir(strange)
        os.setgroups([])
        os.setresgid(group, 33, 33)
        os.setresuid(user, 65534, 65534)

    yield from judge({"program": "/bin/sh", "argv": argv, "stdin": PIPE, "stdout": PIPE},
                     prepare, *pipes())


def connected(family, address):
    """Returns a connected socket and its peer."""
    with socket.socket(family) as listener:
        listener.bind((address, 0))
        listener.listen()
        near = socket.create_connection(listener.getsockname()[:2])
        return near, listener.accept()[0]


def socket_situation(family, name, address, shown):
    near, far = connected(family, address)
    local, peer = [f"{shown}:{end.getsockname()[1]}" for end in (near, far)]
    described = {"type": "socket", "family": name, "sock_type": "stream", "state": "established",
                 "local": local, "peer": peer}
    yield from judge({"program": "/bin/sh", "stdin": described, "stdout": described,
                      "rules": ["webserver_reverse_shell"], "threats": ["TA0011/T1571"]},
                     lambda: None, near.fileno(), near.fileno())


def situation_a_connected_ipv4_socket():
    yield from socket_situation(socket.AF_INET, "inet", "127.0.0.1", "127.0.0.1")


def situation_a_connected_ipv6_socket():
    yield from socket_situation(socket.AF_INET6, "inet6", "::1", "[::1]")


def situation_a_listening_socket_and_a_file():
    with socket.socket(socket.AF_INET) as listener, tempfile.TemporaryFile() as file:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        described = {"type": "socket", "family": "inet", "sock_type": "stream", "state": "listen",
                     "local": f"127.0.0.1:{listener.getsockname()[1]}", "peer": None}
        yield from judge({"program": "/bin/sh", "argv": [b"sh", b"-c", b"while :; do :; done"],
                          "stdin": described, "stdout": {"type": "file"}},
                         lambda: None, listener.fileno(), file.fileno())


def situation_a_unix_socket_and_a_device():
    near, _far = socket.socketpair()
    described = {"type": "socket", "family": "unix", "sock_type": "stream", "state": "established",
                 "local": None, "peer": None}
    null = os.open("/dev/null", os.O_RDWR)
    yield from judge({"program": "/bin/sh", "stdin": described, "stdout": {"type": "chr"}},
                     lambda: None, near.fileno(), null)


def situation_a_script():
    """The file of the alert is the script, in /tmp; the executable is its interpreter."""
    with tempfile.NamedTemporaryFile("w", prefix="script", delete=False) as file:
        file.write("#!/bin/sh -e\nread line\n")
    os.chmod(file.name, 0o4751)
    yield from judge({"program": file.name, "interpreter": "/bin/sh", "argv": [b"x", b"arg"],
                      "stdin": PIPE, "stdout": PIPE, "rules": ["webserver_dropped_exec"],
                      "threats": ["TA0005/T1620"]}, lambda: None, *pipes())


def situation_many_long_arguments():
    """More arguments than an alert holds: it has the first ones and argv_truncated."""
    argv = [b"sh", b"-c", WAIT] + [b"%04d" % i + b"x" * 4092 for i in range(20)]
    seq = json.loads(shelltrap("status", "--json"))["seq_next"]
    rename_to(SERVER)
    shell = Shell("/bin/sh", argv, lambda: None, *pipes())
    process = json.loads(shelltrap("replay", "--from", str(seq), "--format", "json"))["process"]
    os.kill(shell.pid, 9)
    whole = "\0".join(arg.decode() for arg in argv)
    kept = "\0".join(process["argv"])
    yield from differences({"argc": process["argc"], "argv_truncated": process["argv_truncated"]},
                           {"argc": len(argv), "argv_truncated": True})
    if not whole.startswith(kept) or len(kept) < 8000:
        yield f"argv: {len(kept)} bytes, which are not the first ones"


def main():
    listening = listen()    # the server that starts the shells serves
    wrong = list(globals()["situation_" + sys.argv[1].replace("-", "_")]())
    listening.close()
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
