#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""transactions.py STEPS SEED...: loads policies into the live module as no client does.

Each SEED is one run of STEPS requests, the same ones each time, from several sockets that
begin, add, commit, dump and are closed: whole policies, parts of policies, and broken
parts. Exits 0 if the protocol foresees every answer, if a dump gives the policy that was
committed and can be loaded again, and if the first policy could be restored; else prints
the answer and exits 1.
"""

import errno
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE / "../vm"))
from genetlink import Refused, attribute, attributes, u32  # noqa: E402
from promise import Broken, run_seeds  # noqa: E402
from transaction import (ACTION, ACTOR, ADD, ARGV, BEGIN, CGROUP, COMM, COMMIT,  # noqa: E402
                         CONDITIONS, INCLUDE, MEMBERS, NAME, NESTED, PATH, REFERENCE, RULE,
                         RULE_NAME, RULES, SCOPE, SET, SET_NAME, SETS, SEVERITY, TARGET, TEXT,
                         THREAT, TITLE, UID, Loader, number, string)

SOCKETS = 6
WORDS = ["sh", "nginx", "php-fpm*", "a", "", "*", "x" * 15, "x" * 16, "y" * 64 + "*", "z" * 255,
         "with space", "with/slash", "/bin/sh", "/no/such/file", "/", "relative", "\x80", "a.b-c_d"]
FORESEEN = {errno.EINVAL, errno.ERANGE, errno.ENOENT, errno.EBUSY}


def word(rng):
    return rng.choice(WORDS)


def some_number(rng, kind):
    return number(kind, rng.choice([0, 1, 1, 2, 3, 4, 8, 15, 64, 65, 1 << 31, 0xffffffff]))


def bend(rng, attr):
    """An attribute whose length, type or end is not what it should be."""
    length, kind = struct.unpack_from("=HH", attr)
    how = rng.randrange(4)
    if how == 0:
        return struct.pack("=HH", max(0, length + rng.choice([-4, -1, 1, 4, 9999])) & 0xffff,
                           kind) + attr[4:]
    if how == 1:
        return struct.pack("=HH", length, kind ^ (1 << rng.randrange(16))) + attr[4:]
    if how == 2:
        return attr[:rng.randrange(4, len(attr) + 1)]
    return attr + rng.randbytes(rng.choice([1, 3, 4, 8]))


def random_set(rng):
    parts = [string(SET_NAME, rng.choice(["a", "b", "c", word(rng)]))]
    for _ in range(rng.choice([0, 1, 3, 20])):
        kind = rng.choice([NAME, NAME, COMM, PATH, INCLUDE])
        parts.append(string(kind, rng.choice(["a", "b"]) if kind == INCLUDE else word(rng)))
    return attribute(SET | NESTED, b"".join(parts))


def random_rule(rng):
    parts = [string(RULE_NAME, rng.choice(["r", "s", word(rng)])), some_number(rng, SEVERITY),
             some_number(rng, ACTION)]
    optional = [lambda kind=kind: some_number(rng, kind) for kind in (SCOPE, CONDITIONS, UID)]
    optional += [lambda kind=kind: string(kind, rng.choice(["a", "b", word(rng)]))
                 for kind in (ACTOR, ACTOR, TARGET, TARGET, TARGET, CGROUP, TITLE, THREAT,
                              REFERENCE)]
    optional.append(lambda: attribute(ARGV, rng.choice([b"", b"sh\0", b"sh\0-c\0x\0", b"sh"])))
    parts += [make() for make in rng.sample(optional, rng.randrange(len(optional)))]
    return attribute(RULE | NESTED, b"".join(parts))


def sensible(rng):
    """(sizes for BEGIN, parts for ADD) of a valid policy."""
    sets, rules = rng.randrange(1, 5), rng.randrange(1, 5)
    parts = [attribute(SET | NESTED, string(SET_NAME, f"set{i}") + string(NAME, f"name{i}*") +
                       string(PATH, "/bin/sh")) for i in range(sets)]
    parts += [attribute(RULE | NESTED, string(RULE_NAME, f"rule{i}") + number(SEVERITY, 1 + i % 4) +
                        number(ACTION, 2) + string(TARGET, f"set{i % sets}"))
              for i in range(rules)]
    return (2 * sets, 4096, sets, rules), parts


def sizes_of(members, text, sets, rules):
    return (number(MEMBERS, members) + number(TEXT, text) + number(SETS, sets) +
            number(RULES, rules))


def tried(loader, command, attrs=b""):
    """None, or the error. An error that is not foreseen breaks the promise."""
    try:
        loader.ask(command, attrs)
    except Refused as refused:
        if refused.errno not in FORESEEN:
            raise Broken(f"command {command}, {attrs.hex()}: {refused}") from None
        return refused.errno
    return None


def load(loader, sizes, parts):
    for command, attrs in ((BEGIN, sizes_of(*sizes)), (ADD, b"".join(parts)), (COMMIT, b"")):
        error = tried(loader, command, attrs)
        if error:
            raise Broken(f"a valid policy is refused: {errno.errorcode[error]}")


def load_dump(loader, dump):
    sizes = dict(attributes(dump[0]))
    load(loader, [u32(sizes[kind]) for kind in (MEMBERS, TEXT, SETS, RULES)], dump[1:])


def committed(loader):
    """A committed policy can be loaded from its dump, which stays the same."""
    dump = loader.running()
    load_dump(loader, dump)
    if loader.running() != dump:
        raise Broken(f"dumped {dump}, loaded and dumped again {loader.running()}")


def step(rng, loaders):
    at = rng.randrange(SOCKETS)
    loader = loaders[at]
    act = rng.randrange(10)
    if act == 0:
        loader.channel.socket.close()
        loaders[at] = Loader()
    elif act == 1:
        load(loader, *sensible(rng))
        committed(loader)
    elif act == 2:
        sizes = rng.choice([(0, 0, 0, 0), (1, 64, 1, 1), (20, 4096, 2, 1), (65536, 1 << 22, 64, 64)])
        tried(loader, BEGIN, sizes_of(*sizes))
    elif act == 3:
        attrs = b"".join(some_number(rng, kind) for kind in rng.choices(range(0, 9), k=3))
        tried(loader, BEGIN, attrs)
    elif act == 4:
        if tried(loader, COMMIT) is None:
            committed(loader)
    else:
        part = random_set(rng) if rng.random() < 0.5 else random_rule(rng)
        tried(loader, ADD, bend(rng, part) if rng.random() < 0.3 else part)


def run(rng, steps):
    loaders = [Loader() for _ in range(SOCKETS)]
    first = loaders[0].running()
    try:
        for _ in range(steps):
            step(rng, loaders)
    finally:
        load_dump(Loader(), first)
        for loader in loaders:
            loader.channel.socket.close()


def main():
    steps = int(sys.argv[1])
    return run_seeds(sys.argv[2:], lambda rng: run(rng, steps))


if __name__ == "__main__":
    sys.exit(main())
