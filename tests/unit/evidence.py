# SPDX-License-Identifier: GPL-2.0
"""shelltrap evidence: the archive has what runs, and nothing that a trick would make it read.

The alerts come from files, so that no module is needed; their processes are real ones.
"""

import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile

import cases

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE / "userspace/build/shelltrap"
NAMES = re.compile(r"evidence-42/((process|server|ancestor-\d+)/)?[a-zA-Z0-9_./-]+")
BOOT = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
# A user without rights: nobody.
NOBODY = 65534
ROOT = os.geteuid() == 0

directory = tempfile.TemporaryDirectory()
scratch = pathlib.Path(directory.name)
scratch.chmod(0o755)


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def alert(pid, path, **changes):
    """An alert that is about this process."""
    record = {
        "seq": 42, "instance": "5b1f9c0e77aa01d3", "time": now(), "host": "h", "boot_id": BOOT,
        "rule": "r", "severity": "critical", "rules": ["r"], "verdict": "observed",
        "comm": "php-fpm", "pathname": str(path), "interpreter": str(path),
        "process": {"pid": pid, "tid": pid, "comm": "x", "cwd": str(scratch)},
        "server": {"pid": os.getpid(), "comm": "php-fpm", "matched": "comm"},
        "ancestors": [{"pid": os.getpid(), "comm": "php-fpm"}, {"pid": 1, "comm": "init"}],
    }
    record.update(changes)
    return record


@contextlib.contextmanager
def running(*command, **options):
    child = subprocess.Popen(command, **options)
    try:
        # The child says when it is ready, or is ready once it no longer runs Python.
        own = os.readlink("/proc/self/exe")
        if child.stdout:
            child.stdout.readline()
        while not child.stdout and os.readlink(f"/proc/{child.pid}/exe") == own:
            pass
        yield child.pid
    finally:
        child.kill()
        child.communicate()


def keep(record, *options, **environment):
    """(exit code, messages, manifest, {name: content}) of the archive."""
    file, output = scratch / "alerts.json", scratch / "e.tar"
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    output.unlink(missing_ok=True)
    done = subprocess.run([PROGRAM, "evidence", "42", "--file", file, "--output", output, *options],
                          capture_output=True, text=True, check=False, timeout=60, **environment)
    if done.returncode:
        assert not output.exists() and not (scratch / "e.tar.unfinished").exists()
        return done.returncode, done.stderr, None, None
    return 0, done.stdout, *read(output)


def read(path):
    """Reads an archive, and checks that the manifest says what is there."""
    assert path.stat().st_mode & 0o7777 == 0o600
    with tarfile.open(path, "r:") as tar:
        members = tar.getmembers()
        for member in members:
            assert NAMES.fullmatch(member.name) and ".." not in member.name, member.name
            assert member.isreg() and member.mode == 0o400, member.name
        content = {member.name: tar.extractfile(member).read() for member in members}
    assert members[-1].name == "evidence-42/manifest.json"
    text = content.pop(members[-1].name)
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", text), "control characters"
    manifest = json.loads(text)
    assert list(content) == [member["name"] for member in manifest["members"]]
    for member in manifest["members"]:
        assert len(content[member["name"]]) == member["size"], member
        assert hashlib.sha256(content[member["name"]]).hexdigest() == member["sha256"], member
    return manifest, {name.removeprefix("evidence-42/"): data for name, data in content.items()}


def why(manifest, what):
    return [item["why"] for item in manifest["not_read"] if item["what"].endswith(what)]


def make_program(name, text):
    """A copy of sleep that differs from all others. Returns path and content."""
    path = scratch / name
    content = pathlib.Path(shutil.which("sleep")).read_bytes() + text
    path.write_bytes(content)
    path.chmod(0o755)
    return path, content


