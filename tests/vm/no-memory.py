#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""no-memory.py PROMISE [ARGUMENT...]: what holds whichever allocation fails.

Tries PROMISE with the first allocation failing, then the second, and so on, one at a
time, until none is left that could fail. Says how many that were. Exits 0 if the
promise holds each time; otherwise says what happened instead and exits 1.
"""

import ctypes
import errno
import itertools
import os
import platform
import struct
import sys
import tempfile

from channel import ALERT_GET, STATUS_GET, family_id, status
from genetlink import F_ACK, F_DUMP, Channel, Refused, attributes, u32
from transaction import MEMBERS, RULES, SETS, TEXT, Loader, policies

FINIT_MODULE, DELETE_MODULE = {"x86_64": (313, 176), "aarch64": (273, 106)}[platform.machine()]
STATUS_ARMED, ARMED = 3, struct.pack("=I", 3)
NO_MEMORY = errno.ENOMEM, errno.ENOBUFS

NEVER = 1 << 30

libc = ctypes.CDLL(None, use_errno=True)


def fail(file, nth):
    """The nth allocation from now on fails, of the thread whose file it is; 0: none."""
    os.pwrite(file, b"%d" % nth, 0)


def remaining(file):
    """How many until the one that fails; 0: it has."""
    return int(os.pread(file, 16, 0).rstrip(b"\0\n"))


def failing(nth, action):
    """What action returns; how many allocations are left until the one that would fail."""
    file = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
    fail(file, nth)
    outcome = action()
    left = remaining(file)
    fail(file, 0)
    os.close(file)
    return outcome, left


def each_failure(action, first=1):
    """(nth, what action returns) for each allocation it makes, and once with none failing."""
    for nth in itertools.count(first):
        outcome, left = failing(nth, action)
        yield nth, outcome
        if left:
            print(f"{nth - first} allocations, from {first} on")
            return


class Log:
    """What the module says to the kernel's log."""

    def __init__(self):
        self.file = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.file, 0, os.SEEK_END)

    def lines(self):
        """Those since the last call."""
        said = []
        while True:
            try:
                entry = os.read(self.file, 8192).decode(errors="replace")
            except BlockingIOError:
                return said
            line = entry.split(";", 1)[1].splitlines()[0]
            if line.startswith("shelltrap: "):
                said.append(line)


def call(number, *args):
    """0 or the error."""
    return ctypes.get_errno() if libc.syscall(number, *args) else 0


def remains():
    """What shows that there is a module, or was."""
    with open("/sys/kernel/debug/kprobes/list", encoding="ascii") as file:
        probes = file.read()
    try:
        Channel().family("shelltrap")
        yield "its netlink family"
    except Refused:
        pass
    if "security_bprm_check" in probes or "shelltrap" in probes:
        yield "a probe"
    if os.path.exists("/sys/module/shelltrap"):
        yield "the module"


def complaint_of_load(error, said):
    if not error:
        armed = dict(status(Channel())).get(STATUS_ARMED)
        return "" if armed == ARMED else f"loaded, but armed is {armed}"
    if error != errno.ENOMEM:
        return f"it says {os.strerror(error)}"
    # Before the first line of its own, the kernel has not begun with it.
    if len(said) > 1 or said and "not loading" not in said[0]:
        return "it does not fail with one line"
    left = list(remains())
    return f"it leaves {left}" if left else ""


def insert(module, parameters=b""):
    return call(FINIT_MODULE, module, parameters, 0)


def remove():
    return call(DELETE_MODULE, b"shelltrap", 0)


def before_its_own(module):
    """About how many allocations the kernel makes until a module's own code runs."""
    # What coverage needs (see coverage.py) is allocated when it goes for the first time.
    insert(module)
    remove()
    left = failing(NEVER, lambda: insert(module, b"backlog_size=1"))[1]
    return max(NEVER - left - 20, 1)


