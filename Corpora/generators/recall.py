#!/usr/bin/env python3
"""One symbol out of K, then N filler symbols, then the first symbol again.

A line is one capital letter out of K, N small letters out of M, and the capital letter once more, behind a question mark if
you like.
The fillers say nothing about the letter, so the last one can only be told by memory over N steps.

Entropy. The first letter costs ln K, each filler ln M, and the recalled letter nothing, nor does the
newline, for every line has the same length: ln K + N ln M nats per line over N + 3 characters, or one more. Who
has forgotten the letter pays ln K more per line: that gap, spread over few or many fillers, is what
this corpus measures.
"""

import math

import commandline

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = CAPITALS.lower()


def make_line(options, choices):
    choices.start()
    symbol = CAPITALS[choices.uniform(options.symbols)]
    filler = "".join(SMALL[choices.uniform(options.kinds)] for _ in range(options.filler))
    return symbol + filler + "?" * options.question + symbol


def expectations(options):
    nats = math.log(options.symbols) + options.filler * math.log(options.kinds)
    return nats, float(options.filler + options.question + 3)


def parser():
    result = commandline.Parser(description="One symbol, some filler, and the same symbol again.")
    letters = commandline.whole(1, len(CAPITALS))
    result.add_argument("--symbols", type=letters, default=8, metavar="K", help="symbols to recall (default 8)")
    result.add_argument("--filler", type=commandline.whole(0), default=20, metavar="N", help="fillers (default 20)")
    result.add_argument("--kinds", type=letters, default=2, metavar="M", help="kinds of filler (default 2)")
    result.add_argument("--question", action="store_true", help="a question mark before the second symbol")
    return result


if __name__ == "__main__":
    commandline.run(parser(), make_line, expectations)
