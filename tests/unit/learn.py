# SPDX-License-Identifier: GPL-2.0
"""policy learn as a process: what it proposes is valid and silences what it says, what it does
not propose it lists with the reason, and no bytes of an alert become a section or a key."""

import gzip
import json
import pathlib
import random
import re
import subprocess
import sys

import cases

TOP = pathlib.Path(__file__).parents[2]
PROGRAM = pathlib.Path(__file__).parent / "userspace/build/shelltrap"
OUTCOMES = PROGRAM.with_name("outcomes")
SHIPPED = TOP / "userspace/conf/policy.conf"
HOUR_S = 3600
# The first sample is of 14:02:11.
NIGHT_S = 9 * HOUR_S
CONNECTED = {"type": "socket", "family": "inet", "state": "established", "sock_type": "stream",
             "local": "192.0.2.7:40112", "peer": "198.51.100.9:4444"}

sys.path.insert(0, str(TOP / "tests/browser"))
import samples  # noqa: E402


class Alerts:
    """Alerts, a minute after each other if no time is given."""

    def __init__(self):
        self.records = []

    def add(self, *argv, path="/bin/sh", rules=("webserver_shell_exec",), at=None, **more):
        seq = len(self.records) + 1
        self.records.append(samples.alert(seq, 60 * seq if at is None else at, 1000 + seq, path,
                                          list(argv), list(rules), samples.POOL, **more))

    def shell(self, *commands, **more):
        for command in commands:
            self.add("sh", "-c", command, **more)

    def bytes(self):
        return b"".join(json.dumps(one).encode() + b"\n" for one in self.records)

    def write(self, directory):
        path = directory / "alerts.json"
        path.write_bytes(self.bytes())
        return path


def run(*arguments, **more):
    return subprocess.run([PROGRAM, "policy", *arguments], capture_output=True, check=False,
                          env={"TZ": "UTC", "PATH": "/usr/bin:/bin"}, **more)


def learn(*arguments, **more):
    return run("learn", "--policy", SHIPPED, *arguments, **more)


def lines_of(text, key):
    """The values of a key, continued lines joined."""
    joined = re.sub(r"\n[ \t]+", " ", text)
    return re.findall(rf"^{key} = (.*)$", joined, re.M)


def learned(directory, alerts, *options):
    """Learns from the alerts; returns the text. It passes check, and explain fits its claims."""
    path = alerts.write(directory)
    result = learn(*options, path)
    assert (result.returncode, result.stderr) == (0, b""), result
    policy = directory / "learned.conf"
    policy.write_bytes(result.stdout)
    checked = run("check", "--replace", SHIPPED, policy)
    assert checked.returncode == 0, checked
    return result.stdout.decode()


def outcomes(directory, records):
    """What explain says about each, with what was learned laid over the shipped policy."""
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    result = subprocess.run([OUTCOMES, SHIPPED, directory / "learned.conf"], input=lines,
                            capture_output=True, check=False)
    said = result.stdout.decode().splitlines()
    assert (result.returncode, len(said)) == (0, len(records)), result
    return said


def not_learned(text):
    """{reason: the lines below it}"""
    found, reason = {}, None
    for line in text.splitlines():
        if line.startswith("# NOT LEARNED: "):
            reason = line[len("# NOT LEARNED: "):]
        elif reason and line.startswith("#   "):
            found.setdefault(reason, []).append(line)
    return found


def picture(number, rng):
    return (f"/bin/bash '/srv/mw/limit.sh' 'convert /tmp/transform_{rng.randrange(1 << 48):012x}.jpg"
            f" -resize {rng.randrange(9999)}x{number} /srv/th/{number % 7}/{number}-cat.png' 'CPU=50'")


def test_command_lines_that_differ_in_parts_become_one_with_holes(directory):
    rng, alerts = random.Random(1), Alerts()
    alerts.shell(*[picture(number, rng) for number in range(40)])
    text = learned(directory, alerts)
    assert lines_of(text, "argv") == [
        "sh -c \"/bin/bash '/srv/mw/limit.sh' 'convert /tmp/transform_{hex}.jpg -resize "
        "{number}x{number} /srv/th/{number}/{number}-cat.png' 'CPU=50'\""], text
    assert "# 40 alerts with 40 different command lines, 2026-11-21 14:03:11Z to" in text
    assert "1 exception would have silenced 40 of them" in text
    assert "{hex}: any hexadecimal digits" in text
    for said in outcomes(directory, alerts.records):
        assert "silenced by the exception learned_" in said, said


