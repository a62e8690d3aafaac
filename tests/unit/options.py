# SPDX-License-Identifier: GPL-2.0
"""--help, shelltrap(8) and three shells' completions name the same commands and options."""

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
COMPLETION = TOP / "userspace/completion"

# Every command has these; the manual says so once.
COMMON = {"--quiet": None, "--help": None, "--version": None}

OPTION = re.compile(r"(--[a-z][a-z-]*)(?: ([A-Za-z][\w-]*(?:\[:[A-Z]+\])?)|(\[=pretty\]))?")
OPTIONAL = "[=pretty]"


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
        option, value, optional = OPTION.fullmatch(label).groups()
        found[option] = value or optional
    return {option: value for option, value in found.items() if option not in COMMON}


def letters(text, line=r"^  -(\w), (--[a-z-]+)"):
    return {option: letter for letter, option in re.findall(line, text, re.M)}


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
            found[command[1]] = {option: value or optional
                                 for option, value, optional in OPTION.findall(text)}
    return {command: {option: value or None for option, value in options.items()}
            for command, options in found.items()}


def options_in_manual():
    """{command: {option: value}} of the paragraphs that describe options."""
    found = {}
    options, previous = {}, ""
    for line in section("COMMANDS").splitlines():
        if line.startswith(".SS "):
            options = found.setdefault(text_of(line), {})
        if previous in (".TP", ".TQ") and re.match("(-., )?--", text_of(line)):
            option, value, optional = OPTION.search(text_of(line)).groups()
            options[option] = value or optional
        previous = line
    return found