def test_the_file_that_runs_is_kept_even_if_it_was_deleted():
    path, content = make_program("dropped", b"made different")
    with running(path, "60") as pid:
        inode = path.stat().st_ino
        record = alert(pid, path, file={"path": str(path), "dev": "0:1", "ino": inode})
        path.unlink()
        _, _, manifest, files = keep(record)
    assert files["process/exe"] == content
    assert files["process/cmdline"] == str(path).encode() + b"\x0060\x00"
    assert manifest["processes"][0]["file_is_of_record"] is True
    assert json.loads(files["record.json"]) == record
    assert why(manifest, "policy.conf") and "process/memory" not in str(files.keys())
    assert files["ancestor-1/cmdline"] and "ancestor-2/cmdline" not in files


def test_a_memfd_is_kept():
    code = "import os\nfd = os.memfd_create('x')\n" \
           "os.write(fd, open('/bin/sleep', 'rb').read() + b'never on a disk')\n" \
           "os.execve(fd, ['page', '60'], os.environ)"
    code = "print(flush=True)\n" + code
    with running(sys.executable, "-c", code, stdout=subprocess.PIPE) as pid:
        while b"page" != pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()[:4]:
            pass
        _, _, _, files = keep(alert(pid, "/dev/fd/3"))
    assert files["process/exe"] == pathlib.Path("/bin/sleep").read_bytes() + b"never on a disk"
    assert b"memfd:x" in files["process/links.json"]


@contextlib.contextmanager
def script(**options):
    # A directory of its own, so that nothing is written through links of a test that failed.
    path = pathlib.Path(tempfile.mkdtemp(dir=scratch)) / "sub" / "script"
    path.parent.parent.chmod(0o755)
    path.parent.mkdir()
    path.write_text("#!/bin/sh\necho ready\nread line\n: the script\n", encoding="ascii")
    path.chmod(0o755)
    with running(path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options) as pid:
        yield alert(pid, path, interpreter="/bin/sh", process={
            "pid": pid, "tid": pid, "comm": "x", "cwd": str(path.parent)}), path


def test_a_script_and_its_interpreter_are_kept():
    with script() as (record, path):
        _, _, _, files = keep(record)
        assert files["process/script"] == path.read_bytes()
        assert files["process/exe"] == pathlib.Path("/bin/sh").read_bytes()
        record["pathname"] = "script"
        _, _, _, files = keep(record)
        assert files["process/script"] == path.read_bytes(), "a relative path"


def test_what_took_the_place_of_a_script_is_not_read():
    target = scratch / "target"
    target.write_text("not to be read", encoding="ascii")
    with script() as (record, path):
        path.unlink()
        path.symlink_to(target)
        _, _, manifest, files = keep(record)
        assert "process/script" not in files
        assert why(manifest, "/process/script") == ["not a regular file"]
        path.unlink()
        os.mkfifo(path)
        _, _, manifest, files = keep(record)
        assert why(manifest, "/process/script") == ["not a regular file"]
        path.unlink()
        _, _, manifest, files = keep(record)
        assert why(manifest, "/process/script") == ["open: No such file or directory"]


def test_no_link_makes_it_read_what_the_user_cannot():
    if not ROOT:
        return
    secret = scratch / "private"
    secret.mkdir(mode=0o700, exist_ok=True)
    (secret / "script").write_text("secret", encoding="ascii")
    with script(user=NOBODY, group=NOBODY, extra_groups=[]) as (record, path):
        shutil.rmtree(path.parent)
        path.parent.symlink_to(secret)
        _, _, manifest, files = keep(record)
        assert why(manifest, "/process/script") == ["open: Permission denied"], manifest["not_read"]
        assert b"secret" not in b"".join(files.values())


def test_the_script_of_the_request_is_kept_only_below_a_document_root():
    root = scratch / "www"
    root.mkdir()
    (root / "x.php").write_text("<?php", encoding="ascii")
    (root / "link.php").symlink_to(root / "x.php")
    (root / "up").symlink_to("/etc")

    def asked(path, *options):
        with running("/bin/sleep", "60") as pid:
            record = alert(pid, "/bin/sleep", request={"certainty": "exact", "script": path})
            _, _, manifest, files = keep(record, *options)
        return files.get("server/request-script"), why(manifest, "/server/request-script")

    below = ("--document-root", str(root))
    assert asked(f"{root}/x.php", *below) == (b"<?php", [])
    assert asked(f"{root}/x.php")[1] == ["not below a document root"]
    assert asked("/etc/passwd", *below)[1] == ["not below a document root"]
    assert asked(f"{root}/../../../../../../etc/passwd", *below)[0] is None
    assert asked(f"{root}/link.php", *below)[1] == ["not a regular file"]
    assert asked(f"{root}/up/passwd", *below)[0] is None
    assert asked("x.php", *below)[1] == ["the path is relative"]


