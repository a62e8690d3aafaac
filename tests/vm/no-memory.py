#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""no-memory.py PROMISE [ARGUMENT...]: tests a promise for each allocation that can fail.

Runs an action and lets its first allocation fail, then its second, and so on, until the
action has no more allocations. Prints how many there were. Exits 0 if the promise holds
each time; otherwise prints what happened instead and exits 1.
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
    """Lets the nth next allocation of the thread fail whose fail-nth is @file; 0: none."""
    os.pwrite(file, b"%d" % nth, 0)


def remaining(file):
    """Returns how many allocations are left until the one that fails; 0: it has failed."""
    return int(os.pread(file, 16, 0).rstrip(b"\0\n"))


def failing(nth, action):
    """Calls action; returns its result and remaining()."""
    file = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
    fail(file, nth)
    outcome = action()
    left = remaining(file)
    fail(file, 0)
    os.close(file)
    return outcome, left


def each_failure(action, first=1):
    """Yields (nth, result of action) for each allocation it makes, and once without a failure."""
    for nth in itertools.count(first):
        outcome, left = failing(nth, action)
        yield nth, outcome
        if left:
            print(f"{nth - first} allocations, from {first} on")
            return


class Log:
    """The module's lines in the kernel's log."""

    def __init__(self):
        self.file = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.file, 0, os.SEEK_END)

    def lines(self):
        """Returns the lines since the last call."""
        found = []
        while True:
            try:
                entry = os.read(self.file, 8192).decode(errors="replace")
            except BlockingIOError:
                return found
            line = entry.split(";", 1)[1].splitlines()[0]
            if line.startswith("shelltrap: "):
                found.append(line)


def call(number, *args):
    """Calls the system call; returns 0 or the error."""
    return ctypes.get_errno() if libc.syscall(number, *args) else 0


def remains():
    """Yields what is left of a module that was not loaded."""
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


def fault_of_load(error, lines):
    if not error:
        armed = dict(status(Channel())).get(STATUS_ARMED)
        return "" if armed == ARMED else f"loaded, but armed is {armed}"
    if error != errno.ENOMEM:
        return f"the error is {os.strerror(error)}"
    # There is no line if the kernel failed before it called the module.
    if len(lines) > 1 or lines and "not loading" not in lines[0]:
        return "it does not fail with one line"
    left = list(remains())
    return f"it leaves {left}" if left else ""


def insert(module, parameters=b""):
    return call(FINIT_MODULE, module, parameters, 0)


def remove():
    return call(DELETE_MODULE, b"shelltrap", 0)


def allocations_before(module):
    """Returns about how many allocations the kernel makes before it calls the module."""
    # Counters for coverage.py are allocated when the module is unloaded for the first time.
    insert(module)
    remove()
    left = failing(NEVER, lambda: insert(module, b"backlog_size=1"))[1]
    return max(NEVER - left - 20, 1)


def promise_load(path):
    """A module loads and is armed, or fails with one line and leaves nothing behind."""
    module = os.open(path, os.O_RDONLY)
    first, log, logged, silent = allocations_before(module), Log(), {}, []
    for nth, error in each_failure(lambda: insert(module), first):
        lines = log.lines()
        fault = fault_of_load(error, lines)
        if fault:
            yield f"allocation {nth}: {fault}; {lines}"
        if not error:
            remove()
            log.lines()
        elif lines:
            logged.setdefault(lines[0], nth)
        else:
            silent.append(nth)
    for line, nth in logged.items():
        print(f"from {nth} on: {line}")
    # The kernel's own allocations come first, then those of the module.
    if not logged or max(silent, default=0) > min(logged.values()):
        yield f"nothing was logged when allocation {silent} failed"


def answer(channel, family, command, flags):
    """Returns the answers, or the error of the request or of the socket."""
    try:
        return channel.request(family, command, b"", flags)
    except Refused as refused:
        return refused.errno
    except OSError as error:
        return error.errno or str(error)


def fault_of_request(got, wanted):
    if isinstance(got, list):
        return "" if len(got) == wanted else f"{len(got)} answers, not {wanted}"
    return "" if got in NO_MEMORY else f"the error is {got}"


def promise_requests():
    """A request is answered completely, or refused for lack of memory."""
    for what, command, flags in (("status", STATUS_GET, F_ACK), ("dump", ALERT_GET, F_DUMP)):
        family = family_id(Channel())
        wanted = len(answer(Channel(), family, command, flags))
        channel = Channel()
        for nth, got in each_failure(lambda: answer(channel, family, command, flags)):
            fault = fault_of_request(got, wanted)
            if fault:
                yield f"{what}, allocation {nth}: {fault}"
            # A late answer must not be taken for that of the next request.
            channel = Channel()


def load(loader, dump):
    """Loads the dumped policy; returns the error, or None."""
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
    """A policy is loaded completely, or not at all for lack of memory.

    If there is no memory for the answer itself, the socket's error is ENOBUFS, and the
    client does not learn whether the policy was loaded.
    """
    loader = Loader()
    dump, before = loader.running(), policies()
    for nth, error in each_failure(lambda: load(loader, dump)):
        now = policies()
        came = now - before
        if came != (not error) and (came, error) != (1, errno.ENOBUFS):
            yield f"allocation {nth}: {error}, but {came} policies came into force"
        if error and error not in (*NO_MEMORY, errno.ENOENT):
            yield f"allocation {nth}: the error is {error}"
        loader, before = Loader(), now
    if loader.running() != dump:
        yield "another policy is in force"


def run(nth, command):
    """Returns status, stdout, stderr and remaining() of a command whose nth allocation fails."""
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


def each_run(command, summary):
    """Each run has the usual summary() of its output, or fails with one line."""
    # The allocations of exec and of the dynamic loader come first: skip them.
    first = NEVER - run(NEVER, ["shelltrap", "--version"])[3]
    wanted = summary(run(NEVER, command)[1])
    # Each allocation takes a process, so only every third one is tested.
    for nth in itertools.count(first, 3):
        code, out, err, left = run(nth, command)
        complete = code == 0 and summary(out) == wanted
        # The dynamic loader exits with 127.
        if not complete and (code not in (1, 127) or err.count(b"\n") != 1):
            yield f"allocation {nth}: exit code {code}, {out[-200:]}, {err}"
        if left:
            print(f"{nth - first} allocations, from {first} on")
            return


def promise_status():
    """shelltrap status prints all of the module's status, or fails with one line."""
    yield from each_run(["shelltrap", "status"],
                        lambda out: out.partition(b"armed ")[2].count(b"\n"))


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
