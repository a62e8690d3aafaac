# SPDX-License-Identifier: GPL-2.0
"""--help, shelltrap(8) and the completion of bash name the same commands and options."""

import functools
import pathlib
import re
import shlex
import subprocess
import sys

import cases

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = TOP / "tests/unit/userspace/build/shelltrap"
MANUAL = TOP / "userspace/man/shelltrap.8"
COMPLETION = TOP / "userspace/completion/shelltrap.bash"

# Every command has these; the manual says so once.
COMMON = {"--help": None, "--version": None}

OPTION = re.compile(r"(--[a-z][a-z-]*)(?: ([A-Za-z][\w-]*))?")


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)


@functools.cache
def help_of(command):
    done = run(*command.split(), "--help")
    assert done.returncode == 0 and not done.stderr, f"{command} --help: {done.stderr}"
    return done.stdout


@functools.cache
def commands():
    """The commands of --help, an action of a command as "policy load"."""
    found = []
    for name in re.findall(r"^  ([a-z]+) ", help_of(""), re.M):
        found += re.findall(rf"^(?:Usage:|      ) shelltrap ({name} [a-z]+)\b",
                            help_of(name), re.M) or [name]
    return found


def options_in_help(text):
    """{option: its value or None}, without those that every command has."""
    found = {}
    for label in re.findall(r"^  (?:-\w, )?(--.*?)(?:  |$)", text, re.M):
        option, value = OPTION.fullmatch(label).groups()
        found[option] = value
    return {option: value for option, value in found.items() if option not in COMMON}


def text_of(line):
    """A line of the manual's source without fonts and escapes."""
    match = re.match(r"\.([A-Z]+) ?(.*)", line)
    if match:
        words = shlex.split(match[2].replace("\\", "\\\\").replace("'", "\\'"))
        line = ("" if match[1] in ("BI", "BR", "IB", "IR", "RB", "RI") else " ").join(words)
    line = re.sub(r"\\f.|\\&", "", line)
    return line.replace(r"\-", "-")


def section(name):
    return re.search(rf"^\.SH {name}\n(.*?)^\.SH ", MANUAL.read_text(), re.M | re.S)[1]


def options_in_synopsis():
    """{command: {option: value}}; "shelltrap [COMMAND] --help | --version" is no command."""
    found = {}
    for usage in section("SYNOPSIS").split(".br\n"):
        text = " ".join(text_of(line) for line in usage.splitlines())
        command = re.match(r"shelltrap ([a-z]+(?: [a-z]+)?)", text)
        if command:
            found[command[1]] = dict(OPTION.findall(text))
    return {command: {option: value or None for option, value in options.items()}
            for command, options in found.items()}


def options_in_manual():
    """{command: {option: value}} of the paragraphs that describe options."""
    found = {}
    options, previous = {}, ""
    for line in section("COMMANDS").splitlines():
        if line.startswith(".SS "):
            options = found.setdefault(text_of(line), {})
        if previous in (".TP", ".TQ") and text_of(line).startswith("--"):
            option, value = OPTION.match(text_of(line)).groups()
            options[option] = value
        previous = line
    return found


@functools.cache
def completed(*words):
    """What bash offers after these words for the last one."""
    script = (f"source {COMPLETION}; COMP_WORDS=(shelltrap {shlex.join(words)}); "
              f"COMP_CWORD={len(words)}; _shelltrap; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def assert_same(here, here_name, there, there_name):
    for missing, name in ((here - there, there_name), (there - here, here_name)):
        assert not missing, f"{name} lacks: {', '.join(sorted(missing))}"


def described(options):
    return {f"{option} {value}" if value else option for option, value in options.items()}


def compare_with_manual(in_manual, where):
    names = set(commands())
    assert_same(names, "--help", set(in_manual), where)
    for name in sorted(names):
        assert_same(described(options_in_help(help_of(name))), f"{name} --help",
                    described(in_manual[name]), f"{where} of {name}")


def test_the_synopsis_has_the_commands_and_options_of_help():
    compare_with_manual(options_in_synopsis(), "SYNOPSIS")


def test_the_manual_describes_the_commands_and_options_of_help():
    compare_with_manual(options_in_manual(), "COMMANDS")


def test_the_completion_offers_the_commands_and_options_of_help():
    first = {name.split()[0] for name in commands()}
    assert_same(first | set(COMMON), "--help", completed(""), "the completion")
    for name in commands():
        words = name.split()
        if len(words) > 1:
            assert words[1] in completed(words[0], ""), f"the completion lacks {name}"
        assert_same(set(options_in_help(help_of(name))) | set(COMMON), f"{name} --help",
                    completed(*words, "--"), f"the completion of {name}")


def test_the_completion_offers_actions_of_help():
    for first in {name.split()[0] for name in commands() if " " in name}:
        actions = {name.split()[1] for name in commands() if name.startswith(first + " ")}
        assert_same(actions | set(COMMON), f"{first} --help", completed(first, ""),
                    f"the completion of {first}")


def test_the_completion_offers_no_option_as_a_value():
    for name in commands():
        for option, value in options_in_help(help_of(name)).items():
            offered = "--help" in completed(*name.split(), option, "--")
            assert offered == (value is None), f"the completion of {name} after {option}"


def test_the_help_of_a_command_has_its_actions_options():
    for name in commands():
        missing = described(options_in_help(help_of(name))) - described(
            options_in_help(help_of(name.split()[0])))
        assert not missing, f"{name.split()[0]} --help lacks: {missing}"


def test_each_option_of_help_is_one():
    for name in commands():
        for option, value in options_in_help(help_of(name)).items():
            done = run(*name.split(), option, *([] if value else ["--help"]))
            what = f"{name} {option}: {done.stderr}"
            assert done.returncode == (2 if value else 0), what
            assert bool(value) == ("needs a value" in done.stderr), what


def test_no_line_of_help_has_more_than_80_columns():
    for name in ["", "policy", *commands()]:
        for line in help_of(name).splitlines():
            assert len(line) <= 80, line


sys.exit(cases.run_tests(globals()))
