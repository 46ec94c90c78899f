#!/usr/bin/env python3
"""Checks the exact entropies of the generators by simulation; ends with 1 if one is out of line.

Each generator writes --lines lines. The mean of its lines' exact surprises must lie within four
standard errors of the entropy it prints, and the mean length within four of the length it prints.
A line written twice must have cost the same nats twice, and the probabilities of all distinct lines
must not sum above one: both would fail if the text hid some of the choices. For the grammar the
derivations of the first thousand sentences are counted as well: each must have exactly one.
"""

import math
import sys

import brackets
import commandline
import counting
import grammar
import reber
import recall

TRIALS = [
    (reber, ""),
    (grammar, ""),
    (brackets, ""),
    (brackets, "--depth 1 --kinds 1"),
    (brackets, "--depth 7 --kinds 4 --open 0.3 --end 0.6"),
    (recall, ""),
    (recall, "--symbols 3 --filler 1 --kinds 1"),
    (recall, "--symbols 4 --filler 5 --question"),
    (counting, ""),
    (counting, "--least 3 --most 40"),
]


def distance(values, exact):
    """How many standard errors the mean of the values lies from the exact mean."""
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    error = math.sqrt(variance / len(values))
    if error < 1e-9:
        return 0.0 if abs(mean - exact) < 1e-9 else math.inf
    return (mean - exact) / error


def check(module, arguments, lines, seed):
    options = module.parser().parse_args(arguments.split())
    exact_nats, exact_characters = module.expectations(options)
    choices = commandline.Choices(seed)
    nats, characters, costs = [], [], {}
    same = True
    for _ in range(lines):
        line = module.make_line(options, choices)
        nats.append(choices.nats)
        characters.append(len(line) + 1)
        same = same and abs(costs.setdefault(line, choices.nats) - choices.nats) < 1e-9
    off_nats, off_characters = distance(nats, exact_nats), distance(characters, exact_characters)
    mass = math.fsum(math.exp(-cost) for cost in costs.values())
    good = same and mass < 1 + 1e-9 and abs(off_nats) < 4 and abs(off_characters) < 4
    if module is grammar:
        good = good and all(grammar.derivations(line) == 1 for line in list(costs)[:1000])
    name = (module.__name__ + " " + arguments).strip()
    print(
        f"{'ok ' if good else 'BAD'} {name}: {math.fsum(nats) / lines:.5f} of {exact_nats:.5f} nats ({off_nats:+.2f}), "
        f"{sum(characters) / lines:.4f} of {exact_characters:.4f} characters ({off_characters:+.2f})"
    )
    return good


def main():
    parser = commandline.Parser(description="Checks the exact entropies of the generators by simulation.")
    parser.add_argument("--lines", type=commandline.whole(2), default=50000, metavar="N", help="lines (default 50000)")
    parser.add_argument("--seed", type=commandline.whole(0), default=1, metavar="S", help="seed (default 1)")
    options = parser.parse_args()
    results = [check(module, arguments, options.lines, options.seed) for module, arguments in TRIALS]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