def test_a_process_that_has_gone_is_said_to_have_gone():
    with running("/bin/sleep", "60") as pid:
        record = alert(pid, "/bin/sleep")
    code, told, manifest, files = keep(record)
    assert code == 0 and "the process has gone" in told
    assert why(manifest, "process") == ["the process has gone"]
    assert "process/exe" not in files and "record.json" in files


def test_a_process_that_was_started_after_the_alert_is_not_taken():
    record = alert(0, "/bin/sleep", time="2020-01-01T00:00:00.000000000Z")
    with running("/bin/sleep", "60") as pid:
        record["process"]["pid"] = pid
        _, _, manifest, files = keep(record)
    assert why(manifest, "process") == ["the process has gone, and another one has its PID"]
    assert not [name for name in files if "/" in name]


def test_of_another_boot_no_process_is_read():
    with running("/bin/sleep", "60") as pid:
        _, _, manifest, files = keep(alert(pid, "/bin/sleep", boot_id="0"))
    assert why(manifest, "process") == ["the record is of another boot or another host"]
    assert not [name for name in files if "/" in name]


def test_hostile_names_are_strings_of_the_manifest_only():
    name = b"..\n\x1b[31m\xff\""
    place = os.path.join(os.fsencode(scratch), name)
    os.mkdir(place)
    program = os.path.join(place, b"x\n")
    shutil.copy("/bin/sleep", program)
    os.symlink(b"../../../../etc", os.path.join(place, b".."b"."))
    environment = {b"A\n../": b"\xff\x1b[2J"}
    with running(program, "60", cwd=place, env=environment) as pid:
        record = alert(pid, "../../evil\n\x1b]0;x\x07")
        record["process"]["cwd"] = "/../\n"
        _, _, manifest, files = keep(record)
    assert files["process/exe"] == pathlib.Path("/bin/sleep").read_bytes()
    assert json.loads(files["process/links.json"])["cwd"].endswith("..\n\x1b[31m\\xff\"")
    assert manifest["processes"][0]["why"] is None


def test_a_connection_has_its_addresses():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with socket.create_connection(listener.getsockname()) as connection:
            with running("/bin/sleep", "60", stdin=connection) as pid:
                _, _, _, files = keep(alert(pid, "/bin/sleep"))
            own = "%s:%d" % connection.getsockname()
            peer = "%s:%d" % connection.getpeername()
    first = json.loads(files["process/descriptors.json"].splitlines()[0])
    assert first["fd"] == "0" and first["target"].startswith("socket:[")
    assert (first["socket"]["local"], first["socket"]["peer"]) == (own, peer), first


def test_memory_is_kept_when_it_is_asked_for_and_within_the_limit():
    with running("/bin/sleep", "3600.125") as pid:
        record = alert(pid, "/bin/sleep")
        _, _, _, files = keep(record, "--memory")
        assert any(b"3600.125" in data for name, data in files.items() if "/memory/" in name)
        _, _, manifest, files = keep(record, "--memory", "--limit", "1")
    own = {"record.json", "policy.conf", "related.json"}
    assert sum(len(data) for name, data in files.items() if name not in own) <= 1 << 20
    entries = manifest["members"] + manifest["not_read"]
    assert any(entry["why"] == "cut: a size limit" for entry in entries)


def test_a_huge_file_is_cut_and_said_to_be():
    path, content = make_program("huge", b"")
    with open(path, "r+b") as file:
        file.truncate(3 << 20)
    with running(path, "60") as pid:
        _, _, manifest, files = keep(alert(pid, path), "--member-limit", "1")
    assert len(files["process/exe"]) == 1 << 20 and files["process/exe"].startswith(content)
    entry, = [m for m in manifest["members"] if m["name"].endswith("/process/exe")]
    assert not entry["complete"] and entry["why"] == "cut: a size limit"
    assert entry["file"]["size"] == 3 << 20


