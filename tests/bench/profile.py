#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""profile.py COUNTS SYMBOLS MODULE: reads the output of profiled.sh, shows its checks on
stderr, and prints the counts of the plugin (see profiler.c) as tables. Fails if a check
failed, or if the machine did not run to its end.
"""

import bisect
import gzip
import subprocess
import sys
from collections import Counter, defaultdict
from statistics import median

PROGRAMS = ("(programs)", "")
MODULE = "shelltrap"


class Symbols:
    """Finds the function of an address in /proc/kallsyms: its name and its module."""

    def __init__(self, lines):
        names = {}
        for line in lines:
            address, kind, name, *module = line.split()
            if kind in "tTwW":
                entry = (kind in "tw", name, module[0].strip("[]") if module else "kernel")
                address = int(address, 16)
                names[address] = min(names.get(address, entry), entry)
        self.addresses = sorted(names)
        self.functions = [names[address][1:] for address in self.addresses]

    def function(self, address):
        if not address:
            return PROGRAMS
        return self.functions[bisect.bisect(self.addresses, address) - 1]


class Source:
    """Finds the source's function of the module's instructions, also if it is inlined.

    Reads the module's file, which has debugging information.
    """

    def __init__(self, path, symbols):
        self.path, self.symbols = path, symbols
        self.bases = self.bases_of(self.symbols_of(path))

    @staticmethod
    def symbols_of(path):
        dump = subprocess.run(["objdump", "-t", path], check=True, capture_output=True, text=True)
        for line in dump.stdout.splitlines():
            words = line.split()
            if len(words) == 6 and words[2] == "F":
                yield words[5], words[3], int(words[0], 16)

    def bases_of(self, file_symbols):
        """Returns the address of each section of the file.

        Two functions may have the same name, so this is the address that most functions give.
        """
        loaded = {name: address for address, (name, of)
                  in zip(self.symbols.addresses, self.symbols.functions) if of == MODULE}
        votes = defaultdict(Counter)
        for name, section, offset in file_symbols:
            if name in loaded:
                votes[section][loaded[name] - offset] += 1
        return {section: bases.most_common(1)[0][0] for section, bases in votes.items()}

    def functions(self, addresses):
        """Returns {address: function of the source}."""
        found = {}
        for section, base in self.bases.items():
            some = [address for address in addresses if self.section_of(address) == section]
            found.update(zip(some, self.look_up(section, [address - base for address in some])))
        return found

    def section_of(self, address):
        below = [(base, section) for section, base in self.bases.items() if base <= address]
        return max(below)[1]

    def look_up(self, section, offsets):
        """Returns the innermost function at each offset: the line after that of the offset."""
        lines = subprocess.run(["addr2line", "-a", "-f", "-i", "-j", section, "-e", self.path],
                               input="".join(f"{offset:#x}\n" for offset in offsets),
                               check=True, capture_output=True, text=True).stdout.splitlines()
        return [after for line, after in zip(lines, lines[1:]) if line.startswith("0x")]


class Section:
    """The instructions of one iteration in a section, by function; in the module by address, too.

    all: of the whole system; own: of the measured processes.
    """

    def __init__(self, label, counts, symbols):
        self.state, self.load, *numbers = label
        iterations, _, self.least = map(int, numbers)
        self.all, self.own = Counter(), Counter()
        self.all_at, self.own_at = Counter(), Counter()
        for address, others, own in counts:
            function = symbols(address)
            self.all[function] += (others + own) / iterations
            self.own[function] += own / iterations
            if function[1] == MODULE:
                self.all_at[address] = (others + own) / iterations
                self.own_at[address] = own / iterations


def read_labels(lines):
    labels, tap = [], []
    for line in lines:
        kind, *fields = line.rstrip("\r\n").split("\t")
        if kind == "section":
            labels.append(fields)
            print("# " + " ".join(fields), file=sys.stderr, flush=True)
        elif kind != "about":
            tap.append(kind)
            print(kind, file=sys.stderr, flush=True)
    return labels, tap


def read_counts(lines):
    counts = None
    for line in lines:
        if line == "section\n":
            if counts is not None:
                yield counts
            counts = []
        else:
            counts.append(tuple(int(word, 16) for word in line.split()))
    if counts is not None:
        yield counts


def medians(sections, kind):
    """Returns the median over the sections for each function or address."""
    keys = set().union(*(getattr(section, kind) for section in sections))
    return {key: median(getattr(section, kind)[key] for section in sections) for key in keys}


def is_apart(bare, with_module, function):
    """Returns whether the ranges without and with the module do not overlap."""
    before, after = ([section.all[function] for section in some] for some in (bare, with_module))
    return max(before) < min(after) or max(after) < min(before)


class Profile:
    """One load. rows: {function: (bare, with the module, difference, difference by itself)}."""

    def __init__(self, bare, with_module):
        states = [(medians(some, "all"), medians(some, "own")) for some in (bare, with_module)]
        (all_bare, own_bare), (all_with, own_with) = states
        self.rows = {}
        for function in all_bare.keys() | all_with.keys():
            before, after = all_bare.get(function, 0), all_with.get(function, 0)
            own = own_with.get(function, 0) - own_bare.get(function, 0)
            self.rows[function] = (before, after, after - before, own)
        self.certain = {function for function in self.rows if is_apart(bare, with_module, function)}
        self.least = [median(section.least for section in some) for some in (bare, with_module)]

    def sum(self, wanted):
        rows = [row for function, row in self.rows.items() if wanted(function)]
        return tuple(sum(column) for column in zip((0, 0, 0, 0), *rows))


HEAD = ("function", "of", "bare", "with", "more", "by itself")
SOURCE_HEAD = ("source's function", "compiled into", "", "", "in all", "by itself")


def lines_of(profile):
    def line(name, of, before, after, more, own, mark=""):
        return (name, of, f"{before:.1f}", f"{after:.1f}", f"{mark}{more:+.1f}", f"{own:+.1f}")

    wanted = [(function, row) for function, row in profile.rows.items()
              if abs(row[2]) >= 1 or abs(row[3]) >= 1]
    wanted.sort(key=lambda item: (-item[1][2], item[0]))
    totals = {"sum of the module's": lambda function: function[1] == MODULE,
              "sum of the kernel's": lambda function: function[1] not in (MODULE, ""),
              "  of those without ~": lambda function: (function[1] not in (MODULE, "") and
                                                        function in profile.certain),
              "sum of the module's and those": lambda function: (function[1] == MODULE or
                                                                 function in profile.certain),
              "sum of programs'": lambda function: function == PROGRAMS,
              "sum of all": lambda function: True}
    yield HEAD
    for function, row in wanted:
        yield line(*function, *row, "" if function in profile.certain else "~")
    for name, which in totals.items():
        yield line(name, "", *profile.sum(which))
    before, after = profile.least
    yield "by the clock, shortest", "", f"{before:.0f}", f"{after:.0f}", f"{after - before:+.0f}", ""


def source_lines_of(with_module, symbols, source):
    in_all, own = medians(with_module, "all_at"), medians(with_module, "own_at")
    sums = defaultdict(lambda: [0, 0])
    for address, function in source.functions(sorted(in_all)).items():
        row = sums[function, symbols.function(address)[0]]
        row[0] += in_all[address]
        row[1] += own[address]
    yield SOURCE_HEAD
    for (function, into), (more, own_more) in sorted(sums.items(), key=lambda item: -item[1][0]):
        if more >= 1:
            yield (function, "" if into == function else into, "", "", f"{more:.1f}",
                   f"{own_more:.1f}")


def table(lines):
    lines = list(lines)
    width = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    for name, of, *values in lines:
        yield (f"{name:{width[0]}}  {of:{width[1]}}" +
               "".join(f"  {value:>{size}}" for value, size in zip(values, width[2:]))).rstrip()


def main(counts_path, symbols_path, module):
    labels, tap = read_labels(sys.stdin)
    with gzip.open(symbols_path, "rt") as file:
        symbols = Symbols(file)
    source = Source(module, symbols)
    sections = defaultdict(list)
    with open(counts_path, encoding="ascii") as file:
        for label, counts in zip(labels, read_counts(file)):
            sections[label[1], label[0]].append(Section(label, counts, symbols.function))
    for load in dict.fromkeys(label[1] for label in labels):
        bare, with_module = (sections[load, state] for state in ("bare", "with"))
        print(f"\n{load}\n" + "\n".join(table(lines_of(Profile(bare, with_module)))))
        print("\n" + "\n".join(table(source_lines_of(with_module, symbols, source))))
    whole = any(line.startswith("1..") for line in tap)
    return bool(labels) and whole and not any(line.startswith("not ok") for line in tap)


sys.exit(not main(*sys.argv[1:]))
