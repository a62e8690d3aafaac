# SPDX-License-Identifier: GPL-2.0
"""shelltrap ask: what it says of a real php-fpm is true, and what a server says does no harm.

The orders come as from the logger. The worker is one of php-fpm, or a process that pretends
to be one, with a status page of its own.
"""

import contextlib
import glob
import hashlib
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import cases

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE / "userspace/build/shelltrap"
FPM = sorted(glob.glob("/usr/sbin/php-fpm*"))
ROOT = os.geteuid() == 0
# Under sanitizers a child takes long to start; the logger itself waits for 250 ms.
PATIENCE = 2

directory = tempfile.TemporaryDirectory()
scratch = pathlib.Path(directory.name)
scratch.chmod(0o755)
pages = scratch / "pages"
pages.mkdir()


def packed(kind, content=b""):
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def fastcgi(path, script, query, keep=b"\0"):
    """Asks php-fpm for a page, and reads all of the answer."""
    variables = {"SCRIPT_FILENAME": str(script), "SCRIPT_NAME": "/" + pathlib.Path(script).name,
                 "REQUEST_METHOD": "GET", "QUERY_STRING": query}
    content = b"".join(struct.pack(">BL", len(name), len(value) | 1 << 31) +
                       name.encode() + value.encode() for name, value in variables.items())
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(str(path))
        server.sendall(packed(1, b"\0\1" + keep + b"\0" * 5) + packed(4, content) + packed(4) +
                       packed(5))
        return b"".join(iter(lambda: server.recv(65536), b""))


@contextlib.contextmanager
def service(**keys):
    """Runs the service; gives a function that sends it an order and reads the facts."""
    config, path = scratch / "shelltrap.conf", scratch / "ask.socket"
    lines = {"ask": "yes", "hash": "sha256", "script_roots": pages} | keys
    config.write_text("[log]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items()),
                      encoding="utf-8")
    path.unlink(missing_ok=True)
    with open(scratch / "said", "wb") as said:
        child = subprocess.Popen([PROGRAM, "ask", "--socket", path, "--config", config],
                                 stderr=said)
    try:
        wait_for(lambda: connects(path))
        yield lambda *order: ask(path, *order)
    finally:
        child.terminate()
        assert child.wait(10) == 0, (scratch / "said").read_text(encoding="utf-8")


def connects(path):
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, condition
        time.sleep(0.01)


def ask(path, server, worker, when=None, program=0):
    """The facts as a dictionary of bytes."""
    begin = time.monotonic()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(b"%d %d %d %d\n" % (server, worker, when or time.time_ns(), program))
        client.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert time.monotonic() - begin < PATIENCE, "the answer is late"
    parts = answer.split(b"\0")
    return dict(zip(parts[:-1:2], parts[1::2]))


@contextlib.contextmanager
def php_fpm(workers=1):
    """A real php-fpm; gives the PIDs of its workers."""
    config, user = scratch / "fpm.conf", "user = www-data\ngroup = www-data\n" if ROOT else ""
    config.write_text(f"""[global]
error_log = {scratch}/fpm.log
daemonize = no
[www]
{user}listen = {scratch}/fpm.socket
listen.mode = 0666
pm = static
pm.max_children = {workers}
pm.status_path = /status
pm.status_listen = {scratch}/status.socket
""", encoding="utf-8")
    for name in ("fpm.socket", "status.socket"):
        (scratch / name).unlink(missing_ok=True)
    child = subprocess.Popen([FPM[-1], "-n", "-y", config], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: (scratch / "status.socket").exists() and
                 connects(scratch / "status.socket"))
        wait_for(lambda: len(workers_of(child.pid)) == workers)
        yield workers_of(child.pid)
    finally:
        child.terminate()
        child.wait(10)


def workers_of(master):
    """Of the pool www; php-fpm has a worker more for the status."""
    found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(master)], text=True,
                           capture_output=True, check=False).stdout.splitlines()
    return [int(line.split()[0]) for line in found if "pool www" in line and
            not pathlib.Path(f"/proc/{line.split()[0]}/status").read_text().count("(zombie)") and
            "status" not in line]


@contextlib.contextmanager
def serving(page, query="a=b"):
    """Has php-fpm serve a page meanwhile."""
    def request():
        fastcgi(scratch / "fpm.socket", page, query)

    thread = threading.Thread(target=request)
    thread.start()
    time.sleep(0.1)
    yield
    thread.join()


def make_page(name, text="<?php usleep(400000);", mode=0o644):
    path = pages / name
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def real(**keys):
    return service(fpm_status=f"{scratch}/status.socket:/status", **keys)