def test_the_hole_is_the_narrowest_that_takes_all(directory):
    for values, hole in (
            (["x7", "y7"], None),
            (["17", "4"], "{number}"),
            (["0a", "ff3"], "{hex}"),
            (["cat", "dog", "x.y"], "{word}"),
            (["cat", "dog"], None),
            (["01234567-89ab-cdef-0123-456789abcdef", "11234567-89ab-cdef-0123-456789abcdef"],
             "{uuid}"),
            (["/srv/up/a.jpg", "/srv/up/b/c.jpg", "/srv/up/d.jpg"], "{file:/srv/up}.jpg"),
            (["/srv/up/a.jpg", "/srv/up/b/c.png", "/srv/up/d.jpg"], "{file:/srv/up}"),
            (["/srv/up/xyz.jpg", "/srv/up/g.jpg", "/srv/up/d.jpg"], "/srv/up/{word}.jpg"),
            (["/etc/passwd", "/srv/x", "/var/y/z"], None),
            (["page-1-of-9", "page-2-of-19"], "page-{number}-of-{number}"),
            (["-q85", "-q90"], "-q{number}"),
            (["-fanna", "-fbob", "-fc.d"], "-f{word}"),
            (["-a", "-b", "-c", "-d"], None),
            (["--size=1,x", "--size=2,x"], "--size={number},x"),
            (["'a b'", "'c d'", "'e f'"], "'{word} {word}'"),
            (["a_1", "b_2", "c_3"], "{word}"),
            (["{1}", "{2}"], "{{{number}}"),
            (["../a", "../b", "../c"], "../{word}"),
            ([".a", ".b", ".c"], ".{word}")):
        alerts = Alerts()
        alerts.shell(*["/usr/bin/tool " + value for value in values * 2])
        found = lines_of(learned(directory, alerts), "argv")
        # Quoting in a policy file is another matter.
        shown = [line.replace("\"", "").replace("'", "") for line in found]
        expected = ([f"sh -c /usr/bin/tool {hole}"] if hole else
                    [f"sh -c /usr/bin/tool {value}" for value in values])
        expected = [line.replace("'", "") for line in expected]
        assert sorted(shown) == sorted(expected), (values, found)


def test_no_hole_stands_for_a_command_a_script_or_code(directory):
    for commands in (["/usr/bin/a x", "/usr/bin/b x", "/usr/bin/c x"],
                     ["php /srv/1.php", "php /srv/2.php", "php /srv/3.php"],
                     ["X=1 /usr/bin/a", "X=2 /usr/bin/a", "X=3 /usr/bin/a"],
                     ["sh /srv/1", "sh /srv/2", "sh /srv/3"],
                     ["/usr/bin/a; 1", "/usr/bin/a; 2", "/usr/bin/a; 3"],
                     ["eval 1", "eval 2", "eval 3"],
                     ["python3 -c 1", "python3 -c 2", "python3 -c 3"]):
        alerts = Alerts()
        alerts.shell(*commands * 3)
        text = learned(directory, alerts)
        assert len(lines_of(text, "argv")) == 3 and "{" not in "".join(lines_of(text, "argv")), text


def test_what_differs_in_more_than_the_command_line_is_apart(directory):
    alerts = Alerts()
    process = samples.alert(1, 1, 1, "/bin/sh", ["sh", "-c", "x"], ["x"], [])["process"]
    for number in range(4):
        alerts.shell(f"echo {number}")
        alerts.shell(f"echo {number}", cgroup={"id": 1, "path": "/system.slice/b.service"})
        alerts.shell(f"echo {number}", process=process | {
            "uid": 34, "argv": ["sh", "-c", f"echo {number}"]})
        alerts.add("sh", "-c", f"echo {number}", path="/bin/bash")
        alerts.shell(f"echo {number}", server={"pid": 1, "comm": "nginx", "exe": "/usr/sbin/nginx",
                                               "matched": "comm", "port": None})
    text = learned(directory, alerts)
    assert lines_of(text, "argv") == ["sh -c 'echo {number}'"] * 5, text
    assert lines_of(text, "cgroup").count("/system.slice/b.service") == 1
    assert lines_of(text, "uid").count("34") == 1


def test_what_occurred_once_or_at_night_is_not_learned(directory):
    alerts = Alerts()
    alerts.shell("/bin/once")
    alerts.shell("/bin/twice", "/bin/twice")
    alerts.shell("/bin/night 1", at=NIGHT_S)
    alerts.shell("/bin/night 2", at=NIGHT_S + HOUR_S)
    text = learned(directory, alerts)
    assert lines_of(text, "argv") == ["sh -c /bin/twice"], text
    apart = not_learned(text)
    assert "/bin/once" in apart.pop("it occurred only once")[0]
    assert apart.pop("it occurred only between 22:00 and 6:00")[0].count("2 alerts") == 1
    assert not apart


