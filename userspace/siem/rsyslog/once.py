#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""once.py DIRECTORY: for rsyslog's omprog with confirmMessages="on".

Reads lines "HOST JSON", appends each JSON to DIRECTORY/HOST.json, and answers OK when the
line is on disk. An alert or a loss that the file has already is skipped: it is recognized
by the module instance (instance) and its number (seq). Any other text is written as it is.

There is no state besides the files: at the first line of a host its file is read, and the
rotated ones (HOST.json.1, HOST.json.2.gz and so on), and a partial line that a crash has
left at the end is cut off."""

import glob
import gzip
import json
import os
import re
import sys


def key_of(line):
    """Identifies an alert or a loss; None for any other text."""
    try:
        record = json.loads(line)
        return record["instance"], int(record["seq"]), record.get("type") == "loss"
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class HostFile:
    def __init__(self, path):
        self.path = path
        self.seen = set()
        for rotated in glob.glob(glob.escape(path) + ".*"):
            self.read(rotated)
        self.open()
        os.truncate(self.file, self.read(path))

    def open(self):
        self.file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC,
                            0o640)

    def read(self, path):
        """Adds the keys of the file's lines; returns where the last whole line ends."""
        end = 0
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                end += len(line)
                self.seen.add(key_of(line))
        return end

    def has_moved(self):
        try:
            return os.stat(self.path).st_ino != os.fstat(self.file).st_ino
        except FileNotFoundError:
            return True

    def append(self, line):
        """Writes the whole line and syncs it; after an error nothing of it is left."""
        end = os.fstat(self.file).st_size
        try:
            if os.write(self.file, line) < len(line):
                raise OSError("no space left for the line")
            os.fdatasync(self.file)
        except OSError:
            os.truncate(self.file, end)
            raise

    def add(self, line):
        key = key_of(line)
        if key and key in self.seen:
            return
        if self.has_moved():
            os.close(self.file)
            self.open()
        self.append(line)
        self.seen.add(key)


def add(directory, files, line):
    host, text = line.split(b" ", 1)
    name = re.sub(r"[^a-z0-9._-]", "_", host.decode("ascii", "replace").lower()).lstrip(".")
    if name not in files:
        files[name] = HostFile(os.path.join(directory, name + ".json"))
    files[name].add(text)


def answer(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main():
    files = {}
    answer("OK")
    for line in sys.stdin.buffer:
        try:
            add(sys.argv[1], files, line)
            answer("OK")
        except OSError as error:
            answer(f"{sys.argv[1]}: {error}")


main()
