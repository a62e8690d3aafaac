#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""fuse.py DIRECTORY PROGRAM

Mounts a file system of FUSE at DIRECTORY, with one file, "tool", and serves it until it is
killed. The file has the content of PROGRAM, and says of itself that it is root's, that only
root may write to it, and that it is very old.
"""

import ctypes
import errno
import os
import pathlib
import stat
import struct
import sys

LOOKUP, FORGET, GETATTR, OPEN, READ, RELEASE, FLUSH, INIT = 1, 2, 3, 14, 15, 18, 25, 26
BATCH_FORGET = 42
ROOT, TOOL = 1, 2
HEADER = struct.Struct("<IIQQIIII")


class Tool:
    def __init__(self, content):
        self.content = content

    def attributes(self, node):
        mode = stat.S_IFDIR | 0o755 if node == ROOT else stat.S_IFREG | 0o755
        size = len(self.content) if node == TOOL else 0
        # ino, size, blocks, three times; their nanoseconds; mode, nlink, uid, gid, ...
        return struct.pack("<6Q10I", node, size, size // 512, 1, 1, 1, 0, 0, 0, mode, 1, 0, 0, 0,
                           4096, 0)

    def answer(self, operation, node, body):
        """Returns the answer's body, or a negative error number."""
        if operation == INIT:
            return struct.pack("<4I2H2I2H8I", 7, 26, 65536, 0, 0, 0, 65536, 1, 0, 0, *[0] * 8)
        if operation == LOOKUP:
            if body.rstrip(b"\0") != b"tool":
                return -errno.ENOENT
            return struct.pack("<4Q2I", TOOL, 0, 3600, 3600, 0, 0) + self.attributes(TOOL)
        if operation == GETATTR:
            return struct.pack("<QII", 3600, 0, 0) + self.attributes(node)
        if operation == OPEN:
            return struct.pack("<QII", 0, 0, 0)
        if operation == READ:
            offset, size = struct.unpack_from("<QI", body, 8)
            return self.content[offset:offset + size]
        return b"" if operation in (RELEASE, FLUSH) else -errno.ENOSYS

    def serve(self, device):
        while True:
            request = os.read(device, 1 << 18)
            _, operation, unique, node, *_ = HEADER.unpack_from(request)
            if operation in (FORGET, BATCH_FORGET):
                continue
            answer = self.answer(operation, node, request[HEADER.size:])
            error, data = (answer, b"") if isinstance(answer, int) else (0, answer)
            os.write(device, struct.pack("<IiQ", 16 + len(data), error, unique) + data)


def main(directory, program):
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tool", directory.encode(), b"fuse", 0, options.encode()):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    Tool(pathlib.Path(program).read_bytes()).serve(device)


main(*sys.argv[1:])
