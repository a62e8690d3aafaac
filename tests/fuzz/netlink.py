#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""netlink.py PART MESSAGES SEED...: sends messages to the live module that no client sends.

PART is a function part_* below. Each SEED is one run of about MESSAGES messages, the same
ones each time. Exits 0 if every answer was as netlink, generic netlink and
include/shelltrap.yaml define it, and the state of the module is as before; else prints
what was sent and received, and exits 1.
"""

import contextlib
import errno
import os
import pathlib
import random
import socket
import struct
import subprocess
import sys
import time

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE / "../vm"))
from genetlink import (F_ACK, F_DUMP, F_REQUEST, NETLINK_ADD_MEMBERSHIP,  # noqa: E402
                       NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GENERIC, NLMSG_DONE, NLMSG_ERROR,
                       SOL_NETLINK, Channel, attributes, u32)
from promise import Broken, promise, run_seeds  # noqa: E402

NETLINK_DROP_MEMBERSHIP, NETLINK_BROADCAST_ERROR, NETLINK_NO_ENOBUFS = 2, 4, 5
SO_RCVBUFFORCE = 33
STATUS_GET, ALERT_GET, ALERT_NTF = 1, 2, 3
F_MULTI, F_ECHO, F_DUMP_INTR = 2, 8, 0x10
NESTED, TYPE_MASK = 0x8000, 0x3fff
RESERVED_TYPES, NO_FAMILY = 16, 0xffff
NOBODY = 65534
DATAGRAM_MAX = 160000		# fits into a socket's send buffer at once
ENOUGH = 8 << 20

# Values of the status that never change, and those that only grow.
FIXED = {"version", "instance", "armed", "rules", "names", "backlog-size", "slots"}
GROWING = {"seq-oldest", "seq-next", "execs", "hits", "alerts", "lost", "overwritten", "unsent",
           "missed"}


def walk(data):
    """[(type with flags, payload)], or None if strict parsing must refuse the bytes."""
    found = []
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if not 4 <= length <= len(data):
            return None
        found.append((kind, data[4:length]))
        data = data[(length + 3) & ~3:]
    return None if data else found


def load_spaces():
    """The spec's {space: {attribute type: (name, kind, space of a nest)}}."""
    with open(HERE / "../../include/shelltrap.yaml", encoding="ascii") as file:
        spec = yaml.load(file, Loader=yaml.CSafeLoader)
    return {space["name"]: {
        number: (attr["name"], attr["type"], attr.get("nested-attributes"))
        for number, attr in enumerate(space["attributes"], 1)}
        for space in spec["attribute-sets"]}


SPACES = load_spaces()
WIDTHS = {"u32": 4, "u64": 8, "flag": 0, "pad": 0}


def read_value(space, kind, payload):
    name, form, nest = SPACES[space].get(kind & TYPE_MASK, (kind, "unknown", None))
    promise(form != "unknown", "unknown attribute", kind, "in", space)
    promise(len(payload) == WIDTHS.get(form, len(payload)), name, "has", len(payload), "bytes")
    if form == "nest":
        return name, read_attributes(nest, payload)
    if form == "string":
        promise(payload.find(b"\0") == len(payload) - 1, name, "is no string:", payload)
    if form in ("u32", "u64"):
        return name, int.from_bytes(payload, sys.byteorder)
    return name, payload


def read_attributes(space, data):
    """{name: value}, with the last value of a repeated attribute."""
    found = walk(data)
    promise(found is not None, "bytes that are no attributes in", space)
    return dict(read_value(space, kind, payload) for kind, payload in found)


KINDS = {"alert", "loss", "event", "outcome", "repeats"}


def read_record(body):
    promise(body[0] in (ALERT_GET, ALERT_NTF), "a record is of command", body[0])
    record = read_attributes("record", body[4:])
    promise({"seq", "instance", "time"} < record.keys(), "a record without", record)
    promise(len(KINDS & record.keys()) == 1, "not of exactly one kind:", record)
    return record


