#!/usr/bin/env python3
"""Balanced brackets of bounded depth: a line is a walk that opens and closes and comes back to 0.

At depth 0 the line opens a bracket, or, once it has one, ends with probability q. At a depth d from 1
to D - 1 it opens another with probability p and else closes. At depth D it must close. An opening
bracket is one of K kinds, all equally likely; a closing bracket must be of the kind it closes, which
takes a memory of the whole stack.

Entropy. Let o(d) be the mean number of brackets a line opens at depth d. Every return to depth 0 ends
the line with probability q, so o(0) = 1 / q. Every time the walk comes up to a depth d < D it opens a
geometric number of brackets before it closes, p / (1 - p) in the mean: o(d) = o(d - 1) p / (1 - p) for
d = 1 ... D - 1. With h(x) = - x ln x - (1 - x) ln (1 - x), a line costs

    o(0) h(q)                                          end or go on, at each return to depth 0
    + sum over d = 1 ... D - 1 of (o(d - 1) + o(d)) h(p)   open or close, at each visit of depth d
    + sum over d = 0 ... D - 1 of o(d) ln K                the kind of each opened bracket

(a depth is visited once from below for each bracket that led to it and once from above for each
bracket closed on it). A line has two characters for each opened bracket and the newline. Every
choice can be read off the text, so the entropy of the choices is the entropy of the text.
"""

import math

import commandline

KINDS = ("()", "[]", "{}", "<>")


def make_line(options, choices):
    choices.start()
    text = []
    stack = []
    while True:
        depth = len(stack)
        if depth == 0:
            opens = not text or choices.weighted([options.end, 1 - options.end]) == 1
            if not opens:
                return "".join(text)
        else:
            opens = depth < options.depth and choices.weighted([options.open, 1 - options.open]) == 0
        if opens:
            kind = KINDS[choices.uniform(options.kinds)]
            text.append(kind[0])
            stack.append(kind[1])
        else:
            text.append(stack.pop())


def expectations(options):
    ratio = options.open / (1 - options.open)
    opened = [ratio**depth / options.end for depth in range(options.depth)]
    toss_end = commandline.entropy([options.end, 1 - options.end])
    toss_open = commandline.entropy([options.open, 1 - options.open])
    visits = sum(opened[depth - 1] + opened[depth] for depth in range(1, options.depth))
    nats = opened[0] * toss_end + visits * toss_open + sum(opened) * math.log(options.kinds)
    return nats, 2 * sum(opened) + 1


def parser():
    result = commandline.Parser(description="Balanced brackets of bounded depth, one string per line.")
    kinds = commandline.whole(1, len(KINDS))
    result.add_argument("--depth", type=commandline.whole(1), default=4, metavar="D", help="deepest level (default 4)")
    result.add_argument("--kinds", type=kinds, default=3, metavar="K", help="kinds of brackets (default 3)")
    result.add_argument("--open", type=commandline.probability, default=0.5, metavar="P", help="open (default 0.5)")
    result.add_argument("--end", type=commandline.probability, default=0.25, metavar="Q", help="end (default 0.25)")
    return result


if __name__ == "__main__":
    commandline.run(parser(), make_line, expectations)
