#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""seeds.py FOLDER: writes what the corpus was begun with: messages as the module
sends them, and worse ones, into FOLDER/message; names at the edges of what a policy
takes, in the language of fuzz_policy.c, into FOLDER/policy. To be run again when
either changes.
"""

import pathlib
import struct
import sys

sys.path.append(str(pathlib.Path(__file__).parent / "../vm"))
from genetlink import attribute  # noqa: E402

FAMILY = 0x20
STATUS_GET, ALERT_GET, ALERT_NTF = 1, 2, 3
NESTED = 0x8000

HOSTILE = ["\x1b[2J", "\u202eevil\u2066", "a\nb\tc\rd", "\x7f\u009b31m", "\ufeff\u200b",
           "\U000e0041", "it's \\x41 \\n", "ün\u2028ï", "..."]
BROKEN = [b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
          b"\xe0\x80\xaf \xf0\x80\x80\xaf", b"ends in \xe2\x80",
          b"\\xff", b"\\x5c", b""]


def message(command, attrs, family=FAMILY):
    body = struct.pack("=BBH", command, 1, 0) + attrs
    return struct.pack("=IHHII", 16 + len(body), family, 2, 1, 0) + body


def u32(kind, value):
    return attribute(kind, struct.pack("=I", value))


def u64(kind, value):
    return attribute(kind, struct.pack("=Q", value))


def string(kind, value):
    return attribute(kind, (value if isinstance(value, bytes) else value.encode()) + b"\0")


def nest(kind, *attrs, flag=0):
    return attribute(kind | flag, b"".join(attrs))


def record(*attrs, seq=42):
    return u64(1, seq) + u64(2, 0x5b1f9c0e77aa01d3) + u64(3, 1795269731123456789) + b"".join(attrs)


def rule(name, severity):
    return nest(1, string(1, name), u32(2, severity))


def process(name, argv, truncated=False, login=True):
    return nest(6, u32(1, 1402), u32(2, 1403), string(3, name), string(4, name),
                attribute(5, argv), u32(6, 3), attribute(7, b"") if truncated else b"",
                string(8, name), u32(9, 33), u32(10, 33), u32(11, 0), u32(12, 33),
                u32(13, 1000) + u32(14, 7) if login else b"", u32(15, 1), u32(16, 2), u32(17, 3))


def file(name):
    return nest(7, string(1, name), u32(2, 254), u32(3, 1), attribute(8, b""), u64(4, 131),
                u32(5, 0o104755), u32(6, 0), u32(7, 0))


def server(name):
    return nest(8, u32(1, 812), string(2, name), string(3, name), u32(4, 1))


def ancestors(name, count):
    return b"".join(nest(9, u32(1, 812 - i), string(2, name)) for i in range(count))


def socket(kind, size):
    address = bytes(range(size))
    return nest(kind, u32(1, 4), u32(2, 2 if size == 4 else 10), u32(3, 1), u32(4, 1),
                attribute(5, address), u32(6, 80), attribute(7, address), u32(8, 4444))


def alert(name, argv, cgroup, *more, depth=3, flag=0):
    return record(nest(
        4, rule("webserver_shell_exec", 4), rule("illegitimate_shell", 2), u32(2, 1),
        string(3, name), string(4, name), string(5, b"x" + (name if isinstance(name, bytes)
                                                         else name.encode())),
        process(name, argv), file(b"/usr/bin/" + argv[:9].replace(b"\0", b"")), server(name),
        ancestors(name, depth), *more, u64(12, 3401), string(13, cgroup), flag=flag))


def status():
    return string(1, "0.1.0") + u64(2, 9) + u32(3, 3) + attribute(4, b"") + b"".join(
        u64(kind, kind) for kind in (7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18)) + u32(5, 3) + u32(
            6, 99) + u32(11, 64)


def messages():
    plain = alert("php-fpm8.2", b"sh\0-c\0id\0", "/system.slice/php8.2-fpm.service")
    yield "alert", message(ALERT_NTF, plain)
    yield "dumped", message(ALERT_GET, plain)
    yield "nested-flag", message(ALERT_GET, alert("nginx", b"sh\0", "/", flag=NESTED))
    yield "loss", message(ALERT_NTF, record(nest(5, u64(1, 3), u32(2, 1))))
    yield "loss-unknown", message(ALERT_NTF, record(nest(5, u64(1, 1), u32(2, 77))))
    yield "status", message(STATUS_GET, status())
    yield "empty-alert", message(ALERT_NTF, record(nest(4)))
    yield "both", message(ALERT_NTF, record(nest(4), nest(5)))
    yield "neither", message(ALERT_NTF, record())
    yield "of-nlctrl", message(ALERT_NTF, plain, family=3)
    yield "no-genl", message(ALERT_NTF, plain)[:16]
    yield "cut", message(ALERT_NTF, plain)[:-77]
    yield "number-short", message(ALERT_NTF, u32(1, 1) + nest(4))
    yield "no-nul", message(ALERT_NTF, record(nest(4, attribute(3, b"abcd"))))
    yield "nul-inside", message(ALERT_NTF, record(nest(4, attribute(3, b"a\0b\0"))))
    yield "unnamed-rule", message(ALERT_NTF, record(nest(4, nest(1), rule("other", 9))))
    yield "unknown", message(ALERT_NTF, record(attribute(99, b"x"), nest(4, attribute(98, b"x"))))
    yield "values", message(ALERT_NTF, record(nest(4, u32(2, 77), nest(10, u32(1, 99), u32(2, 99)),
                                                   nest(8, u32(4, 99)))))
    yield "many", message(ALERT_NTF, record(nest(4, *(rule("r", 1) for _ in range(140)),
                                                 ancestors("a", 40))))
    yield "deep", message(ALERT_NTF, alert("nginx", b"sh\0", "/", depth=12))
    yield "inet", message(ALERT_NTF, alert("nginx", b"sh\0", "/", socket(10, 4), socket(11, 16)))
    yield "address", message(ALERT_NTF, alert("nginx", b"sh\0", "/", socket(10, 5), socket(11, 0)))
    yield "docker", message(ALERT_NTF, alert("httpd", b"sh\0",
                                             f"/system.slice/docker-{'a1' * 32}.scope"))
    yield "lxc", message(ALERT_NTF, alert("httpd", b"sh\0", "/lxc.payload.web\x1b1/init.scope"))
    yield "no-argv", message(ALERT_NTF, record(nest(4, process("sh", b"", login=False))))
    yield "argv-cut", message(ALERT_NTF, record(nest(4, process("sh", b"sh\0abcde", True))))
    yield "long", message(ALERT_NTF, record(nest(4, string(4, "/" + "é" * 700), process(
        "sh", b"a" * 1023 + "€".encode() + b"\0b\0", True))))
    for number, text in enumerate(HOSTILE):
        yield f"hostile-{number}", message(ALERT_NTF, alert(
            text, text.encode() + b"\0-c\0\0" + text.encode(), "/" + text + ".service"))
    for number, text in enumerate(BROKEN):
        yield f"broken-{number}", message(ALERT_NTF, alert(text, text + b"\0" + text, text))


DEFAULTS, ROOM = 1, 31 << 2
ADD, RULE, EXEC, TRY = 0, 3, 4, 5


def spelled(name):
    """A name letter by letter."""
    return bytes([0, 7, len(name)]) + name


def repeated(count, star=False):
    """The letter "b" count times; with "*" behind it."""
    whole = min(count, 255)
    more = b"\1" * (count - whole) + (b"\3" if star else b"")
    return bytes([len(more) << 2, 2, whole, 1]) + more


def add(name, sets=1):
    return bytes([ADD, sets]) + name


def attempt(*names):
    return b"".join(bytes([TRY]) + name for name in names)


def programs():
    # Two names each of one FNV-1a hash: alike in length, and not.
    for one, other in (b"declinate", b"macallums"), (b"costarring", b"liquid"):
        yield one.decode(), bytes([ROOM]) + add(spelled(one)) + attempt(
            spelled(one), spelled(other)) + add(spelled(other), 2) + attempt(spelled(one))
    for length in 14, 15, 16, 62, 63, 64, 254, 255:
        yield f"name-{length}", bytes([ROOM]) + add(repeated(length)) + attempt(
            *(repeated(near) for near in (14, 15, 16, length - 1, length, length + 1)))
        yield f"prefix-{length}", bytes([ROOM]) + add(repeated(length, True)) + attempt(
            *(repeated(near) for near in (14, 15, 16, length - 1, length, length + 1)))
    yield "star", bytes([ROOM]) + add(spelled(b"*")) + add(spelled(b"")) + add(
        spelled(b"a**")) + attempt(spelled(b"*"), spelled(b""), spelled(b"a*b"))
    yield "twice", bytes([ROOM]) + add(spelled(b"sh")) + add(spelled(b"sh"), 4) + attempt(
        spelled(b"sh"))
    yield "cut-alike", bytes([ROOM]) + add(spelled(b"http-nio-8080-exec")) + add(
        spelled(b"http-nio-8080-e"), 2) + attempt(spelled(b"http-nio-8080-e"))
    yield "no-room", bytes([2 << 2 | 2]) + add(repeated(9)) + add(repeated(8)) + add(repeated(7))
    yield "full", bytes([4 << 2]) + b"".join(add(repeated(20 + i)) for i in range(16)) + attempt(
        *(repeated(20 + i) for i in range(16)))
    yield "defaults", bytes([DEFAULTS]) + attempt(*(bytes([0, 0, i]) for i in range(128)))
    yield "rules", bytes([0]) + b"".join(bytes([RULE, i, i << 2 | i & 3, i, 7 - i & 7])
                                         for i in range(9)) + bytes([EXEC, 7, 1, 2, EXEC, 1, 0, 4])
    yield "many-rules", bytes([0]) + b"".join(bytes([RULE, i, 5, 0, 1]) for i in range(1, 68)) + (
        bytes([EXEC, 1, 0, 0, RULE, 0x81, 5, 0, 1]))


def main():
    for target, seeds in ("message", messages()), ("policy", programs()):
        folder = pathlib.Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in seeds:
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
