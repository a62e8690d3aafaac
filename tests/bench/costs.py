# SPDX-License-Identifier: GPL-2.0
"""Costs: the counts of 60-instructions.sh as figures, as a table and as a drawing."""

from html import escape
from math import log10
from statistics import median

LOADS = {
    "other": "exec that hits nothing",
    "server-other": "exec that hits nothing, by a server",
    "shell": "exec of a shell by a server",
    "shell-cgi": "exec of a shell by a server, with 24 variables of CGI",
    "shell-10": "exec of a shell by a server with 10 descriptors",
    "shell-30": "exec of a shell by a server with 30 descriptors",
    "shell-100": "exec of a shell by a server with 100 descriptors, 10 clients",
    "shell-1000": "exec of a shell by a server with 1,000 descriptors, 30 clients",
    "shell-clients": "exec of a shell by a server with 1,000 clients",
    "excepted": "exec of a shell by a server, which an exception fits",
    "excepted-50": "exec of a shell by a server, which the last of 50 exceptions fits",
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


# The drawing: a bar for each state, as long as the logarithm of what it adds, and a line from
# the least to the most. Bars begin at one instruction.
LINE, LEFT, SCALE, DECADES, AXIS = 20, 280, 90, 6, 24
ADDED, OWN = "instructions added", "instructions"


def length(value):
    return log10(max(value, 1)) * SCALE


def groups_of(figures):
    """Returns [(load, instructions of its own or None, its figures)] of figures as in bench.json."""
    named = {f"{LOADS[load]}: {STATES[state]}": (load, state) for load in LOADS for state in STATES}
    own, added = {}, {}
    for figure in figures:
        load, state = named.get(figure["name"], (None, None))
        if load and figure["unit"] == OWN:
            own[load] = figure["median"]
        elif load and figure["unit"] == ADDED:
            added.setdefault(load, []).append((state, figure))
    return [(load, own.get(load), added[load]) for load in LOADS if load in added]


def axis(height):
    for decade in range(DECADES + 1):
        at = LEFT + decade * SCALE
        yield f'<path d="M{at} {AXIS}V{height}" stroke="#ddd"/>'
        yield f'<text x="{at}" y="{AXIS - 8}" text-anchor="middle" fill="#555">{10 ** decade:,}</text>'


def bar(top, state, figure):
    color = "#b33" if state in PEERS else "#999" if state == "floor" else "#36c"
    median, low, high = (figure[name] for name in ("median", "low", "high"))
    right, middle = LEFT + length(median), top + 10
    yield f'<text x="{LEFT - 8}" y="{top + 14}" text-anchor="end">{escape(STATES[state])}</text>'
    yield f'<rect x="{LEFT}" y="{top + 3}" width="{right - LEFT:.0f}" height="14" fill="{color}"/>'
    if low < high:
        yield (f'<path d="M{LEFT + length(low):.0f} {middle}H{LEFT + length(high):.0f}" '
               'stroke="black"/>')
    yield (f'<text x="{max(right, LEFT + length(high)) + 6:.0f}" y="{top + 14}" stroke="white" '
           f'stroke-width="3" paint-order="stroke">{median:,.0f}</text>')


def drawing(figures):
    top, lines = AXIS + 4, []
    for load, own, some in groups_of(figures):
        title = escape(LOADS[load]) + (f", of {own:,.0f}" if own else "")
        lines.append(f'<text x="8" y="{top + 14}" font-weight="bold">{title}</text>')
        for state, figure in some:
            top += LINE
            lines += bar(top, state, figure)
        top += 2 * LINE
    width = LEFT + DECADES * SCALE + 60
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" '
           'font-family="sans-serif" font-size="12">')
    yield "<title>Instructions added, on a logarithmic scale</title>"
    yield f'<rect width="{width}" height="{top}" fill="white"/>'
    yield f'<text x="8" y="{AXIS - 8}" fill="#555">instructions added</text>'
    yield from axis(top - LINE)
    yield from lines
    yield "</svg>"