def number_of(body):
    """The number of a record, without parsing the rest."""
    promise(struct.unpack_from("=HH", body, 4) == (12, 1), "no number at the head of a record")
    return struct.unpack_from("=Q", body, 8)[0]


class Talk:
    """A socket of the family, with sequence numbers of its own."""

    def __init__(self, family, number, options=(NETLINK_CAP_ACK, NETLINK_EXT_ACK), rcvbuf=0):
        self.family, self.group = family, number
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.socket.bind((0, 0))
        self.socket.setblocking(False)
        for option in options:
            self.socket.setsockopt(SOL_NETLINK, option, 1)
        if rcvbuf:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        elif not os.geteuid():
            # An ack may hold the whole request, and there may be many.
            self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ENOUGH)
        self.seq = random.randrange(1, 1 << 20)

    def next_seq(self):
        self.seq += 1
        return self.seq

    def member(self, what):
        self.socket.setsockopt(SOL_NETLINK, what, self.group)

    def receive(self):
        """[(type, flags, seq, body)] of one datagram, or [] if none is queued."""
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return []
        messages = []
        while data:
            promise(len(data) >= 16, "a datagram with a tail:", data)
            length, kind, flags, seq = struct.unpack_from("=IHHI", data)
            promise(16 <= length <= len(data), "a message of", length, "bytes in", len(data))
            messages.append((kind, flags, seq, data[16:length]))
            data = data[(length + 3) & ~3:]
        return messages

    def drain(self):
        """All queued messages. Each read makes the kernel continue a dump."""
        answers = []
        while got := self.receive():
            answers += got
        return answers

    def ask(self, command, flags, attrs=b""):
        message = Message(self, command, flags)
        message.tail = attrs
        self.socket.send(message.bytes())
        return self.drain()

    def close(self):
        self.socket.close()


class Message:
    """A request in parts, which can be changed before they are joined."""

    def __init__(self, talk, command, flags):
        self.kind, self.flags = talk.family, flags | F_REQUEST
        self.seq, self.port = talk.next_seq(), 0
        self.command, self.version, self.reserved = command, 1, 0
        self.attrs = []		# [type, payload, error in the length]
        self.tail = b""
        self.excess = 0		# error in the message's length
        self.cut = None

    def bytes(self):
        body = struct.pack("=BBH", self.command, self.version, self.reserved)
        for kind, payload, excess in self.attrs:
            length = (len(payload) + 4 + excess) & 0xffff
            body += struct.pack("=HH", length, kind) + payload + b"\0" * (-len(payload) % 4)
        body += self.tail
        head = struct.pack("=IHHII", max(0, 16 + len(body) + self.excess), self.kind, self.flags,
                           self.seq, self.port)
        return (head + body)[:self.cut]


def valid(rng, talk, state):
    if rng.random() < 0.3:
        return Message(talk, STATUS_GET, rng.choice([0, F_ACK]))
    message = Message(talk, ALERT_GET, F_DUMP)
    if rng.random() < 0.9:
        first = max(0, state["seq-next"] - rng.randrange(5))
        message.attrs.append([1, struct.pack("=Q", first), 0])
    return message


def bend_kind(rng, message):
    message.kind = rng.choice([rng.randrange(RESERVED_TYPES), NO_FAMILY])


def bend_flags(rng, message):
    message.flags ^= 1 << rng.randrange(16)


def bend_port(rng, message):
    message.port = rng.getrandbits(32)


# Commands that change or list what is in force; transactions.py sends those of the policy.
CHANGING = range(4, 12)


def bend_command(rng, message):
    message.command = rng.choice([0, STATUS_GET, ALERT_GET, ALERT_NTF, 77, 255])


def bend_version(rng, message):
    message.version = rng.randrange(256)


def bend_reserved(rng, message):
    message.reserved = 1 << rng.randrange(16)


