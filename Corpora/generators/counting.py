#!/usr/bin/env python3
"""a^n b^n c^n: as many b and c as there were a, one string per line, n from 1 to N.

Felix Gers, Jürgen Schmidhuber: LSTM recurrent networks learn simple context-free and context-sensitive languages. IEEE
Transactions on Neural Networks 12(6), 2001. From the first b on, all can be told by who counted.

Entropy. Only n is chosen, from L to N, each one as likely as any other: ln (N - L + 1) nats per line, over 3 (L + N) / 2
characters in the mean and the newline.
"""

import math

import commandline


def make_line(options, choices):
    choices.start()
    n = options.least + choices.uniform(options.most - options.least + 1)
    return "a" * n + "b" * n + "c" * n


def expectations(options):
    if options.most < options.least:
        parser().error(f"--most {options.most} is below --least {options.least}")
    return math.log(options.most - options.least + 1), 1.5 * (options.least + options.most) + 1


def parser():
    result = commandline.Parser(description="As many b and c as there were a, one string per line.")
    number = commandline.whole(1)
    result.add_argument("--least", type=number, default=1, metavar="N", help="the least n (default 1)")
    result.add_argument("--most", type=number, default=10, metavar="N", help="the most (default 10)")
    return result


if __name__ == "__main__":
    commandline.run(parser(), make_line, expectations)