def test_the_request_that_a_worker_of_php_fpm_serves_is_named():
    page = make_page("shell.php")
    with php_fpm(2) as workers, real() as order, serving(page, "cmd=id"):
        answers = [order(worker, worker) for worker in workers]
    busy = [facts for facts in answers if b"uri" in facts]
    assert len(busy) == 1, answers
    facts, st = busy[0], page.stat()
    assert facts[b"command"] == b"'php-fpm: pool www'", facts
    assert facts[b"source"] == b"fpm-status", facts
    assert facts[b"method"] == b"GET" and facts[b"uri"] == b"/shell.php?cmd=id", facts
    assert facts[b"script"] == bytes(page), facts
    assert int(facts[b"script_uid"]) == st.st_uid and int(facts[b"script_mode"]) == 0o644, facts
    assert int(facts[b"script_modified"]) == st.st_mtime_ns, facts
    assert facts[b"script_sha256"].decode() == hashlib.sha256(page.read_bytes()).hexdigest()


def test_a_request_that_is_over_is_not_taken_for_that_of_the_alert():
    page = make_page("quick.php", "<?php echo 1;")
    with php_fpm() as workers, real() as order:
        fastcgi(scratch / "fpm.socket", page, "first")
        assert order(workers[0], workers[0])[b"uri"] == b"/quick.php?first", "the only one"
        alert = time.time_ns()
        fastcgi(scratch / "fpm.socket", page, "second")
        facts = order(workers[0], workers[0], alert)
    assert b"uri" not in facts and b"command" in facts, facts


def test_a_script_that_may_not_be_read_says_why():
    target = make_page("real.php")
    link = pages / "link.php"
    link.symlink_to(target)
    os.mkfifo(pages / "fifo.php", 0o666)
    elsewhere = scratch / "elsewhere.php"
    elsewhere.write_text("<?php usleep(400000);", encoding="utf-8")
    elsewhere.chmod(0o644)
    with php_fpm() as workers, real() as order:
        with serving(elsewhere):
            facts = order(workers[0], workers[0])
        assert facts[b"script_not_read"] == b"not below a document root", facts
        with serving(link):
            facts = order(workers[0], workers[0])
        assert facts.get(b"script_not_read") or facts[b"script"] == bytes(target), facts


def test_without_a_document_root_no_script_is_read():
    page = make_page("rootless.php")
    with php_fpm() as workers, real(script_roots="/nonexistent") as order, serving(page):
        facts = order(workers[0], workers[0])
    assert facts[b"uri"] and b"script_uid" not in facts, facts
    assert facts[b"script_not_read"] == b"not below a document root", facts


PRETENDER = """
import os, socket, struct, subprocess, sys, time
open("/proc/self/comm", "w").write(sys.argv[4])
if os.geteuid() == 0:
    os.setgid(65534); os.setuid(65534)
server = socket.socket(socket.AF_UNIX, fileno=int(sys.argv[1]))
program = subprocess.Popen(["sleep", "60"])
print(program.pid, flush=True)
while True:
    client = server.accept()[0]
    if sys.argv[4] != "uwsgi":
        client.recv(4096)
    pid = b"%d\\n" % os.getpid()
    record = struct.pack(">BBHHBB", 1, 6, 1, len(pid), 0, 0) + pid
    out = open(sys.argv[2], "rb").read().replace(b"PIDRECORD", record).replace(b"WORKER", pid)
    try:
        client.sendall(out)
    except OSError:
        pass
    if sys.argv[3] == "hang":
        time.sleep(60)
    client.close()
"""


@contextlib.contextmanager
def pretender(answer, then="close", comm="php-fpm8.2"):
    """A process of an attacker that is called like php-fpm and answers this. Gives its PID, and
    that of a program that it has started."""
    path = scratch / "pretender.socket"
    path.unlink(missing_ok=True)
    (scratch / "answer").write_bytes(answer)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        path.chmod(0o666)
        listener.listen(4)
        child = subprocess.Popen([sys.executable, "-c", PRETENDER, str(listener.fileno()),
                                  scratch / "answer", then, comm], stdout=subprocess.PIPE,
                                 pass_fds=[listener.fileno()])
    program = int(child.stdout.readline())
    try:
        yield child.pid, program
    finally:
        child.kill()
        os.kill(program, signal.SIGKILL)
        child.communicate()


def asked_pretender(answer, then="close", **keys):
    with pretender(answer, then) as (pid, _), \
         service(fpm_status=f"{scratch}/pretender.socket:/status", **keys) as order:
        return order(pid, pid)


def test_a_server_that_hangs_does_not_delay_the_alert():
    for answer in (b"", packed(6, b"Content-type: text/plain\r\n\r\n"), b"\1\6\0\1\xff\xff\xff\0x"):
        facts = asked_pretender(answer, "hang")
        assert list(facts) == [b"command"], facts


def test_an_answer_that_is_none_says_nothing():
    for answer in (b"HTTP/1.1 200 OK\r\n\r\n", packed(3, b"\0" * 8), b"\0" * 200000,
                   packed(6, b"x" * 65535) * 40, packed(3)):
        facts = asked_pretender(answer)
        assert list(facts) == [b"command"], (answer[:40], facts)