def bend_length(rng, message):
    message.excess = rng.choice([-24, -17, -16, -8, -4, -3, -1, 1, 3, 4, 16, 4096, 0x7fffff00])


def bend_cut(rng, message):
    message.cut = rng.randrange(1, 40)


def bend_tail(rng, message):
    message.tail += rng.randbytes(rng.choice([1, 2, 3, 4, 5, 8, 64]))


def bend_huge(rng, message):
    message.attrs.append([rng.choice([1, 2, 500]), bytes(rng.choice([4096, 32768, 65000])), 0])
    if rng.random() < 0.3:
        message.attrs *= 2


def add_attribute(rng, message):
    kind = rng.choice([0, 1, 2, 3, 4, 6, 7, 99, TYPE_MASK]) | rng.choice([0, 0, NESTED, 0x4000])
    message.attrs.append([kind, rng.randbytes(rng.choice([0, 1, 4, 7, 8, 9, 12])), 0])


def add_nests(rng, message):
    payload = b""
    for _ in range(rng.choice([1, 2, 9, 200])):
        payload = struct.pack("=HH", len(payload) + 4, rng.choice([1, 4]) | NESTED) + payload
    message.attrs.append([4 | NESTED, payload, 0])


def repeat_attribute(rng, message):
    if message.attrs:
        message.attrs += [list(rng.choice(message.attrs))] * rng.choice([1, 2, 300])


def bend_attribute(rng, message):
    if message.attrs:
        attr = rng.choice(message.attrs)
        attr[rng.choice([0, 2])] = rng.choice([0, 1, 2, 3, 4, 5, 8, 4096, 65535])


def shuffle_attributes(rng, message):
    rng.shuffle(message.attrs)


BENDS = [bend_kind, bend_flags, bend_flags, bend_port, bend_command, bend_version, bend_reserved,
         bend_length, bend_cut, bend_tail, bend_huge, add_attribute, add_attribute, add_nests,
         repeat_attribute, bend_attribute, bend_attribute, shuffle_attributes]


def flip_bits(rng, data):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def datagram(rng, talk, state):
    data = b""
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        message = valid(rng, talk, state)
        for bend in rng.choices(BENDS, k=rng.choice([0, 1, 1, 2, 4])):
            bend(rng, message)
        data += message.bytes()
        data += b"\0" * (-len(data) % 4)
    # The type stays, so that no other family gets a request.
    if rng.random() < 0.1 and len(data) > 20:
        flipped = flip_bits(rng, data[16:20])
        if flipped[0] not in CHANGING:
            data = data[:16] + flipped + data[20:]
    return data[:DATAGRAM_MAX]


class Fate:
    """What must happen to one message."""

    def __init__(self, what, *errors, first=0):
        self.what, self.errors, self.first = what, set(errors), first


def fate_of_request(flags, body, privileged):
    if len(body) < 4:
        return Fate("refused", errno.EINVAL)
    command, is_dump = body[0], flags & F_DUMP == F_DUMP
    if command not in (STATUS_GET, ALERT_GET):
        return Fate("refused", errno.EOPNOTSUPP)
    if not privileged:
        return Fate("refused", errno.EPERM, errno.EOPNOTSUPP)
    if is_dump != (command == ALERT_GET):
        return Fate("refused", errno.EOPNOTSUPP)
    attrs = walk(body[4:])
    wanted = [(1, 8)] if command == ALERT_GET else []
    if attrs is None or any((kind & ~0x4000, len(payload)) not in wanted
                            for kind, payload in attrs):
        return Fate("refused", errno.EINVAL)
    first = struct.unpack("=Q", attrs[-1][1])[0] if attrs else 0
    return Fate("dump" if is_dump else "status", first=first)


def may_be_strict(flags, body):
    """Newer kernels refuse unknown flags, and reserved bytes that are not zero."""
    known = F_REQUEST | F_ACK | F_ECHO
    if flags & F_DUMP == F_DUMP:
        known |= F_DUMP
    return flags & ~known or body[2:4] != b"\0\0"


