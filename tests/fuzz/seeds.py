#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""seeds.py DIRECTORY: writes the first inputs of the corpus.

DIRECTORY/message gets messages like those of the module, and broken ones;
DIRECTORY/policy gets policies at their limits, in the language of fuzz_policy.c;
DIRECTORY/access gets formats of access logs, each with a line;
DIRECTORY/holes gets patterns, in the language of fuzz_holes.c;
DIRECTORY/except gets alerts, in the language of fuzz_except.c;
DIRECTORY/stored gets lines of past records, DIRECTORY/report files of them. Run it again
when the messages, the languages or the native JSON change.
"""

import json
import pathlib
import struct
import sys

sys.path.append(str(pathlib.Path(__file__).parent / "../vm"))
sys.path.append(str(pathlib.Path(__file__).parent / "../browser"))
import samples  # noqa: E402
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


# The language of fuzz_policy.c: the size of a policy, what to add, a 7, what to try.
DEFAULTS, ROOM = bytes([1, 0]), bytes([63 << 1, 255])
SET, MEMBER, INCLUDE, RULE, END = 0, 1, 4, 5, 7
TRY_NAME, TRY_PATH, TRY_FILE, TRY_ENVIRONMENT, TRY_EXEC = 0, 2, 3, 4, 7
NAME, COMM, PATH = 0, 1, 2
OFF, ALERT, ALLOW, DENY, KILL = 1, 2, 3, 4, 5
VARIABLES = ["PATH=", "/bin", ":", "/usr/bin", "/tmp", "LD_", "ENV=", "PS4=", "=", "A", "BASH_",
             "FUNC_", "PERL", "5", "LIB=", "PYTHON", "RUBY", "NODE_", "GCONV_PATH=", "SHELLOPTS",
             "BASHOPTS=", "/usr/local/sbin", "/sbin", "/usr/sbin", "/usr/local/bin"]
ARGUMENTS = ["sh", "-c", "--", "id", "", "-", "s", "bash"]


def spelled(name):
    """A name letter by letter."""
    return bytes([0, 7, len(name)]) + name


def repeated(count, star=False):
    """The letter "b" count times, then "*"."""
    whole = min(count, 255)
    more = b"\1" * (count - whole) + (b"\3" if star else b"")
    return bytes([len(more) << 2, 2, whole, 1]) + more


def sets(count):
    return b"".join(bytes([SET, number]) for number in range(count))


def add(name, number=0, kind=NAME, file=None):
    more = b"" if kind != PATH else b"\0" if file is None else bytes([1, file])
    return bytes([MEMBER, kind, number]) + name + more


def includes(*pairs):
    return b"".join(bytes([INCLUDE, *pair]) for pair in pairs)


def policy_rule(label, action=ALERT, actor=0, scope=0, target=1, conditions=0, uid=None, more=b""):
    values = 3 | action << 2 | (conditions > 0) << 6 | (uid is not None) << 5 | (uid == 0) << 4
    return bytes([RULE, values, 0x80 | (len(more) > 0) << 6 | scope << 2 | (uid or 0), label,
                  actor, target]) + (bytes([conditions]) if conditions else b"") + more


def enforcing_rule(label, action, anybody=False, more=b""):
    return bytes([RULE, 3 | anybody << 7, action << 3 | (len(more) > 0) << 6, label, 0, 1]) + more


def cgroup(path):
    return bytes([len(path)]) + bytes("/?ab".index(letter) for letter in path)


def arguments(*words):
    return bytes([len(words)]) + bytes(ARGUMENTS.index(word) for word in words)


def only_for(path=None, argv=None):
    """The cgroup and the argv of a rule."""
    return bytes([(path is not None) << 3 | (argv is not None) << 4]) + (
        cgroup(path) if path is not None else b"") + (arguments(*argv) if argv else b"")


def attempt(*names):
    return b"".join(bytes([TRY_NAME]) + name for name in names)


def execs(file=0, target=1, who=(0, 0, 0), conditions=0, uid=0, path=None, argv=None, clean=True):
    flags = conditions | uid << 4 | clean << 5 | (path is not None) << 6 | (argv is not None) << 7
    return bytes([TRY_EXEC, flags, file, target, *who]) + (
        cgroup(path) if path is not None else b"") + (arguments(*argv) if argv else b"")


def environment(*words, pieces=b""):
    """An environment of these words; None ends a variable."""
    return bytes([TRY_ENVIRONMENT, len(words)]) + bytes(
        0x80 if word is None else VARIABLES.index(word) for word in words) + pieces


def names():
    # Pairs of names with the same FNV-1a hash, of the same length and of different lengths.
    for one, other in (b"declinate", b"macallums"), (b"costarring", b"liquid"):
        yield one.decode(), ROOM + sets(2) + add(spelled(one)) + add(spelled(other), 1) + bytes(
            [END]) + attempt(spelled(one), spelled(other))
    for length in 14, 15, 16, 62, 63, 64, 254, 255, 256:
        near = [repeated(size) for size in (14, 15, 16, length - 1, length, length + 1)]
        for name, star in ("name", False), ("prefix", True):
            yield f"{name}-{length}", ROOM + sets(2) + add(repeated(length, star)) + add(
                repeated(length, star), 1, COMM) + bytes([END]) + attempt(*near)
    yield "star", ROOM + sets(1) + add(spelled(b"*")) + add(spelled(b"")) + add(
        spelled(b"a**")) + add(spelled(b"a/b")) + bytes([END]) + attempt(
            spelled(b"*"), spelled(b""), spelled(b"a*b"), spelled(b"a/b"))
    yield "twice", ROOM + sets(3) + add(spelled(b"sh")) + add(spelled(b"sh"), 1, COMM) + add(
        spelled(b"sh"), 2) + bytes([END]) + attempt(spelled(b"sh"))
    yield "cut-alike", ROOM + sets(2) + add(spelled(b"http-nio-8080-exec")) + add(
        spelled(b"http-nio-8080-e"), 1) + bytes([END]) + attempt(spelled(b"http-nio-8080-e"))
    yield "defaults", DEFAULTS + attempt(*(bytes([0, 0, i]) for i in range(128)))


def rooms():
    for room in range(25, 29):
        yield f"room-{room}", bytes([0x80 | 4 << 1, room]) + sets(1) + add(
            spelled(b"/bin"), 0, PATH, 7) + bytes([END])
    yield "no-room", bytes([2 << 1, 1]) + sets(1) + add(repeated(9)) + add(repeated(8)) + add(
        repeated(7)) + bytes([END])
    yield "full", bytes([16 << 1, 255]) + sets(1) + b"".join(
        add(repeated(20 + i)) for i in range(17)) + bytes([END]) + attempt(
            *(repeated(20 + i) for i in range(17)))
    yield "many-sets", ROOM + sets(64) + bytes([SET, 100]) + includes(
        *((i, i + 1) for i in range(63))) + policy_rule(1) + bytes([END]) + execs(target=0xbf)
    yield "many-rules", ROOM + b"".join(policy_rule(i) for i in range(64)) + policy_rule(
        100) + bytes([END]) + execs()


def paths():
    one, other = spelled(b"/bin/sh"), spelled(b"/bin/dash")
    yield "files", ROOM + sets(3) + add(one, 0, PATH, 0x25) + add(other, 1, PATH, 0x25) + add(
        one, 2, PATH) + bytes([END]) + b"".join(
            bytes([TRY_FILE, number]) for number in range(128)) + bytes([TRY_PATH]) + one + bytes(
                [TRY_PATH]) + spelled(b"/bin/")
    yield "bad-paths", ROOM + sets(1) + b"".join(
        add(spelled(path), 0, PATH) for path in (b"*", b"/", b"/a/", b"//a", b""))


def wholes():
    chain = includes((0, 1), (1, 2), (2, 3))
    for name, more in ("chain", b""), ("diamond", includes((0, 3))), ("cycle", includes((3, 1))):
        yield name, ROOM + sets(4) + chain + more + policy_rule(1) + bytes([END]) + execs(target=8)
    for scope in 1, 2, 3:
        yield f"scope-{scope}", ROOM + policy_rule(1, actor=2, scope=scope) + bytes([END]) + (
            b"".join(execs(who=who) for who in ((2, 0, 0), (0, 2, 0), (0, 0, 2), (1, 1, 1))))
    yield "conditions", ROOM + b"".join(policy_rule(i, conditions=i) for i in range(17)) + bytes(
        [END]) + b"".join(execs(conditions=i) for i in range(16))
    yield "uid", ROOM + policy_rule(1, uid=0) + policy_rule(2, uid=1) + bytes([END]) + execs(
        ) + execs(uid=1)
    yield "cgroup", ROOM + b"".join(
        policy_rule(i, more=only_for(path)) for i, path in enumerate(("/", "/a", "/a/", "a"))
    ) + bytes([END]) + execs() + b"".join(execs(path=path) for path in ("/", "/a", "/ab", "/a/b"))
    yield "off", ROOM + policy_rule(1, OFF, conditions=8) + policy_rule(2, OFF, 2, 1, 0) + bytes(
        [END]) + execs(conditions=15)


def exceptions():
    begun = ROOM + sets(2) + add(spelled(b"/bin/sh"), 0, PATH, 1)
    yield "no-path", ROOM + sets(1) + add(spelled(b"sh")) + policy_rule(1, ALLOW) + bytes([END])
    yield "exception", begun + policy_rule(1) + policy_rule(2, ALLOW) + bytes([END]) + execs(
        file=1) + execs() + execs(file=1, conditions=8) + execs(file=1, clean=False)
    command, dashed = ("sh", "-c", "id"), ("sh", "-c", "--", "id")
    given = [command, dashed, ("sh", "-c", "--"), ("sh", "-c"), ("bash", "-c", "id"),
             ("sh", "-c", "id", ""), ("sh", "-c", "--", "--", "id"), ("sh", "-c", "")]
    yield "argv", begun + b"".join(policy_rule(i, ALLOW, more=only_for(None, argv))
                                   for i, argv in enumerate(given)) + bytes([END]) + b"".join(
        execs(file=1, argv=argv) for argv in given) + execs(file=1)


def enforcement():
    begun = ROOM + sets(2) + add(spelled(b"/bin/sh"), 0, PATH, 1)
    yield "enforced", begun + policy_rule(1) + b"".join(
        enforcing_rule(2 + i, action, anybody) for i, (action, anybody) in enumerate(
            ((DENY, False), (KILL, False), (DENY, True), (KILL, True), (OFF, True), (ALERT, True)))
    ) + enforcing_rule(9, DENY, more=only_for("/a")) + bytes([END]) + execs()
    yield "spared", begun + enforcing_rule(1, DENY) + policy_rule(
        2, ALLOW, more=only_for("/a", ("sh", "-c", "id"))) + bytes([END]) + b"".join(
            execs(file=1, path=path, argv=argv, clean=clean) for path in (None, "/a", "/b")
            for argv in (None, ("sh", "-c", "id"), ("id",)) for clean in (True, False))


def environments():
    yield "environment-clean", DEFAULTS + environment(
        "A", "=", "/tmp", None, "PATH=", "/bin", ":", "/usr/local/sbin", None)
    for name in "LD_", "ENV=", "PS4=", "PYTHON", "RUBY", "NODE_", "GCONV_PATH=", "BASHOPTS=":
        yield f"environment-{name.strip('=')}", DEFAULTS + environment(
            name, "A", None) + environment("A", name, None) + environment(name)
    yield "environment-joined", DEFAULTS + b"".join(environment(*words, None) for words in (
        ("BASH_", "ENV="), ("BASH_", "FUNC_"), ("PERL", "5", "LIB="), ("PERL", "LIB="),
        ("SHELLOPTS", "="), ("SHELLOPTS",), ("PERL",), ("BASH_",)))
    yield "environment-path", DEFAULTS + b"".join(environment("PATH=", *words, None) for words in (
        (), (":",), ("/bin", ":"), (":", "/bin"), ("/tmp",), ("/bin", "/bin"), ("A", "/bin")))
    for count in 28, 29, 30:
        yield f"environment-long-{count}", DEFAULTS + environment(
            "PATH=", "/bin", *[":", "/bin"] * count, None)


def programs():
    for part in names, rooms, paths, wholes, exceptions, enforcement, environments:
        yield from part()


# The language of fuzz_except.c: alerts, whose texts are made of these parts.
PARTS = [
    "sh", "-c", "id", "/usr/bin/convert", " ", "-", "x", "7", "42", "a1b2", "/srv/up/a",
    "/srv/up/b/c", ".jpg", "'", "\"", ";", "$x", "php", "01234567-89ab-cdef-0123-456789abcdef",
    "{number}", "{{", "{", "}", "{file:/srv}", "{nonsense}", "\n[rule x]\naction = off\n",
    "\r[set y]\r", "#", "=", "any", "\x1b[2J", "\u202e", b"\xff", "*?,", "\t", "\\", "[", "]",
    "_", "..", "eval ", "cat", "dog", "cow", "%", "\n"]
USUAL, REVERSE_SHELL, DROPPED = 0, 5, 4


def parts(*words):
    return bytes([len(words), *map(PARTS.index, words)])


def excepted(*arguments, time=0, rule=USUAL, comm=None, server=True):
    """An alert of a shell in a service of nginx, with these arguments after -c."""
    how = 0x17 | (comm is None) << 3 | server << 5
    return bytes([how, time, rule]) + (b"" if comm is None else bytes(
        [PARTS.index(comm)])) + bytes([len(arguments)]) + b"".join(
            parts(*words) for words in arguments) + bytes([0]) + parts() + bytes([1])


def excepted_again(time):
    """The same with other digits."""
    return bytes([0x3f, time, USUAL, 0xc0, 0]) + parts() + bytes([1])


def excepted_alerts():
    command = "/usr/bin/convert", " "
    yield "numbers", excepted([*command, "7", "x", "42"]) + b"".join(map(excepted_again, (1, 2, 3)))
    yield "twice", excepted([*command, "-", "x"]) * 2
    for name, words in (("words", ("cat", "dog", "cow")), ("hex", ("a1b2", "7", "42")),
                        ("files", ("/srv/up/a", "/srv/up/b/c", "/srv/up/a")),
                        ("options", ("-", "x", "=")), ("braces", ("{{", "{", "}"))):
        yield name, b"".join(excepted([*command, word, ".jpg"]) for word in words * 2)
    yield "commands", b"".join(excepted([word, " ", "7"]) * 2 for word in ("cat", "php", "eval "))
    yield "attack", excepted(["id"], time=1) * 2 + excepted(["id"], time=100) + excepted(
        ["x"], time=99, rule=REVERSE_SHELL) + excepted(["x"], rule=DROPPED)
    yield "strangers", excepted(["id"], comm="cat", server=False) * 3
    yield "callers", excepted(["id"], server=False) + excepted(["id"], comm="cat", server=False)
    for number, word in enumerate(PARTS):
        if number >= PARTS.index("{number}") and word not in ("cat", "dog", "cow"):
            yield f"hostile-{number}", excepted([word], [word, "7"], comm=word) + excepted_again(
                2) + excepted_again(3)


def line(record):
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def others():
    """Records that are no alerts."""
    about = {"instance": "5b1f9c0e77aa01d3", "time": samples.time_at(3), "host": "web01",
             "boot_id": None}
    by = {"pid": 7, "comm": "insmod", "uid": 0, "user": "root", "loginuid": 1000, "loginuser": "a"}
    yield "event", {"type": "event", "seq": 60, **about, "event": "policy-loaded", "by": by,
                    "sha256": "0f" * 32, "came": ["a"], "went": [], "changed": ["b", "c"],
                    "rule_count": 11, "enforce": True, "observe": 60}
    yield "heartbeat", {"type": "event", "seq": 61, **about, "event": "heartbeat", "by": None,
                        "hooks": {"check": True, "done": True, "deny": False}, "uptime": 99,
                        "counters": {"execs": 9, "hits": 8, "alerts": 7, "lost": 0}}
    yield "outcome", {"type": "outcome", "seq": 62, **about, "of": 42, "verdict": "killed", "by": by}
    yield "repeats", {"type": "repeats", "seq": 63, **about, "last": 63, "of": 42, "count": 40,
                      "first": samples.time_at(1), "latest": samples.time_at(2), "rule": "a",
                      "severity": "high", "verdict": "observed", "comm": "sh", "pathname": "/a"}


def past_lines():
    for record in [*samples.attack(), *samples.hostile()]:
        yield f"{'alert' if 'type' not in record else record['type']}-{record['seq']}", \
            line(record).rstrip()
    for name, record in others():
        yield name, line(record).rstrip()


def past_files():
    attack = [line(record) for record in samples.attack()]
    yield "attack-begins", b"".join(attack[:3])
    yield "attack-ends", b"".join(attack[5:])
    yield "others", attack[0] + b"".join(line(record) for _, record in others())
    for number, record in enumerate(samples.hostile()):
        yield f"hostile-{number}", line(record)


def holes():
    """Parts of a pattern and what fills them, by the tables of fuzz_holes.c."""
    def part(which, fill=0, end=1):
        return bytes([which, fill, end])

    for which, fill in (0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (2, 5), (3, 8), (0, 10):
        yield f"hole-{which}-{fill}", bytes([1]) + part(which, fill)
    yield "numbers", bytes([3]) + part(0) + part(7) + part(0, 12)
    yield "string", bytes([6]) + part(11, end=0) + part(12, end=0) + part(17) + part(2, 2) + \
        part(6) + part(3, 3)
    yield "escape", bytes([4]) + part(5) + part(0) + part(5) + part(1, 1)


def access_lines():
    """Formats of access logs, each with a line."""
    time, request = "21/Nov/2026:14:02:11 +0000", "GET /x.php?c=id HTTP/1.1"
    agent = "ev\\x22il \\\"\x1b[31m"
    logs = {
        "combined": ("combined", f'192.0.2.1 - - [{time}] "{request}" 200 1 "-" "{agent}"'),
        "apache": ('%{c}a %{remote}p [%{begin:usec}t] "%r" %>s %P %{tid}P %D "%{User-Agent}i"',
                   f'192.0.2.1 5 [1795269731000000] "{request}" 200 812 139783694235520 91 "-"'),
        "apache-times": ("%a %{%Y-%m-%d %H:%M:%S}t.%{msec_frac}t %{%z}t %{end:msec}t %U%q",
                         "::1 2026-11-21 14:02:11.250 +0000 1795269732000 /a?b"),
        "nginx": ('$remote_addr $remote_port $pid [$msec] "$request" $status $request_time',
                  f'::ffff:192.0.2.1 5 812 [1795269731.500] "{request}" 200 0.250'),
        "nginx-json": ('{"t":"$time_iso8601","p":$pid,"u":"$request_uri"}',
                       '{"t":"2026-11-21T14:02:11+00:00","p":812,"u":"/x"}'),
        "php-fpm": ('php-fpm:%R %p %t "%m %r%Q%q" %f %{milli}d',
                    f'192.0.2.1 812 {time} "GET /x.php?c=id" /srv/x.php 12.345'),
        "bad": ("%a%t %{", "192.0.2.1"),
    }
    for name, (form, line) in logs.items():
        yield name, f"{form}\n{line}".encode()


def main():
    for target, seeds in (("message", messages()), ("policy", programs()), ("holes", holes()),
                          ("stored", past_lines()), ("report", past_files()),
                          ("except", excepted_alerts()), ("access", access_lines())):
        directory = pathlib.Path(sys.argv[1]) / target
        directory.mkdir(parents=True, exist_ok=True)
        for name, data in seeds:
            (directory / name).write_bytes(data)


if __name__ == "__main__":
    main()
