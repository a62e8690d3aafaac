# SPDX-License-Identifier: GPL-2.0
"""Costs: the counts of 60-instructions.sh as figures, as a table and as a drawing."""

from html import escape
from math import log10
from statistics import median

LOADS = {
    "other": "exec that hits nothing",
    "shell": "exec of a shell by a server",
    "refused": "exec of a shell by a server, refused",
    "fork": "fork and exit of others",
    "server-fork": "fork and exit under a server",
}
STATES = {
    "bare": "bare, the range of its own",
    "floor": "an empty kprobe",
    "idle": "Shelltrap, all rules off",
    "default": "Shelltrap, default policy",
    "10-names": "Shelltrap, 10 names, 1 rule",
    "10048-names": "Shelltrap, 10,048 names, 64 rules",
    "deny": "Shelltrap, default policy, a rule denies",
    "bpftrace": "bpftrace",
    "sysdig": "sysdig, with Falco's module",
    "auditd": "auditd",
}
PEERS = ("bpftrace", "sysdig", "auditd")


class Cost:
    """What one state adds to the instructions of a bare system.

    added, low and high: by the least of each sample, that is, by the iterations in which nothing
    but the load ran and the kernel's allocators had no work of their own: median, minimum and
    maximum over the samples. in_all: the median of the means, with what others do meanwhile.
    """

    def __init__(self, state, load, samples, bare):
        self.state, self.load = state, load
        mean_base, base = (median(sample[i] for sample in bare) for i in (0, 1))
        added = [least - base for _, least in samples]
        self.added, self.low, self.high = median(added), min(added), max(added)
        self.in_all = median(mean for mean, _ in samples) - mean_base
        self.bare = base


def costs_of(samples):
    by_case = {}
    for state, load, mean, least in samples:
        by_case.setdefault((load, state), []).append((mean, least))
    return [Cost(state, load, by_case[load, state], by_case[load, "bare"])
            for load in LOADS for state in STATES if (load, state) in by_case]


def figures_of(costs):
    for cost in costs:
        name = f"{LOADS[cost.load]}: {STATES[cost.state]}"
        if cost.state == "bare":
            yield name, "instructions", cost.bare, cost.bare + cost.low, cost.bare + cost.high
        else:
            yield name, "instructions added", cost.added, cost.low, cost.high
            yield name + ", in all", "instructions added", *(3 * (cost.in_all,))


def ratio(one, other):
    if not one or not other or other.added <= 0 or one is other:
        return ""
    value = one.added / other.added
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def rows(costs, load):
    by_state = {cost.state: cost for cost in costs if cost.load == load}
    yield (LOADS[load], "added", "least", "most", "in all", "/ floor",
           *(f"{peer} /" for peer in PEERS))
    for state, cost in by_state.items():
        peers = [ratio(by_state.get(peer), cost) if state not in ("bare", *PEERS) else ""
                 for peer in PEERS]
        over_floor = ratio(cost, by_state.get("floor")) if state != "bare" else ""
        yield (STATES[state] if state != "bare" else f"bare: {cost.bare:.0f}, and its range",
               *(f"{value:+.0f}" for value in (cost.added, cost.low, cost.high, cost.in_all)),
               over_floor, *peers)


def table(costs):
    blocks = [list(rows(costs, load)) for load in LOADS
              if any(cost.load == load for cost in costs)]
    width = [max(len(row[i]) for block in blocks for row in block) for i in range(9)]
    for block in blocks:
        yield ""
        for first, *rest in block:
            yield (f"{first:{width[0]}}" +
                   "".join(f"  {cell:>{size}}" for cell, size in zip(rest, width[1:]))).rstrip()


# The drawing: the length of a bar is the logarithm of the added instructions.
LINE, LEFT, SCALE = 20, 300, 90


def length(value):
    return log10(max(value, 1)) * SCALE


def bar(top, cost):
    color = "#b33" if cost.state in PEERS else "#999" if cost.state == "floor" else "#36c"
    right = LEFT + length(cost.added)
    yield f'<text x="{LEFT - 8}" y="{top + 14}" text-anchor="end">{escape(STATES[cost.state])}</text>'
    yield f'<rect x="{LEFT}" y="{top + 3}" width="{right - LEFT:.0f}" height="14" fill="{color}"/>'
    yield f'<text x="{right + 6:.0f}" y="{top + 14}">{cost.added:,.0f}</text>'


def drawing(costs):
    top, lines = LINE, []
    for load in LOADS:
        some = [cost for cost in costs if cost.load == load and cost.state != "bare"]
        if not some:
            continue
        lines.append(f'<text x="8" y="{top + 14}" font-weight="bold">{escape(LOADS[load])}: '
                     f'instructions added to {some[0].bare:,.0f}</text>')
        for cost in some:
            top += LINE
            lines += bar(top, cost)
        top += 2 * LINE
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + 7 * SCALE}" height="{top}" '
           'font-family="sans-serif" font-size="12">')
    yield f'<rect width="{LEFT + 7 * SCALE}" height="{top}" fill="white"/>'
    yield from lines
    yield "</svg>"