def fate_of(kind, flags, body, family, privileged):
    if not flags & F_REQUEST or kind < RESERVED_TYPES:
        return Fate("ack" if flags & F_ACK else "nothing")
    if kind != family:
        return Fate("refused", errno.ENOENT)
    fate = fate_of_request(flags, body, privileged)
    if may_be_strict(flags, body):
        fate.errors.add(errno.EINVAL)
    return fate


def fates_of(data, family, privileged=True):
    """[(seq, flags, Fate)]. The kernel ignores what follows a wrong length."""
    fates, dumping = [], False
    while len(data) >= 16:
        length, kind, flags, seq = struct.unpack_from("=IHHI", data)
        if not 16 <= length <= len(data):
            break
        fate = fate_of(kind, flags, data[16:length], family, privileged)
        if dumping and flags & F_DUMP == F_DUMP:
            fate.errors.add(errno.EBUSY)
        dumping = dumping or fate.what == "dump"
        fates.append((seq, flags, fate))
        data = data[(length + 3) & ~3:]
    return fates


def errors_in(answers):
    errors = []
    for kind, _, _, body in answers:
        if kind == NLMSG_ERROR:
            promise(len(body) >= 20, "an error of", len(body), "bytes")
            errors.append(-struct.unpack_from("=i", body)[0])
    return errors


def check_dump(answers, first, state):
    """A dump must be in order, without gaps, and end properly. Returns its numbers."""
    promise(answers and answers[-1][0] == NLMSG_DONE, "a dump without its end:", answers[-1:])
    numbers = [number_of(body) for _, _, _, body in answers[:-1]]
    whole = not any(flags & F_DUMP_INTR for _, flags, _, _ in answers)
    for flags in (flags for _, flags, _, _ in answers):
        promise(flags & F_MULTI, "a part of a dump that does not say so")
    promise(numbers == sorted(set(numbers)), "out of order:", numbers)
    promise(not numbers or numbers[0] >= first, "before", first, "that was asked for:", numbers)
    if whole and numbers:
        promise(numbers[-1] - numbers[0] == len(numbers) - 1, "with gaps:", numbers)
        promise(numbers[0] <= max(first, state["seq-next"]), "begins late:", numbers[0], first)
    if whole and first < state["seq-next"]:
        promise(numbers and numbers[-1] >= state["seq-next"] - 1, "ends early:", numbers)
    return numbers


def check_answers(answers, flags, fate, talk, state):
    errors = errors_in(answers)
    refused = any(errors)
    if refused or fate.what == "refused":
        promise(errors and set(errors) <= fate.errors, "errors", errors, "not", fate.errors)
        promise(len(answers) == 1, "more than an error:", answers)
    elif fate.what == "nothing":
        promise(not answers, "an answer to nothing:", answers)
    elif fate.what == "dump":
        promise(not errors, "an ack among a dump")
        check_dump(answers, fate.first, state)
    else:
        promise(errors == ([0] if flags & F_ACK else []), "acks:", errors)
        rest = [answer for answer in answers if answer[0] == talk.family]
        promise(len(rest) == (fate.what == "status"), "answers:", answers)
        for _, _, _, body in rest:
            read_attributes("status", body[4:])


def send(talk, data, state, privileged=True):
    """Sends one datagram and checks all answers. Returns the number of messages in it."""
    fates = fates_of(data, talk.family, privileged)
    talk.socket.send(data)
    answers = talk.drain()
    try:
        for seq, flags, fate in fates:
            check_answers([a for a in answers if a[2] == seq], flags, fate, talk, state)
        known = {seq for seq, _, _ in fates} | {0}
        promise(all(seq in known for _, _, seq, _ in answers), "not asked for:", answers)
    except Broken as broken:
        raise Broken(f"{broken}\nsent: {data[:400].hex()} ({len(data)} bytes)") from broken
    return len(fates)