def test_nothing_is_left_of_an_archive_that_cannot_be_written():
    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

    with running("/bin/sleep", "60") as pid:
        code, told, _, _ = keep(alert(pid, "/bin/sleep"), preexec_fn=full)
    assert code == 1 and "e.tar: " in told, told


def test_a_file_that_exists_is_refused_and_stays():
    file, output = scratch / "alerts.json", scratch / "mine.tar"
    output.write_text("mine", encoding="ascii")
    done = subprocess.run([PROGRAM, "evidence", "42", "--file", file, "--output", output],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "never replaced" in done.stderr
    assert output.read_text(encoding="ascii") == "mine"


def test_a_signal_ends_it_and_leaves_nothing():
    output = scratch / "stopped.tar"
    file = scratch / "alerts.json"
    # A shell that stops the reading by a file that never ends: its memory is large.
    with running(sys.executable, "-c", "x = b'x' * (300 << 20); print(flush=True); input()",
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE) as pid:
        file.write_text(json.dumps(alert(pid, "/x")) + "\n", encoding="ascii")
        child = subprocess.Popen([PROGRAM, "evidence", "42", "--file", file, "--output", output,
                                  "--memory", "--member-limit", "512"], stderr=subprocess.PIPE)
        while not (scratch / "stopped.tar.unfinished").exists():
            assert child.poll() is None
        child.terminate()
        code = child.wait(timeout=30)
        child.stderr.close()
    assert code in (0, 1)
    assert not (scratch / "stopped.tar.unfinished").exists()
    assert output.exists() == (code == 0)


def test_a_number_without_an_alert_is_refused():
    file = scratch / "alerts.json"
    file.write_text(json.dumps({"type": "repeats", "seq": 43, "instance": "5b1f9c0e77aa01d3",
                                "of": 42, "time": now()}) + "\n", encoding="ascii")
    for number, text in ("41", "no alert has the number 41"), ("43", "is about the alert 42"):
        done = subprocess.run([PROGRAM, "evidence", number, "--file", file, "--output",
                               scratch / "no.tar"], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and text in done.stderr, done.stderr
    assert not (scratch / "no.tar").exists()


@contextlib.contextmanager
def service(config):
    """The service; gives a function that sends an order, and returns what the service says."""
    place, file = scratch / "service", scratch / "service.conf"
    file.write_text(config, encoding="ascii")
    child = subprocess.Popen([PROGRAM, "evidence", "--service", "--socket", place, "--config", file],
                             stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)

    def order(text):
        with socket.socket(socket.AF_UNIX) as connection:
            while connection.connect_ex(os.fspath(place)):
                assert child.poll() is None
            connection.send(text)
        return child.stderr.readline()

    try:
        yield order
    finally:
        child.terminate()
        child.communicate()
        place.unlink()


def test_the_service_wants_whole_orders_and_goes_on_after_others():
    with service("[log]\n") as order:
        assert "the order is not whole" in order(b"nonsense")
        assert "the order is not whole" in order(b"5b1f9c0e77aa01d3 ")
        assert "the order is not whole" in order(b"1 " * 1000)
        assert "has no key 'evidence'" in order(b"5b1f9c0e77aa01d3 42\n")


def test_the_service_keeps_no_more_than_the_limits_allow():
    stock = scratch / "stock"
    stock.mkdir()
    (stock / "1.tar").write_bytes(b"x" * (1 << 20))
    limits = f"[log]\nevidence = {stock}\nevidence_limit = %d\nevidence_rate = %d\n"
    with service(limits % (2 << 20, 1)) as order:
        assert "1 files in an hour (evidence_rate)" in order(b"5b1f9c0e77aa01d3 42\n")
    with service(limits % ((2 << 20) - 1, 2)) as order:
        assert "is full (evidence_limit)" in order(b"5b1f9c0e77aa01d3 42\n")
    assert [path.name for path in stock.iterdir()] == ["1.tar"]


if __name__ == "__main__":
    sys.exit(cases.run_tests(globals()))
