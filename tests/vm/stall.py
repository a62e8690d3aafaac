#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""stall.py COUNT DIR CALLER SCRIPT [COMMAND]: starts COUNT servers called CALLER that are
all in the middle of an exec at the same time.

Each process executes DIR/SCRIPT: an existing file of that name, or a script that runs
COMMAND. The kernel asks a fanotify listener for permission before it opens the script's
interpreter, DIR/interpreter. The listener is this process, and does not answer: the hook
has seen the script, but not the interpreter yet. Prints "stalled" when all execs are
stopped, waits for a line on stdin, then gives permission and waits for the processes.
"""

import ctypes
import os
import pathlib
import shutil
import socket
import struct
import sys

FAN_CLASS_CONTENT, FAN_MARK_ADD, FAN_OPEN_EXEC_PERM, FAN_ALLOW = 4, 1, 0x40000, 1
AT_FDCWD = -100
EVENT_SIZE = 24

libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def watch(path):
    listener = checked(libc.fanotify_init(FAN_CLASS_CONTENT, os.O_RDONLY))
    checked(libc.fanotify_mark(listener, FAN_MARK_ADD, ctypes.c_uint64(FAN_OPEN_EXEC_PERM),
                               AT_FDCWD, os.fsencode(path)))
    return listener


def questions(listener, count):
    """Reads count questions without answering them; returns their file descriptors."""
    found = []
    while len(found) < count:
        data = os.read(listener, 4096)
        for at in range(0, len(data), EVENT_SIZE):
            found.append(struct.unpack_from("=i", data, at + 16)[0])
    return found


def answer(listener, asked):
    os.write(listener, struct.pack("=iI", asked, FAN_ALLOW))
    os.close(asked)


def start(caller, script):
    pid = os.fork()
    if not pid:
        try:
            listening = socket.socket(socket.AF_UNIX)
            listening.bind("")
            listening.listen()
            pathlib.Path("/proc/self/comm").write_text(caller, encoding="ascii")
            os.execv(script, [script])
        finally:
            os._exit(127)
    return pid


def main():
    count, directory, caller, name, *command = sys.argv[1:]
    count, directory = int(count), pathlib.Path(directory)
    interpreter, script = directory / "interpreter", directory / name
    if not script.exists():
        shutil.copy("/bin/bash", interpreter)
        script.write_text("\n".join([f"#!{interpreter}", *command, ""]), encoding="ascii")
        script.chmod(0o755)

    listener = watch(interpreter)
    children = [start(caller, script) for _ in range(count)]
    asked = questions(listener, count)
    print("stalled", flush=True)
    sys.stdin.readline()
    for question in asked:
        answer(listener, question)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