class Module:
    """The family, and the last status of the module."""

    def __init__(self):
        facts = Channel().family("shelltrap")
        self.family = struct.unpack("=H", facts[1])[0]
        group = dict(attributes(attributes(facts[7])[0][1]))
        self.group = u32(group[2])
        self.talk = self.socket()
        self.state = self.ask()

    def socket(self, **how):
        return Talk(self.family, self.group, **how)

    def ask(self):
        answers = self.talk.ask(STATUS_GET, 0)
        promise(len(answers) == 1 and answers[0][0] == self.family, "no status:", answers)
        return read_attributes("status", answers[0][3][4:])

    def check(self):
        """The module is the same, and no counter has gone back."""
        before, state = self.state, self.ask()
        for name in FIXED:
            promise(state[name] == before[name], name, "was", before[name], "is", state[name])
        for name in GROWING:
            promise(state[name] >= before[name], name, "was", before[name], "is", state[name])
        promise(state["seq-oldest"] <= state["seq-next"], "oldest above next:", state)
        promise(state["backlog-used"] <= state["backlog-size"], "more than there is room:", state)
        promise(state["alerts"] + state["lost"] <= state["hits"], "more than hits:", state)
        self.state = state
        return state

    def check_unchanged(self):
        """Nothing but the count of execs has changed."""
        before = dict(self.state)
        state = dict(self.check())
        before["execs"] = state["execs"]
        promise(state == before, "changed:", before, "to", state)

    def check_records(self, first=0):
        """Checks every record from this number on, with all attributes."""
        state = self.check()
        answers = self.talk.ask(ALERT_GET, F_DUMP, struct.pack("=HHQ", 12, 1, first))
        promise(not errors_in(answers), "no dump:", answers)
        check_dump(answers, first, state)
        for _, _, _, body in answers[:-1]:
            promise(read_record(body)["instance"] == state["instance"], "another instance")


@contextlib.contextmanager
def execs(size=1000):
    """Meanwhile a server starts shells with a command line of this size."""
    code = ("import socket\n"
            "listening = socket.socket(socket.AF_UNIX)\n"
            "listening.bind('')\n"
            "listening.listen()\n"
            "open('/proc/self/comm', 'w').write('nginx')\n"
            "import subprocess\n"
            f"while True: subprocess.run(['/bin/sh', '-c', ':' + ' ' * {size}])")
    with subprocess.Popen([sys.executable, "-IS", "-c", code]) as child:
        try:
            yield
        finally:
            child.kill()


def options(rng):
    every = [NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_BROADCAST_ERROR, NETLINK_NO_ENOBUFS]
    return [option for option in every if rng.random() < 0.5]


def part_messages(rng, count, module):
    """Changed messages one after the other, sometimes from a new socket."""
    while count > 0:
        talk = module.socket(options=options(rng))
        for _ in range(50):
            count -= send(talk, datagram(rng, talk, module.state), module.state) or 1
        talk.close()
        module.check_unchanged()
    module.check_records()


def abandon(rng, module):
    """A dump is requested, read in part and abandoned, or requested again meanwhile."""
    talk = module.socket(rcvbuf=rng.choice([0, 1, 8192]))
    message = Message(talk, ALERT_GET, F_DUMP)
    talk.socket.send(message.bytes())
    try:
        for _ in range(rng.randrange(4)):
            talk.receive()
        if rng.random() < 0.3:
            talk.socket.send(message.bytes())
            errors = errors_in(talk.receive() + talk.receive())
            promise(set(errors) <= {errno.EBUSY}, "a second dump:", errors)
    except OSError as error:
        promise(error.errno == errno.ENOBUFS, "abandoned dump:", error)
    return talk


def starved(rng, module):
    """With a tiny buffer answers may be missing, but the socket must report that."""
    talk = module.socket(rcvbuf=1)
    for _ in range(rng.randrange(1, 20)):
        try:
            talk.socket.send(datagram(rng, talk, module.state))
            talk.receive()
        except OSError as error:
            promise(error.errno in (errno.ENOBUFS, errno.EAGAIN), "starved:", error)
    return talk


