#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""transaction.py CHECK: tests one promise of loading a policy with raw messages.

Exits 0 if the promise holds; otherwise prints what happened instead and exits 1.
"""

import errno
import struct
import sys

from channel import family_id, status, status_attribute
from genetlink import F_DUMP, Channel, Refused, attribute, attributes, u32

BEGIN, ADD, COMMIT, GET = 4, 5, 6, 7
MEMBERS, TEXT, SET, RULE, SETS, RULES = range(1, 7)
SET_NAME, INCLUDE, NAME, COMM, PATH = 1, 2, 3, 4, 5
(RULE_NAME, SEVERITY, TITLE, THREAT, REFERENCE, ACTION, ACTOR, SCOPE, TARGET, CONDITIONS, UID,
 CGROUP, ARGV, HITS, _, _, OBSERVED) = range(1, 18)
OFF, ALERT, ALLOW = 1, 2, 3
NESTED = 0x8000
POLICIES = status_attribute("policies")


def string(kind, value):
    return attribute(kind, value.encode() + b"\0")


def number(kind, value):
    return attribute(kind, struct.pack("=I", value))


def set_of(name, *parts):
    return attribute(SET | NESTED, string(SET_NAME, name) + b"".join(parts))


def rule(name, *parts, action=ALERT):
    return attribute(RULE | NESTED, string(RULE_NAME, name) + number(SEVERITY, 2) +
                     number(ACTION, action) + b"".join(parts))


class Loader:
    """A socket that loads policies."""

    def __init__(self):
        self.channel = Channel()
        self.family = family_id(self.channel)

    def ask(self, command, attrs=b"", **flags):
        return self.channel.request(self.family, command, attrs, **flags)

    def begin(self, members=1, text=4096, sets=1, rules=1):
        self.ask(BEGIN, number(MEMBERS, members) + number(TEXT, text) + number(SETS, sets) +
                 number(RULES, rules))

    def add(self, *parts):
        self.ask(ADD, b"".join(parts))

    def commit(self):
        self.ask(COMMIT)

    def running(self):
        """Returns the messages of the dump of the policy in force."""
        return [body[4:] for _, body in self.ask(GET, flags=F_DUMP)]


def refusal(function, *args):
    try:
        function(*args)
    except Refused as refused:
        return refused
    return None


# The fault, and the attributes to add. Each must be refused with a text.
SHELLS = set_of("shells", string(NAME, "sh"))
HIT = (string(TARGET, "shells"),)
WRONG = [
    ("a set without a name", attribute(SET | NESTED, string(NAME, "sh"))),
    ("an unknown set as actor", SHELLS + rule("r", string(ACTOR, "who"), number(SCOPE, 1), *HIT)),
    ("an unknown set as target", SHELLS + rule("r", string(TARGET, "what"))),
    ("an unknown set included", set_of("a", string(INCLUDE, "b"))),
    ("a set that includes itself", set_of("a", string(INCLUDE, "a"))),
    ("a label with a space", set_of("a b")),
    ("a label without a letter", set_of("")),
    ("a name with a '/'", set_of("a", string(NAME, "bin/sh"))),
    ("an empty name", set_of("a", string(NAME, ""))),
    ("a name that matches everything", set_of("a", string(NAME, "*"))),
    ("a task's name too long", set_of("a", string(COMM, "0123456789abcdef"))),
    ("a prefix too long", set_of("a", string(NAME, "x" * 64 + "*"))),
    ("a relative path", set_of("a", string(PATH, "bin/sh"))),
    ("a string that does not end", attribute(SET | NESTED, attribute(SET_NAME, b"abc"))),
    ("a nest without its flag", attribute(SET, string(SET_NAME, "a"))),
    ("an unknown attribute", attribute(SET | NESTED, string(SET_NAME, "a") + string(77, "b"))),
    ("the same rule twice", SHELLS + rule("r", *HIT) + rule("r", *HIT)),
    ("a rule for every exec", rule("r")),
    ("a rule without an action", SHELLS + attribute(
        RULE | NESTED, string(RULE_NAME, "r") + number(SEVERITY, 1) + string(TARGET, "shells"))),
    ("a severity that does not exist", SHELLS + attribute(
        RULE | NESTED, string(RULE_NAME, "r") + number(SEVERITY, 9) + number(ACTION, ALERT) +
        string(TARGET, "shells"))),
    ("an action that does not exist", SHELLS + rule("r", *HIT, action=99)),
    ("a condition that does not exist", SHELLS + rule("r", *HIT, number(CONDITIONS, 1 << 20))),
    ("an actor without a scope", SHELLS + rule("r", string(ACTOR, "shells"), *HIT)),
    ("a scope without an actor", SHELLS + rule("r", number(SCOPE, 2), *HIT)),
    ("a counter", SHELLS + rule("r", *HIT, attribute(HITS, b"\0" * 8))),
    ("a verdict's counter", SHELLS + rule("r", *HIT, attribute(OBSERVED, b"\0" * 8))),
    ("argv of an alert", SHELLS + rule("r", *HIT, attribute(ARGV, b"sh\0"))),
    ("argv that does not end", SHELLS + rule("r", *HIT, attribute(ARGV, b"sh"), action=ALLOW)),
    ("an exception without a target", SHELLS + rule("r", string(ACTOR, "shells"),
                                                    number(SCOPE, 1), action=ALLOW)),
    ("more members than announced", set_of("a", string(NAME, "n"), string(NAME, "m"))),
    ("more text than announced",
     set_of("x" * 47) + set_of("a", string(PATH, "/" + "x" * 4040))),
    ("too many sets", b"".join(set_of(f"s{i}") for i in range(65))),
    ("too many rules", SHELLS + b"".join(rule(f"r{i}", *HIT) for i in range(65))),
]


def check_faults_are_refused_and_change_nothing():
    loader = Loader()
    before = loader.running()
    for what, parts in WRONG:
        loader.begin()
        refused = refusal(loader.add, parts)
        if refused is None:
            yield f"{what}: accepted"
        elif refused.errno not in (errno.EINVAL, errno.ERANGE) or not refused.reason:
            yield f"{what}: {refused}"
        refused = refusal(loader.commit)
        if refused is None or refused.errno not in (errno.ENOENT, errno.EINVAL):
            yield f"{what}: the transaction continues: {refused}"
    if loader.running() != before:
        yield "another policy is in force"


# Faults that only the commit can find.
WRONG_AT_LAST = [
    ("sets that include each other", (0, 2, 0),
     set_of("a") + set_of("b", string(INCLUDE, "a")) + set_of("a", string(INCLUDE, "b"))),
    ("an exception whose target has no paths", (1, 1, 1),
     SHELLS + rule("r", *HIT, action=ALLOW)),
    ("fewer sets than announced", (1, 2, 1), SHELLS + rule("r", *HIT)),
    ("fewer rules than announced", (1, 1, 2), SHELLS + rule("r", *HIT)),
    ("fewer members than announced", (2, 1, 1), SHELLS + rule("r", *HIT)),
]


def check_an_inconsistent_policy_is_refused_at_the_commit():
    loader = Loader()
    before = loader.running()
    for what, (members, sets, rules), parts in WRONG_AT_LAST:
        loader.begin(members=members, sets=sets, rules=rules)
        loader.add(parts)
        refused = refusal(loader.commit)
        if refused is None or refused.errno != errno.EINVAL or not refused.reason:
            yield f"{what}: {refused}"
    if loader.running() != before:
        yield "another policy is in force"


def check_limits_of_begin():
    loader = Loader()
    for sizes in ((65537, 100), (8, (4 << 20) + 1), (0xffffffff, 0xffffffff), (8, 100, 65),
                  (8, 100, 1, 65)):
        refused = refusal(loader.begin, *sizes)
        if refused is None or refused.errno != errno.ERANGE:
            yield f"{sizes}: {refused}"
    loader.begin(65536, 4 << 20)


def check_add_and_commit_need_begin():
    loader = Loader()
    for function in (loader.add, loader.commit):
        refused = refusal(function)
        if refused is None or refused.errno != errno.ENOENT or not refused.reason:
            yield f"{function.__name__}: {refused}"


def policies():
    return u32(dict(status(Channel()))[POLICIES])


def check_two_sockets_do_not_mix():
    one, other = Loader(), Loader()
    one.begin()
    other.begin()
    one.add(set_of("ones", string(NAME, "one")))
    other.add(set_of("others", string(NAME, "other")))
    refused = refusal(other.add, rule("r", string(TARGET, "ones")))
    if refused is None:
        yield "one socket's set is known in another's policy"
    one.add(rule("r", string(TARGET, "ones")))
    one.commit()
    dump = b"".join(one.running())
    if b"ones\0" not in dump or b"others\0" in dump:
        yield f"in force is {dump}"


def check_a_transaction_ends_with_its_socket():
    before, running = policies(), Loader().running()
    for _ in range(40):
        loader = Loader()
        loader.begin()
        loader.add(SHELLS)
        loader.channel.socket.close()
    if policies() != before or Loader().running() != running:
        yield "an unfinished policy came into force"
    # If the module kept those transactions, it would refuse another one.
    loader = Loader()
    loader.begin()


def check_too_many_transactions_are_refused():
    loaders = [Loader() for _ in range(17)]
    refused = [refusal(loader.begin) for loader in loaders]
    if any(refused[:16]) or refused[16] is None or refused[16].errno != errno.EBUSY:
        yield f"{refused}"


def check_begin_discards_what_was_added():
    loader = Loader()
    loader.begin()
    loader.add(SHELLS)
    loader.begin()
    if refusal(loader.add, rule("r", *HIT)) is None:
        yield "a set of the previous transaction is still there"


def check_a_dump_loads_as_the_same_policy():
    loader = Loader()
    parts = loader.running()
    sizes = dict(attributes(parts[0]))
    loader.begin(*(u32(sizes[kind]) for kind in (MEMBERS, TEXT, SETS, RULES)))
    for part in parts[1:]:
        loader.add(part)
    loader.commit()
    after = loader.running()
    if after != parts:
        yield f"was {parts}, is {after}"


def main():
    problems = list(globals()["check_" + sys.argv[1].replace("-", "_")]())
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