def test_what_happened_beside_a_reverse_shell_is_not_learned(directory):
    alerts = Alerts()
    for at in (0, 5 * HOUR_S, 5 * HOUR_S + 60):
        alerts.shell("/bin/usual", at=at)
    alerts.shell("/bin/before", "/bin/before", at=5 * HOUR_S - 500)
    alerts.add("bash", "-i", path="/bin/bash", at=5 * HOUR_S, stdin=CONNECTED,
               rules=["webserver_reverse_shell"])
    alerts.shell("/bin/after", "/bin/after", at=5 * HOUR_S + 590)
    alerts.shell("/bin/later", "/bin/later", at=5 * HOUR_S + 610)
    other = {"pid": 1, "comm": "nginx", "exe": "/usr/sbin/nginx", "matched": "comm", "port": None}
    alerts.shell("/bin/other", "/bin/other", at=5 * HOUR_S, server=other)
    alerts.shell("/bin/usual", at=HOUR_S)
    for options in ([], ["--rule", "webserver_shell_exec"]):
        text = learned(directory, alerts, *options)
        assert sorted(lines_of(text, "argv")) == [
            "sh -c /bin/later", "sh -c /bin/other", "sh -c /bin/usual"], text
        assert "BEWARE: it would also have silenced 2 alerts near a REVERSE SHELL" in text
        beside = [lines for reason, lines in not_learned(text).items() if "reverse shell of the same"
                  in reason][0]
        assert len(beside) == 2 and "/bin/after" in "".join(beside), text
    assert "a reverse shell looks like this" in learned(directory, alerts)


def test_what_can_have_no_exception_is_listed_with_the_reason(directory):
    alerts = Alerts()
    for _ in range(3):
        alerts.add("/tmp/x", path="/tmp/x", rules=["webserver_dropped_exec"])
        alerts.shell("/bin/injected", rules=["webserver_shell_exec", "webserver_injected_exec"])
        alerts.shell("/bin/failed", verdict="failed")
        alerts.shell("/bin/pending", verdict="pending")
        alerts.add("gone", path="/no/such/program")
        alerts.shell("x" * 5000)
        alerts.shell("/bin/fine", verdict="would-deny")
    text = learned(directory, alerts)
    assert lines_of(text, "argv") == ["sh -c /bin/fine"], text
    reasons = " ".join(not_learned(text))
    for word in ("dropped or injected", "failed", "not over yet", "not on this machine",
                 "longer than"):
        assert word in reasons, (word, reasons)
    assert sum(len(lines) for lines in not_learned(text).values()) == 6, not_learned(text)


def test_repeats_count_with_their_alert(directory):
    alerts = Alerts()
    alerts.shell("/bin/a")
    alerts.records.append({"type": "repeats", "seq": 2, "instance": "5b1f9c0e77aa01d3", "of": 1,
                           "time": samples.time_at(300), "count": 41, "host": "web01",
                           "latest": samples.time_at(299)})
    text = learned(directory, alerts)
    assert "# 42 alerts, 2026-11-21 14:03:11Z to 2026-11-21 14:07:10Z:" in text, text


def test_an_exception_that_is_there_already_is_not_learned_again(directory):
    alerts = Alerts()
    alerts.shell(*[f"echo {number}" for number in range(3)])
    text = learned(directory, alerts)
    assert len(lines_of(text, "argv")) == 1
    again = learn("--policy", directory / "learned.conf", alerts.write(directory))
    assert "an exception of the policy silences it" in again.stdout.decode(), again
    assert not lines_of(again.stdout.decode(), "argv")


def test_the_names_are_the_same_whenever_the_same_is_learned(directory):
    alerts = Alerts()
    alerts.shell(*[f"echo {number}" for number in range(3)], "/bin/a", "/bin/a")
    first = re.findall(r"^\[.*", learned(directory, alerts), re.M)
    alerts.records.reverse()
    for seq, record in enumerate(alerts.records):
        record["seq"] = seq + 100
    assert sorted(re.findall(r"^\[.*", learned(directory, alerts), re.M)) == sorted(first)


def test_gz_standard_input_and_several_files_are_read(directory):
    alerts, more = Alerts(), Alerts()
    alerts.shell(*[f"echo {number}" for number in range(5)])
    more.shell(*[f"echo {number}" for number in range(90, 95)])
    for record in more.records:
        record["seq"] += 50
    (directory / "a.gz").write_bytes(gzip.compress(alerts.bytes()))
    (directory / "b").write_bytes(more.bytes())
    by_file = learn(directory / "a.gz", directory / "b")
    assert b"# 10 alerts with 10 different" in by_file.stdout, by_file
    by_pipe = learn("-", input=alerts.bytes())
    assert b"# 5 alerts with 5 different" in by_pipe.stdout, by_pipe


def test_broken_lines_are_one_message_and_the_rest_is_learned(directory):
    alerts = Alerts()
    alerts.shell("echo 1", "echo 2")
    path = alerts.write(directory)
    whole = learn(path).stdout
    path.write_bytes(b'{"seq":7,"inst\n\xff\xfe\n[]\n{}\n' + alerts.bytes() + b'{"seq":9')
    result = learn(path)
    assert result.returncode == 1 and result.stdout == whole, result
    assert result.stderr.count(b"\n") == 1 and b"not a whole record" in result.stderr, result