def part_dumps(rng, count, module):
    """Many sockets abandon dumps while execs push the oldest records out."""
    left = []
    with execs():
        while count > 0:
            left.append(rng.choice([abandon, starved])(rng, module))
            count -= 10
            if len(left) > 40:
                left.pop(rng.randrange(len(left))).close()
            if count % 50 == 0:
                module.check_records(max(0, module.state["seq-next"] - 20))
    for talk in left:
        talk.close()
    module.check_records()


def grow(module, counter, value):
    """Fills the backlog with large records until the counter has this value.

    A listener receives them, as what nobody has received is kept longer.
    """
    listener = module.socket()
    listener.member(NETLINK_ADD_MEMBERSHIP)
    with execs(7000):
        while module.ask()[counter] < value:
            with contextlib.suppress(OSError):
                listener.drain()
            time.sleep(0.05)
    listener.close()


def part_overtaken(_, count, module):
    """The backlog drops records before a slow dump has read them; the dump must say so."""
    for _ in range(count):
        grow(module, "seq-next", module.check()["seq-next"] + 20)
        talk, state = module.socket(), module.check()
        talk.socket.send(Message(talk, ALERT_GET, F_DUMP).bytes())
        answers = talk.receive()
        grow(module, "seq-oldest", state["seq-next"])
        answers += talk.drain()
        numbers = check_dump(answers, 0, state)
        promise(any(flags & F_DUMP_INTR for _, flags, _, _ in answers), "without a word:", numbers)
        talk.close()


def read_events(talk, last):
    """Returns the newest number; a gap must come with ENOBUFS."""
    try:
        for kind, _, seq, body in talk.drain():
            if kind == talk.family and not seq:
                number = number_of(body)
                promise(last in (0, number - 1), "an event missing:", last, number)
                last = number
    except OSError as error:
        promise(error.errno == errno.ENOBUFS, "events:", error)
        return 0
    return last


def part_listeners(rng, count, module):
    """Sockets join and leave the group, read slowly, send nonsense, or are closed."""
    talks = []
    with execs():
        while count > 0:
            if len(talks) < 30:
                talk = module.socket(rcvbuf=rng.choice([0, 0, 1]))
                talk.member(NETLINK_ADD_MEMBERSHIP)
                talks.append([talk, 0])
            entry = rng.choice(talks)
            act = rng.randrange(4)
            if act == 0:
                entry[1] = read_events(*entry)
            elif act == 1:
                entry[0].member(NETLINK_DROP_MEMBERSHIP)
                read_events(*entry)
                entry[0].member(NETLINK_ADD_MEMBERSHIP)
                entry[1] = 0
            elif act == 2:
                talks.remove(entry)
                entry[0].close()
            else:
                with contextlib.suppress(BlockingIOError):
                    entry[0].socket.send(datagram(rng, module.talk, module.state))
            count -= 5
            if count % 100 == 0:
                promise("listening" in module.check() or not talks, "not listening")
    for talk, _ in talks:
        talk.close()
    promise("listening" not in module.check(), "listening without a socket")
    module.check_records()


def part_nobody(rng, count, module):
    """A process without the capability gets the same errors, and EPERM otherwise."""
    child = os.fork()
    if child:
        promise(os.waitpid(child, 0)[1] == 0, "see above")
        module.check_unchanged()
        return
    status = 1
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        talk = module.socket()
        while count > 0:
            count -= send(talk, datagram(rng, talk, module.state), module.state, False) or 1
        status = 0
    except Broken as broken:
        print(broken)
    finally:
        sys.stdout.flush()
        os._exit(status)


def main():
    part, count = globals()["part_" + sys.argv[1]], int(sys.argv[2])
    return run_seeds(sys.argv[3:], lambda rng: part(rng, count, Module()))


if __name__ == "__main__":
    sys.exit(main())
