# SPDX-License-Identifier: GPL-2.0
"""What the fuzzers of the live module share: what a broken promise is, and runs by seed."""

import random


class Broken(Exception):
    """A promise that did not hold."""


def promise(held, *what):
    if not held:
        raise Broken(" ".join(str(part) for part in what))


def run_seeds(seeds, run):
    """Calls run(random number generator) for each seed; the exit status of the program."""
    for seed in seeds or ["1"]:
        random.seed(seed)
        try:
            run(random.Random(seed))
        except Broken as broken:
            print(f"seed {seed}: {broken}")
            return 1
    return 0
