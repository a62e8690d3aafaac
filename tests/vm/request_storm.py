#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""request_storm.py attack HOST:PORT RUN PLAIN FIRST COUNT ATTACKERS OTHERS
request_storm.py judge NAME FIRST COUNT [PROXIED] <ALERTS

Attacks a server COUNT times, while OTHERS clients ask for other pages. Each attack comes from a
port of its own, FIRST and those after it, and its command has this port as "attack-PORT". So
the client of each alert is known. RUN and PLAIN are paths; the command follows RUN.

"judge" compares the alerts: an exact client must be the true one; and if the client has waited
for its answer, the alert must name it, have it among the candidates, or say that not all
candidates are listed. It prints a line of counts, and the alerts that are wrong, and exits 1
if there is one, or an attack has no alert. PROXIED is the server's port where its clients are
the connections of a proxy: these are counted apart.
"""

import json
import random
import re
import socket
import sys
import threading
import time
import urllib.parse

ADDRESS = "127.0.0.1"
OTHER = "127.0.0.9"

# exact: and true; candidate: the true one is among them; cut: not all are listed; proxy: the
# connection of a proxy; none: nobody is named, and the client did not wait; missing: it did.
WORDS = ("exact", "candidate", "cut", "proxy", "none", "missing", "wrong")

# The program of each kind of attack. In the last two the client has gone, or has got its answer,
# when the second shell starts.
WAITS = [": {label}", ": {label}", "sh -c ': {label}'", "sleep 0.02; sh -c ': {label}'"]
LEAVES = "sleep 0.1; sh -c ': {label} late'"
OUTLIVES = "(sleep 0.1; sh -c ': {label} late') >/dev/null 2>&1 &"


def connect(server, source):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind(source)
    client.settimeout(60)
    client.connect(server)
    return client


def connect_again(server, source):
    """From the port of a connection that has just been closed, which may not be free yet."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return connect(server, source)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def ask(client, path, keep=False):
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: lab\r\n"
                   f"Connection: {'keep-alive' if keep else 'close'}\r\n\r\n".encode())


def read_answer(client):
    """Reads one answer, and leaves the connection as it is. Returns whether it can go on."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = client.recv(65536)
        if not part:
            return False
        head += part
    head, body = head.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?i)content-length: (\d+)", head)
    chunked = re.search(rb"(?i)transfer-encoding: chunked", head)
    while len(body) < int(length[1]) if length else not (chunked and body.endswith(b"0\r\n\r\n")):
        part = client.recv(65536)
        if not part:
            return False
        body += part
    return not re.search(rb"(?i)connection: close", head)


def attack(server, run, plain, port):
    """One attack of one of ten kinds."""
    kind = port % 10
    label = f"attack-{port}"
    form = LEAVES if kind == 8 else OUTLIVES if kind == 9 else WAITS[kind % 4]
    path = run + urllib.parse.quote(form.format(label=label))
    client = connect(server, (ADDRESS, port))
    if kind in (4, 5):
        ask(client, plain, keep=True)
        if not read_answer(client):
            client.close()
            client = connect_again(server, (ADDRESS, port))
    with client:
        ask(client, path, keep=kind == 6)
        if kind == 8:
            time.sleep(0.03)
        else:
            read_answer(client)
        if kind == 6:
            time.sleep(0.1)


def be_another(server, plain, stop, dice):
    """Until the end: a short visit, some requests by one connection, or an idle connection."""
    while not stop.is_set():
        try:
            with connect(server, (OTHER, 0)) as client:
                for _ in range(dice.choice((0, 1, 1, 3))):
                    ask(client, plain, keep=True)
                    if not read_answer(client):
                        break
                    stop.wait(dice.random() * 0.6)
                stop.wait(dice.random() * 0.8)
        except OSError:
            stop.wait(0.2)


def storm(host, run, plain, first, count, attackers, others):
    name, port = host.split(":")
    server, stop, failed = (name, int(port)), threading.Event(), []
    ports, lock = iter(range(int(first), int(first) + int(count))), threading.Lock()
    begin = time.time()

    def attack_on():
        while True:
            with lock:
                number = next(ports, None)
            if number is None:
                return
            if (number - int(first)) % 100 == 99:
                print(f"# {number - int(first) + 1} attacks, {time.time() - begin:.0f} s",
                      flush=True)
            try:
                attack(server, run, plain, number)
            except OSError as error:
                failed.append(f"{number}: {error}")

    crowd = [threading.Thread(target=be_another, args=(server, plain, stop, random.Random(seed)))
             for seed in range(int(others))]
    workers = [threading.Thread(target=attack_on) for _ in range(int(attackers))]
    for thread in crowd + workers:
        thread.start()
    for thread in workers:
        thread.join()
    stop.set()
    for thread in crowd:
        thread.join()
    print(f"# {count} attacks in {time.time() - begin:.0f} s, {len(failed)} failed: {failed[:3]}")
    return bool(failed)


def verdict(request, port, late, proxied):
    """What the alert says about the client, in one word."""
    true = f"{ADDRESS}:{port}"
    if request["certainty"] == "exact" and proxied and request["local"].endswith(":" + proxied):
        return "proxy"
    if request["certainty"] == "exact":
        return "exact" if request["client"] == true else "wrong"
    if true in request["clients"]:
        return "candidate"
    if proxied and request["clients"]:
        return "proxy"
    if request["more"] != 0:
        return "cut"
    return "none" if late else "missing"


def judge(name, first, count, proxied=None):
    seen, counts, faults = set(), {}, []
    for line in sys.stdin:
        alert = json.loads(line)
        argv = (alert.get("process") or {}).get("argv") or ()
        found = re.search(r"attack-(\d+)( late)?", " ".join(argv))
        if not found or not int(first) <= int(found[1]) < int(first) + int(count):
            continue
        port = int(found[1])
        seen.add(port)
        # The first shell of such an attack starts while the client waits; but the client may
        # leave before the alert is complete.
        late = found[2] or port % 10 == 8
        word = verdict(alert["request"], port, late, proxied)
        counts[word] = counts.get(word, 0) + 1
        if word in ("wrong", "missing"):
            faults.append(f"{word}: port {port}: {json.dumps(alert['request'])} {argv}")
    # A server may drop the request of a client that has gone.
    unseen = [port for port in range(int(first), int(first) + int(count))
              if port not in seen and port % 10 != 8]
    print(f"# {name}: {len(seen)} attacks, {sum(counts.values())} alerts: " +
          ", ".join(f"{counts.get(word, 0)} {word}" for word in WORDS))
    print("\n".join(faults[:20]))
    if unseen:
        print(f"{len(unseen)} attacks without an alert: {unseen[:20]}")
    return bool(faults or unseen)


if __name__ == "__main__":
    sys.exit({"attack": storm, "judge": judge}[sys.argv[1]](*sys.argv[2:]))
