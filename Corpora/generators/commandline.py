"""The options that every generator shares: --lines N --seed S, or --entropy."""

import argparse
import math
import os
import random
import sys


def whole(low, high=None):
    """An argparse type: a whole number from `low` to `high`, or without an end."""

    def convert(text):
        value = int(text)
        if value < low:
            raise argparse.ArgumentTypeError(f"{text} is below {low}")
        if high is not None and value > high:
            raise argparse.ArgumentTypeError(f"{text} is above {high}")
        return value

    convert.__name__ = "whole number"
    return convert


def probability(text):
    """An argparse type: a number strictly between 0 and 1."""
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


class Parser(argparse.ArgumentParser):
    """An argument parser that ends with 64 (EX_USAGE) on a usage error."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(64, f"{self.prog}: {message}\n")


class Choices:
    """A seeded source of choices that adds up the nats of every choice it makes.

    `nats` is minus the logarithm of the probability of all choices since `start()`. The generators
    choose through this class only, so a line and its exact surprise are made together. The stream
    of `random.random()` for a given seed is fixed by Python's documentation, so the same seed gives
    the same lines everywhere.
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.nats = 0.0

    def start(self):
        self.nats = 0.0

    def weighted(self, weights):
        """An index, drawn with the given probabilities, which sum to one."""
        point = self.random.random()
        chosen = len(weights) - 1
        for index, weight in enumerate(weights):
            if point < weight:
                chosen = index
                break
            point -= weight
        self.nats -= math.log(weights[chosen])
        return chosen

    def uniform(self, count):
        """An index below `count`, each equally likely."""
        self.nats += math.log(count)
        return int(self.random.random() * count)


def entropy(probabilities):
    """The entropy of one choice, in nats."""
    return -sum(p * math.log(p) for p in probabilities if p > 0)


def run(parser, make_line, expectations):
    """Runs a generator's command line.

    make_line(options, choices) returns one line without its newline; expectations(options) returns
    the exact mean of nats per line and of characters per line, the newline counted as a character.
    """
    parser.add_argument("--lines", type=whole(0), default=10, metavar="N", help="how many lines (default 10)")
    parser.add_argument("--seed", type=whole(0), default=1, metavar="S", help="seed of the choices (default 1)")
    parser.add_argument("--entropy", action="store_true", help="print the exact entropy and no lines")
    options = parser.parse_args()
    if options.entropy:
        nats, characters = expectations(options)
        print(f"nats per line\t{nats:.15g}")
        print(f"characters per line\t{characters:.15g}")
        print(f"nats per character\t{nats / characters:.15g}")
        return
    choices = Choices(options.seed)
    try:
        for _ in range(options.lines):
            print(make_line(options, choices))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has all it wants. Give the interpreter's last flush somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
