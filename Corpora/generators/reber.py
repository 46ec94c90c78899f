#!/usr/bin/env python3
"""Strings of the embedded Reber grammar, one per line.

Sepp Hochreiter, Jürgen Schmidhuber: Long Short-Term Memory. Neural Computation 9(8), 1997, experiment 1.

A Reber string begins with B, walks the graph below and ends with E. The embedded grammar wraps one
such string: B, then T or P, then a Reber string, then the same T or P again, then E. The second T
or P can only be told by who remembers the first across the whole inner string.

Entropy. Each node with two ways out tosses a fair coin, which costs ln 2, and emits one letter. Let
n(s) be the mean number of tosses from node s to the end. From the graph,

    n(1) = 1 + (n(2) + n(3)) / 2        n(4) = 1 + n(3) / 2
    n(2) = 1 + (n(2) + n(4)) / 2        n(5) = 1 + n(4) / 2
    n(3) = 1 + (n(3) + n(5)) / 2

so n(4) = 10/3, n(5) = 8/3, n(2) = 2 + n(4) = 16/3, n(3) = 2 + n(5) = 14/3 and n(1) = 6. The outer
letter is one toss more: 7 ln 2 nats per line. Letters: B, the outer letter, B, six tossed letters, E,
the outer letter, E make 12 in the mean, and the newline makes 13. The two ways out of a node have
different letters, so a string has one path only, and its probability is that of its path.
"""

import math

import commandline

# node -> (letter, next node) twice; node 6 is the end of the inner string.
GRAPH = {
    1: (("T", 2), ("P", 3)),
    2: (("S", 2), ("X", 4)),
    3: (("T", 3), ("V", 5)),
    4: (("X", 3), ("S", 6)),
    5: (("P", 4), ("V", 6)),
}
END = 6


def make_line(options, choices):
    choices.start()
    outer = "TP"[choices.uniform(2)]
    inner = []
    node = 1
    while node != END:
        letter, node = GRAPH[node][choices.uniform(2)]
        inner.append(letter)
    return "B" + outer + "B" + "".join(inner) + "E" + outer + "E"


def expectations(options):
    return 7 * math.log(2), 13.0


def parser():
    return commandline.Parser(description="Strings of the embedded Reber grammar, one per line.")


if __name__ == "__main__":
    commandline.run(parser(), make_line, expectations)
