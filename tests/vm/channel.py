#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""channel.py CHECK: tests one promise of the netlink channel with raw messages.

Exits 0 if the promise holds; otherwise prints what happened instead and exits 1.
"""

import errno
import os
import struct
import sys

import yaml

from genetlink import (CTRL_CMD_GETPOLICY, F_ACK, F_DUMP, GENL_ID_CTRL, Channel, Refused,
                       attribute, attributes, text, u32)

SPEC = os.path.join(os.path.dirname(__file__), "../../include/shelltrap.yaml")
STATUS_GET, ALERT_GET, ALERT_NTF = 1, 2, 3
# POLICY_BEGIN, _ADD, _COMMIT and LOCK; POLICY_GET dumps the policy.
POLICY_COMMANDS = 4, 5, 6, 8
POLICY_GET = 7
U64 = struct.pack("=Q", 1)

# The values of the kernel's enum netlink_attribute_type that a request can have.
POLICY_TYPES = {1: "flag", 2: "u8", 3: "u16", 4: "u32", 5: "u64", 10: "binary", 11: "string",
                12: "string", 13: "nest"}


def spec():
    with open(SPEC, encoding="ascii") as file:
        return yaml.safe_load(file)


def family_id(channel):
    return struct.unpack("=H", channel.family("shelltrap")[1])[0]


def groups_of(channel):
    groups = {}
    for _, group in attributes(channel.family("shelltrap")[7]):
        fields = dict(attributes(group))
        groups[text(fields[1])] = u32(fields[2])
    return groups


def header(command):
    return struct.pack("=BBH", command, 1, 0)


# The fault, the message's body, its flags, the error, whether the extended ack has a text.
MALFORMED = [
    ("an attribute in a command without attributes", header(STATUS_GET) + attribute(1, b"x\0"), F_ACK,
     errno.EINVAL, True),
    ("an unknown attribute", header(STATUS_GET) + attribute(99, U64), F_ACK, errno.EINVAL, True),
    ("bytes after the header", header(STATUS_GET) + b"\1", F_ACK, errno.EINVAL, True),
    ("an attribute that only replies have", header(ALERT_GET) + attribute(2, U64), F_DUMP, errno.EINVAL, True),
    ("an unknown attribute in a dump", header(ALERT_GET) + attribute(500, U64), F_DUMP,
     errno.EINVAL, True),
    ("a number too short", header(ALERT_GET) + attribute(1, U64[:4]), F_DUMP, errno.EINVAL, True),
    ("a number too long", header(ALERT_GET) + attribute(1, U64 + b"\0" * 4), F_DUMP,
     errno.EINVAL, True),
    ("an attribute that is cut off", header(ALERT_GET) + struct.pack("=HH", 12, 1) + U64[:4], F_DUMP,
     errno.EINVAL, True),
    ("bytes after the last attribute", header(ALERT_GET) + attribute(1, U64) + b"\1\2", F_DUMP,
     errno.EINVAL, True),
    ("no command at all", b"", F_ACK, errno.EINVAL, False),
    ("a command that does not exist", header(77), F_ACK, errno.EOPNOTSUPP, False),
    ("a notification as a request", header(ALERT_NTF), F_ACK, errno.EOPNOTSUPP, False),
    ("a dump of the status", header(STATUS_GET), F_DUMP, errno.EOPNOTSUPP, False),
    ("a record without a dump", header(ALERT_GET), F_ACK, errno.EOPNOTSUPP, False),
]


def status_attribute(name):
    """Returns the number of the attribute with this name."""
    spaces = {space["name"]: space["attributes"] for space in spec()["attribute-sets"]}
    return [attribute["name"] for attribute in spaces["status"]].index(name) + 1


def status(channel):
    return attributes(channel.request(family_id(channel), STATUS_GET)[0][1][4:])


def refusal(channel, body, flags):
    channel.send(family_id(channel), flags, body)
    try:
        channel.receive()
    except Refused as refused:
        return refused
    return None


def check_malformed_is_refused():
    channel = Channel()
    for what, body, flags, wanted, explained in MALFORMED:
        refused = refusal(channel, body, flags)
        if refused is None:
            yield f"{what}: accepted"
        elif refused.errno != wanted:
            yield f"{what}: {refused}, not {os.strerror(wanted)}"
        elif explained and not refused.reason:
            yield f"{what}: no extended ack"


def check_malformed_changes_nothing():
    channel = Channel()
    before = status(channel)
    for _, body, flags, _, _ in MALFORMED:
        refusal(channel, body, flags)
    after = status(channel)
    # Other processes execute programs meanwhile: ignore the counter of execs.
    execs = 12
    if [a for a in after if a[0] != execs] != [b for b in before if b[0] != execs]:
        yield f"before {before}, after {after}"


def live_policy(channel):
    """{(command, "do" or "dump"): {attribute: type}} as the kernel enforces it."""
    tables, used = {}, {}
    answers = channel.request(GENL_ID_CTRL, CTRL_CMD_GETPOLICY,
                              attribute(2, b"shelltrap\0"), F_DUMP)
    for _, body in answers:
        for kind, payload in attributes(body[4:]):
            if kind == 8:
                for table, entries in attributes(payload):
                    for attr, facts in attributes(entries):
                        tables.setdefault(table, {})[attr] = POLICY_TYPES[
                            u32(dict(attributes(facts))[1])]
            elif kind == 9:
                for command, uses in attributes(payload):
                    for how, table in attributes(uses):
                        used[command, {1: "do", 2: "dump"}[how]] = u32(table)
    return {use: tables.get(table, {}) for use, table in used.items()}


def spec_policy():
    """Returns the same as live_policy(), from include/shelltrap.yaml."""
    families = spec()
    spaces = {space["name"]: space["attributes"] for space in families["attribute-sets"]}
    policy = {}
    for number, operation in enumerate(families["operations"]["list"], 1):
        for how in ("do", "dump"):
            if how not in operation:
                continue
            wanted = operation[how].get("request", {}).get("attributes", [])
            policy[number, how] = {
                index: attr["type"]
                for index, attr in enumerate(spaces[operation["attribute-set"]], 1)
                if attr["name"] in wanted}
    return policy


def check_the_spec_is_what_the_kernel_enforces():
    live, promised = live_policy(Channel()), spec_policy()
    if live != promised:
        yield f"kernel {live}, spec {promised}"


def check_every_operation_and_group_needs_the_capability():
    family = Channel().family("shelltrap")
    operations = {}
    for _, operation in attributes(family[6]):
        fields = dict(attributes(operation))
        operations[u32(fields[1])] = u32(fields[2])
    wanted = [number for number, _ in spec_policy()]
    if sorted(operations) != sorted(wanted):
        yield f"operations {sorted(operations)}, spec {sorted(wanted)}"
    for number, flags in operations.items():
        if not flags & 1:
            yield f"operation {number} does not need CAP_NET_ADMIN"
    groups = [group["name"] for group in spec()["mcast-groups"]["list"]]
    if list(groups_of(Channel())) != groups:
        yield f"groups {groups_of(Channel())}, spec {groups}"


def errno_of(function, *args):
    try:
        function(*args)
    except Refused as refused:
        return refused.errno
    except OSError as error:
        return error.errno
    return 0


def check_nothing_is_permitted():
    """Must be run without CAP_NET_ADMIN in the initial user namespace."""
    channel = Channel()
    number = family_id(channel)
    for what, seen in (
            ("joining", errno_of(channel.join, groups_of(channel)["alerts"])),
            ("status", errno_of(channel.request, number, STATUS_GET)),
            ("dump", errno_of(channel.request, number, ALERT_GET, b"", F_DUMP)),
            ("policy", errno_of(channel.request, number, POLICY_GET, b"", F_DUMP)),
            *((f"command {command}", errno_of(channel.request, number, command))
              for command in POLICY_COMMANDS)):
        if seen != errno.EPERM:
            yield f"{what}: {os.strerror(seen) if seen else 'allowed'}"


def check_all_is_permitted():
    """The calls of the check above succeed with the capability, so it was their only fault."""
    channel = Channel()
    number = family_id(channel)
    channel.request(number, STATUS_GET)
    channel.request(number, ALERT_GET, b"", F_DUMP)
    channel.join(groups_of(channel)["alerts"])
    yield from ()


def main():
    problems = list(globals()["check_" + sys.argv[1].replace("-", "_")]())
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