def promise_load(path):
    """A module loads and is armed, or fails with one line and leaves nothing behind."""
    module = os.open(path, os.O_RDONLY)
    first, log, spoken, silent = before_its_own(module), Log(), {}, []
    for nth, error in each_failure(lambda: insert(module), first):
        said = log.lines()
        complaint = complaint_of_load(error, said)
        if complaint:
            yield f"allocation {nth}: {complaint}; {said}"
        if not error:
            remove()
            log.lines()
        elif said:
            spoken.setdefault(said[0], nth)
        else:
            silent.append(nth)
    for line, nth in spoken.items():
        print(f"from {nth} on: {line}")
    # In their order the kernel's own come first, then those of the module.
    if not spoken or max(silent, default=0) > min(spoken.values()):
        yield f"not a word where allocation {silent} failed"


def answer(channel, family, command, flags):
    """The answers, or the error, which may also be that of the socket."""
    try:
        return channel.request(family, command, b"", flags)
    except Refused as refused:
        return refused.errno
    except OSError as error:
        return error.errno or str(error)


def complaint_of_request(got, wanted):
    if isinstance(got, list):
        return "" if len(got) == wanted else f"{len(got)} answers, not {wanted}"
    return "" if got in NO_MEMORY else f"it says {got}"


def promise_requests():
    """A request is answered in full or refused for want of memory."""
    for what, command, flags in (("status", STATUS_GET, F_ACK), ("dump", ALERT_GET, F_DUMP)):
        family = family_id(Channel())
        wanted = len(answer(Channel(), family, command, flags))
        channel = Channel()
        for nth, got in each_failure(lambda: answer(channel, family, command, flags)):
            complaint = complaint_of_request(got, wanted)
            if complaint:
                yield f"{what}, allocation {nth}: {complaint}"
            # What may still be under way is not the next one's.
            channel = Channel()


def load(loader, dump):
    """Loads the policy that was dumped; the error, if any."""
    sizes = dict(attributes(dump[0]))
    try:
        loader.begin(*(u32(sizes[kind]) for kind in (MEMBERS, TEXT, SETS, RULES)))
        for part in dump[1:]:
            loader.add(part)
        loader.commit()
    except (Refused, OSError) as error:
        return error.errno or str(error)
    return None


def promise_policy():
    """A policy comes into force whole, or not at all for want of memory.

    Where there is none for the very answer, the socket says so and nobody is told which.
    """
    loader = Loader()
    dump, before = loader.running(), policies()
    for nth, error in each_failure(lambda: load(loader, dump)):
        now = policies()
        came = now - before
        if came != (not error) and (came, error) != (1, errno.ENOBUFS):
            yield f"allocation {nth}: {error}, but {came} policies came into force"
        if error and error not in (*NO_MEMORY, errno.ENOENT):
            yield f"allocation {nth}: it says {error}"
        loader, before = Loader(), now
    if loader.running() != dump:
        yield "in force is another policy"


def run(nth, command):
    """(status, stdout, stderr, whether it came to the nth allocation, which fails)"""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            fail(os.open("/proc/self/fail-nth", os.O_WRONLY), nth)
            os.execvp(command[0], command)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        file = os.open(f"/proc/{child}/fail-nth", os.O_RDONLY)
        left = remaining(file)
        os.close(file)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return code, os.pread(out.fileno(), 1 << 24, 0), os.pread(err.fileno(), 4096, 0), left


def each_run(command, told):
    """A run is complete if told() of its output is as ever; otherwise it fails with one line."""
    # Until then exec and the loader allocate; whom they kill has not begun.
    first = NEVER - run(NEVER, ["shelltrap", "--version"])[3]
    wanted = told(run(NEVER, command)[1])
    # They are many, and each takes a process: of three, one.
    for nth in itertools.count(first, 3):
        code, out, err, left = run(nth, command)
        complete = code == 0 and told(out) == wanted
        # 127 is the loader's.
        if not complete and (code not in (1, 127) or err.count(b"\n") != 1):
            yield f"allocation {nth}: exit code {code}, {out[-200:]}, {err}"
        if left:
            print(f"{nth - first} allocations, from {first} on")
            return


def promise_status():
    """shelltrap status tells all that the module says, or fails with one line."""
    yield from each_run(["shelltrap", "status"], lambda out: out.partition(b"armed ")[2].count(b"\n"))


def promise_replay():
    """shelltrap replay prints each record, or fails with one line."""
    yield from each_run(["shelltrap", "replay", "--format", "json"], lambda out: out.count(b"\n"))


def main():
    promise = globals()["promise_" + sys.argv[1]]
    problems = list(promise(*sys.argv[2:]))
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