def test_only_the_child_with_the_rights_of_the_worker_opens_its_script():
    if not ROOT:
        return
    secret = make_page("secret.php", "secret", 0o600)
    os.mkfifo(pages / "waits.php", 0o666)
    (pages / "link2.php").symlink_to("/etc/shadow")
    for path, reason in ((secret, b"open: Permission denied"),
                         (pages / "waits.php", b"not a regular file"),
                         (pages / "link2.php", b"not a regular file"),
                         (pages / "../../etc/shadow", b"open: No such file or directory"),
                         ("/etc/shadow", b"not below a document root"),
                         ("pages/x.php", b"the path is relative")):
        facts = asked_pretender(numbered(script=os.fsencode(path)))
        assert facts[b"script_not_read"] == reason, (path, facts)
        assert b"script_uid" not in facts


def numbered(**values):
    """status(), in pieces of which each has the right length."""
    lines = {"requests": b"1", "request duration": b"1", "request method": b"GET",
             "request URI": b"/x", "script": b"/x"} | {name.replace("_", " "): value
                                                      for name, value in values.items()}
    body = b"".join(name.encode() + b": " + value + b"\n" for name, value in lines.items())
    # The PID has a length that is not known before: a record of its own, with room for it.
    return (packed(6, b"Content-type: text/plain\r\n\r\npool: www\n\npid: ") + b"PIDRECORD" +
            b"".join(packed(6, body[at:at + 60000]) for at in range(0, len(body), 60000)) +
            packed(3, b"\0" * 8))


def test_hostile_values_stay_values():
    for value in (b"\x1b[31m\x07", b"\xff\xfe\xc3", b"a" * 4096, b"\x01\x7f"):
        facts = asked_pretender(numbered(request_URI=value))
        assert facts[b"uri"] == value, facts


def test_values_without_end_say_nothing():
    facts = asked_pretender(numbered(request_URI=b"a" * 65536))
    assert b"script" not in facts and len(facts.get(b"uri", b"")) <= 8192, facts.keys()


def test_a_process_that_came_later_is_not_asked_for():
    with pretender(numbered()) as (pid, _), \
         service(fpm_status=f"{scratch}/pretender.socket:/status") as order:
        assert order(pid, pid, time.time_ns() - 3600 * 10**9) == {}
        assert order(4000000000, 0) == {}


def statistics(uri=b"/run?cmd=id", started=None, requests=3):
    """As uWSGI has them; the worker is the pretender."""
    return (b'{"version":"2.0.21","workers":[{"id":1,"pid":WORKER,"requests":%d,"cores":[{"id":0,'
            b'"in_request":1,"vars":["REQUEST_METHOD=POST","REQUEST_URI=%s",""],'
            b'"req_info":{"request_start":%d}}]}]}' %
            (requests, uri, time.time() if started is None else started))


def asked_uwsgi(answer, then="close", program=True, **order):
    with pretender(answer, then, "uwsgi") as (pid, child), \
         service(uwsgi_stats=f"/nonexistent/socket {scratch}/pretender.socket") as ask_service:
        return ask_service(pid, pid, order.get("when"), child if program else 0)


def test_the_request_that_a_worker_of_uwsgi_serves_is_named():
    for uri in (b"/run?cmd=id", b"/\xff\x1b[31m", b"/" + b"a" * 4000):
        facts = asked_uwsgi(statistics(uri))
        assert facts[b"method"] == b"POST" and facts[b"uri"] == uri, facts
        assert facts[b"source"] == b"uwsgi-stats" and b"command" in facts, facts


def test_a_request_of_uwsgi_that_may_be_the_next_one_is_not_named():
    now = int(time.time())
    for stats, order in ((statistics(started=now + 5), {}),
                         # It began in the second of the alert, and nothing runs any more.
                         (statistics(started=now + 9), {"when": (now + 9) * 10**9 + 5 * 10**8,
                                                       "program": False})):
        facts = asked_uwsgi(stats, **order)
        assert list(facts) == [b"command"], facts
    assert b"uri" in asked_uwsgi(statistics(started=now - 5), program=False)
    assert b"uri" in asked_uwsgi(statistics(started=now + 9, requests=0),
                                 when=(now + 9) * 10**9 + 5 * 10**8, program=False)


def test_a_uwsgi_that_hangs_or_lies_says_nothing():
    for answer, then in ((b"", "hang"), (statistics(), "hang"), (b"", "close"), (b"{", "close"),
                         (b"[" * 100000, "close"), (b"{}," * 300000, "close"),
                         (statistics()[:-4], "close"), (statistics() + b" " * 2**20, "close")):
        facts = asked_uwsgi(answer, then)
        assert list(facts) == [b"command"], (answer[:40], then, facts)


def test_it_is_off_by_default():
    with pretender(numbered()) as (pid, _), service(ask="no") as order:
        assert order(pid, pid) == {}


if not FPM or not shutil.which("ps"):
    sys.exit("php-fpm is missing: scripts/deps unit")
sys.exit(cases.run_tests(globals()))