@functools.cache
def completed(*words):
    """What bash offers after these words for the last one."""
    script = (f"source {COMPLETION}/shelltrap.bash; COMP_WORDS=(shelltrap {shlex.join(words)}); "
              f"COMP_CWORD={len(words)}; _shelltrap; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


# Stands for zsh's completion system: prints what the functions of it are given.
ZSH = r"""
_arguments() { print -rl -- "$@" }
_describe() { print -rl -- "${(@P)2}" }
_files() { print FILES }
compadd() { print -rl -- "$@" }
compset() { [[ $words[CURRENT] == ${2}* ]] }
"""


@functools.cache
def zsh_offers(*words):
    """The options, and the commands with their text, that zsh is given after these words."""
    script = (f"{ZSH} words=(shelltrap {shlex.join(words)}); CURRENT={len(words) + 1}; "
              f"source {COMPLETION}/_shelltrap")
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return done.stdout


def zsh_options(*words):
    return set(re.findall(r"^(?:\([^)]*\))?\*?(--?[a-z-]+?)(?:[=+]-?)?\[", zsh_offers(*words), re.M))


@functools.cache
def fish_offers(*words):
    """What fish offers after these words for the last one."""
    line = f"shelltrap {' '.join(words)}"
    done = subprocess.run(["fish", "--no-config", "-c", f"source {COMPLETION}/shelltrap.fish; "
                           f"complete -C {shlex.quote(line)}"],
                          capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return {offer.split("\t")[0] for offer in done.stdout.splitlines()}


def assert_same(here, here_name, there, there_name):
    for missing, name in ((here - there, there_name), (there - here, here_name)):
        assert not missing, f"{name} lacks: {', '.join(sorted(missing))}"


def described(options):
    return {f"{option} {value}" if value and value != OPTIONAL else f"{option}{value or ''}"
            for option, value in options.items()}


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
    assert_same(first | {"--help", "--version"}, "--help", completed(""), "the completion")
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
            assert offered == (value in (None, OPTIONAL)), f"the completion of {name} after {option}"


def test_the_help_of_a_command_has_its_actions_options():
    for name in commands():
        missing = described(options_in_help(help_of(name))) - described(
            options_in_help(help_of(name.split()[0])))
        assert not missing, f"{name.split()[0]} --help lacks: {missing}"


def test_each_option_of_help_is_one():
    for name in commands():
        for option, value in options_in_help(help_of(name)).items():
            needs = value not in (None, OPTIONAL)
            done = run(*name.split(), option, *([] if needs else ["--help"]))
            what = f"{name} {option}: {done.stderr}"
            assert done.returncode == (2 if needs else 0), what
            assert needs == ("needs a value" in done.stderr), what


def test_the_manual_has_the_letters_of_help():
    found, command = {}, None
    for line in section("COMMANDS").splitlines():
        if line.startswith(".SS "):
            command = text_of(line)
        match = re.match("-(.), (--[a-z-]+)", text_of(line))
        if match:
            found.setdefault(command, {})[match[2]] = match[1]
    for name in commands():
        expected = {option: letter for option, letter in letters(help_of(name)).items()
                    if option not in COMMON}
        assert found.get(name, {}) == expected, f"{name}: {found.get(name)} != {expected}"


def test_the_common_options_have_letters_everywhere():
    for name in ["policy", *commands()]:
        has = letters(help_of(name))
        assert [has[option] for option in ("--quiet", "--help", "--version")] == ["q", "h", "v"]
        assert run(*name.split(), "-h").stdout == help_of(name), name
        assert run(*name.split(), "-v").stdout == run("--version").stdout, name
    assert run("-h").stdout == help_of("")
    assert run("-v").stdout == run("--version").stdout != ""


def test_a_letter_means_the_same_everywhere():
    meant = {"n": {"--lines", "--count"}, "f": {"--format"}, "r": {"--reverse"},
             "q": {"--quiet"}, "h": {"--help"}, "v": {"--version"}}
    for name in commands():
        in_help = help_of(name)
        for option, letter in letters(in_help).items():
            assert option in meant[letter], f"{name}: -{letter} is {option}"
        for option in ("--lines", "--count", "--format"):
            if option in options_in_help(in_help):
                assert option in letters(in_help), f"{name}: {option} has no letter"


def test_zsh_offers_the_commands_and_options_of_help():
    first = {name.split()[0] for name in commands()}
    assert_same(first, "--help", set(re.findall("^([a-z]+):", zsh_offers(""), re.M)), "zsh")
    for name in commands():
        in_help = help_of(name)
        dashed = {f"-{letter}" for letter in letters(in_help).values()}
        assert_same(set(options_in_help(in_help)) | set(COMMON) | dashed, f"{name} --help",
                    zsh_options(*name.split(), "--"), f"zsh of {name}")
    actions = {name.split()[1] for name in commands() if " " in name}
    assert_same(actions, "policy --help",
                set(re.findall("^([a-z]+):", zsh_offers("policy", ""), re.M)), "zsh of policy")


def test_fish_offers_the_commands_and_options_of_help():
    first = {name.split()[0] for name in commands()}
    assert_same(first, "--help", fish_offers(""), "fish")
    for name in commands():
        in_help = help_of(name)
        optional = {f"{option}=pretty" for option, value in options_in_help(in_help).items()
                    if value == OPTIONAL}
        assert_same(set(options_in_help(in_help)) | set(COMMON) | optional, f"{name} --help",
                    fish_offers(*name.split(), "--"), f"fish of {name}")
        dashed = {f"-{letter}" for letter in letters(in_help).values()}
        assert dashed <= fish_offers(*name.split(), "-"), f"fish of {name} lacks letters"
    assert_same({name.split()[1] for name in commands() if " " in name}, "policy --help",
                fish_offers("policy", ""), "fish of policy")


def test_values_are_completed_and_files_behind_file():
    here = str(COMPLETION) + "/shelltrap.b"
    whole = here + "ash"
    assert completed("log", "--format", "comp") == {"compact"}
    assert completed("logger", "--output", "jour") == {"journal"}
    assert completed("logger", "--output", "file", ":", here) == {whole}
    assert completed("logger", "--output", f"file:{here}") == {f"file:{whole}"}
    assert completed("log", "--json", "=", "") == {"pretty"}
    assert completed("log", here) == {whole}
    assert fish_offers("log", "--format", "comp") == {"compact"}
    assert fish_offers("logger", "--output", "jour") == {"journal"}
    assert f"file:{whole}" in fish_offers("logger", "--output", f"file:{here}")
    assert fish_offers("log", here) == {whole}
    assert "(text compact json" in zsh_offers("log", "--")
    script = (f"{ZSH} words=(x log); CURRENT=2; source {COMPLETION}/_shelltrap >/dev/null; "
              f"words=(x 'file:/'); _shelltrap_output; words=(x ''); _shelltrap_output")
    done = subprocess.run(["zsh", "-f", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "FILES" and "journal" in done.stdout, done.stdout


def test_no_line_of_help_has_more_than_80_columns():
    for name in ["", "policy", *commands()]:
        for line in help_of(name).splitlines():
            assert len(line) <= 80, line


sys.exit(cases.run_tests(globals()))