def test_bad_input_is_one_clear_line(directory):
    alerts = Alerts()
    alerts.shell("/bin/a", "/bin/a")
    path = alerts.write(directory)
    for arguments, code, word in (
            ((directory / "none",), 1, b"No such file"),
            (("--since", "never", path), 2, b"is no time"),
            (("--rule",), 2, b"needs a value"),
            (("--severity", "x", path), 2, b"--severity"),
            (("--since", "2027-01-01", path), 1, b"no alerts were found"),
            (("--server", "none", path), 1, b"no alerts were found")):
        result = learn(*arguments)
        assert result.returncode == code and word in result.stderr, (arguments, result)
        assert not result.stdout, result
    bad = directory / "bad.conf"
    bad.write_text("[rule x]\nargv = a\nnonsense = 1\n")
    result = run("learn", "--policy", bad, path)
    assert result.returncode == 2 and f"{bad}:3: ".encode() in result.stderr, result


def sections(text):
    return re.findall(r"^\[(.*)", text, re.M)


HOSTILE = ["\n[rule a]\naction = off\n", "\r[set x]\rnames = sh", "#\n;\n[set y]", "'\"\\$`{}{{",
           "{number}", "{file:/}", "{nonsense}", "any", "a=b", "\x1b[2J\x07", "\u202e\u2066", "*?,",
           " leading", "\ttab", "", "\\n[rule b]\\n"]


def test_no_bytes_of_an_alert_become_a_section_or_a_key(directory):
    rng = random.Random(7)
    alerts = Alerts()
    for number in range(400):
        argv = ["sh", "-c", *("".join(rng.choices([*HOSTILE, "w", str(number % 10)], k=2))
                              for _ in range(rng.randrange(4)))]
        server = {"pid": 1, "comm": rng.choice(HOSTILE), "exe": "/usr/sbin/nginx" +
                  rng.choice(["", "\n[rule c]"]), "matched": "comm", "port": None}
        for _ in range(2):
            alerts.add(*argv, comm=rng.choice(HOSTILE), server=server, host=rng.choice(HOSTILE),
                       cgroup={"id": 1, "path": "/a/" + rng.choice(HOSTILE) + ".service"})
    text = learned(directory, alerts)
    assert len(sections(text)) > 20
    names = r"(rule learned_[0-9a-f]{16}|set learned_(program|server)_[0-9a-f]{16})\]"
    for section in sections(text):
        assert re.fullmatch(names, section), section
    keys = {line.split(" = ")[0] for line in text.splitlines()
            if line and line[0] not in "#[ \t"}
    assert keys <= {"paths", "actor", "scope", "target", "uid", "cgroup", "cwd", "argv",
                    "severity", "action"}, keys
    assert set(lines_of(text, "action")) == {"allow"}
    assert all(line.isprintable() for line in text.splitlines()), "it can act on a terminal"
    claimed = int(re.search(r"would have silenced (\d+) of them", text)[1])
    silenced = sum("silenced by" in said for said in outcomes(directory, alerts.records))
    assert 100 < claimed <= silenced, (claimed, silenced)


def test_a_policy_that_is_full_is_said(directory):
    alerts = Alerts()
    for number in range(70):
        for _ in range(2):
            alerts.shell(f"/bin/prog{'abcdefghij'[number % 10] * (number // 10 + 1)}x")
    text = learned(directory, alerts)
    assert len(lines_of(text, "argv")) == 64 - 11, len(lines_of(text, "argv"))
    assert any("at most" in reason for reason in not_learned(text)), list(not_learned(text))


def test_beyond_its_limits_it_says_what_it_did_not_look_at(directory):
    record = samples.alert(1, 1, 1, "/bin/sh", ["sh", "-c", "@"], ["webserver_shell_exec"], [])
    template = json.dumps(record)
    path = directory / "alerts.json"
    with open(path, "w", encoding="utf-8") as file:
        for number in range(1, 20101):
            word = "".join("abcdefghij"[int(digit)] for digit in str(number))
            file.write(template.replace("@", f"{word} x").replace('"seq": 1,', f'"seq": {number},') +
                       "\n")
    result = learn(path, timeout=120)
    assert result.returncode == 0, result.stderr
    assert b"# NOT LOOKED AT: 100 alerts, as there are more than 20000" in result.stdout
    assert result.stdout.count(b"\n") < 300
    assert b"and 19800 more" in result.stdout, result.stdout[-300:]


def main():
    return cases.run_tests(globals(), cases.in_a_directory)


if __name__ == "__main__":
    sys.exit(main())
