# SPDX-License-Identifier: GPL-2.0
"""Generic netlink without a library, so that tests can send malformed messages."""

import os
import socket
import struct

NETLINK_GENERIC = 16
SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 1, 10, 11

NLMSG_ERROR, NLMSG_DONE = 2, 3
F_REQUEST, F_ACK, F_DUMP, F_ACK_TLVS = 1, 4, 0x300, 0x200
NLMSGERR_ATTR_MSG = 1

GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY = 3, 10


def attribute(kind, payload):
    return (struct.pack("=HH", len(payload) + 4, kind) + payload).ljust(
        (len(payload) + 7) & ~3, b"\0")


def attributes(data):
    """Returns [(type without flags, payload)]."""
    found = []
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        found.append((kind & 0x3fff, data[4:length]))
        data = data[(length + 3) & ~3:]
    return found


def u32(payload):
    return struct.unpack("=I", payload)[0]


def text(payload):
    return payload.rstrip(b"\0").decode()


class Refused(Exception):
    """The kernel's error, with the text of its extended ack ('' if there is none)."""

    def __init__(self, errno, reason):
        super().__init__(f"{os.strerror(errno)}: {reason or 'no extended ack'}")
        self.errno, self.reason = errno, reason


class Channel:
    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.socket.bind((0, 0))
        self.socket.settimeout(10)
        for option in (NETLINK_CAP_ACK, NETLINK_EXT_ACK):
            self.socket.setsockopt(SOL_NETLINK, option, 1)

    def send(self, family, flags, body):
        """Sends body, which should begin with a generic netlink header, unchanged."""
        header = struct.pack("=IHHII", 16 + len(body), family, flags | F_REQUEST, 1, 0)
        self.socket.send(header + body)

    def receive(self):
        """Returns [(flags, body)] of the answers before the ack or the end of the dump."""
        answers = []
        while True:
            data = self.socket.recv(1 << 16)
            while data:
                length, kind, flags = struct.unpack_from("=IHH", data)
                message, data = data[:length], data[(length + 3) & ~3:]
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    refuse_if_error(kind, flags, message)
                    return answers
                answers.append((flags, message[16:]))

    def request(self, family, command, attrs=b"", flags=F_ACK):
        self.send(family, flags, struct.pack("=BBH", command, 1, 0) + attrs)
        return self.receive()

    def family(self, name):
        """Returns {attribute type: payload} of the kernel's description of a family."""
        answer = self.request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                              attribute(2, name.encode() + b"\0"))
        return dict(attributes(answer[0][1][4:]))

    def join(self, group):
        self.socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)


def refuse_if_error(kind, flags, message):
    errno = -struct.unpack_from("=i", message, 16)[0]
    if not errno:
        return
    reason = b""
    if flags & F_ACK_TLVS and kind == NLMSG_ERROR:
        reason = dict(attributes(message[36:])).get(NLMSGERR_ATTR_MSG, b"")
    raise Refused(errno, text(reason))
