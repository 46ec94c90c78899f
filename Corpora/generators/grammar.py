#!/usr/bin/env python3
"""Sentences of a small probabilistic context-free grammar of English, one per line.

Entropy. Let u(X) be the mean number of times that the symbol X is rewritten in one sentence. SENTENCE
is rewritten once at the root; each rewriting of Y by a rule of probability p that holds X k times
adds p k rewritings of X. So u is the solution of the linear equations

    u(X) = [X is SENTENCE] + sum over the rules Y -> ... of u(Y) p k

which are solved here in whole fractions. Rewriting X costs H(X), the entropy of the choice among its
rules, so a sentence costs the sum of u(X) H(X) nats, and has in the mean the sum of u(X) times the
characters that the rules of X write themselves. The grammar is unambiguous (no sentence has two
derivations: check.py counts them), so the entropy of derivations is the entropy of sentences.
"""

from fractions import Fraction

import commandline

# symbol -> {right-hand side: weight}. A word in capitals that is a key below is a symbol; any other
# word is text. The probability of a rule is its weight over the sum of its symbol's weights.
GRAMMAR = {
    "SENTENCE": {"CLAUSE": 5, "OPENING , CLAUSE": 3, "CLAUSE , and CLAUSE": 2},
    "OPENING": {
        "in the morning": 4,
        "at night": 3,
        "after the storm": 2,
        "on Tuesday": 2,
        "before the fog came": 1,
        "for no reason at all": 1,
    },
    "CLAUSE": {"PERSON PREDICATE": 1},
    "PERSON": {"NAME": 8, "ARTICLE TRADE": 8, "ARTICLE MOOD TRADE": 3, "ARTICLE TRADE who PREDICATE": 1},
    "PREDICATE": {"ACTED": 4, "ACTED PLACE": 6, "HANDLED THING": 8, "SAID that CLAUSE": 2},
    "THING": {"ARTICLE OBJECT": 6, "ARTICLE LOOK OBJECT": 5, "ARTICLE OBJECT which STOOD PLACE": 1},
    "PLACE": {"PREPOSITION the SITE": 9, "PREPOSITION the SITE PLACE": 1},
    "ARTICLE": {"the": 7, "a": 4, "one": 1},
    "NAME": {"Nell": 6, "Amos": 5, "Wick": 4, "Dora": 3, "Berta": 3, "Bridie": 2},
    "TRADE": {"ferryman": 6, "clockmender": 5, "keeper": 4, "baker": 3, "schoolmaster": 2, "doctor": 2, "fiddler": 1},
    "MOOD": {"tired": 3, "cheerful": 3, "patient": 2, "wet": 2, "proud": 1},
    "ACTED": {"waited": 6, "slept": 4, "sang": 3, "laughed": 3, "hurried": 2, "disappeared": 1},
    "HANDLED": {"mended": 5, "carried": 5, "found": 4, "painted": 2, "wound": 2, "forgot": 2, "borrowed": 1},
    "SAID": {"said": 5, "knew": 3, "thought": 3, "dreamed": 1},
    "OBJECT": {"clock": 7, "boat": 6, "lamp": 4, "rope": 3, "bell": 3, "kettle": 2, "ladder": 1, "barometer": 1},
    "LOOK": {"small": 4, "green": 3, "broken": 3, "heavy": 2, "forgotten": 1, "crooked": 1},
    "STOOD": {"stood": 4, "lay": 3, "hung": 2, "rusted": 1},
    "PREPOSITION": {"by": 5, "near": 4, "behind": 3, "under": 2, "beyond": 1},
    "SITE": {"river": 7, "landing": 5, "lighthouse": 4, "mill": 3, "bridge": 2, "tower": 2, "willow": 1},
}
START = "SENTENCE"


def rules(symbol):
    """The rules of a symbol, each with its exact probability and its words, in a fixed order."""
    total = sum(GRAMMAR[symbol].values())
    return [(Fraction(weight, total), words.split()) for words, weight in GRAMMAR[symbol].items()]


RULES = {symbol: rules(symbol) for symbol in GRAMMAR}
WEIGHTS = {symbol: [float(probability) for probability, _ in RULES[symbol]] for symbol in GRAMMAR}


def written(word):
    """The characters of a word of text: a space before it, except before a comma."""
    return word if word == "," else " " + word


def make_line(options, choices):
    choices.start()
    text = []
    waiting = [START]
    while waiting:
        word = waiting.pop()
        if word in RULES:
            words = RULES[word][choices.weighted(WEIGHTS[word])][1]
            waiting.extend(reversed(words))
        else:
            text.append(written(word))
    sentence = "".join(text).lstrip(" ")
    return sentence[0].upper() + sentence[1:] + "."


def rewritings():
    """The mean number of times that each symbol is rewritten in a sentence: u of the equations above."""
    symbols = list(GRAMMAR)
    size = len(symbols)
    row = {symbol: index for index, symbol in enumerate(symbols)}
    # Row X holds the coefficients of u and, last, the constant: u(X) - sum of u(Y) p k = [X is START].
    system = [[Fraction(i == j) for j in range(size)] + [Fraction(symbols[i] == START)] for i in range(size)]
    for symbol in symbols:
        for probability, words in RULES[symbol]:
            for word in words:
                if word in row:
                    system[row[word]][row[symbol]] -= probability
    for i in range(size):
        pivot = next(j for j in range(i, size) if system[j][i] != 0)
        system[i], system[pivot] = system[pivot], system[i]
        system[i] = [value / system[i][i] for value in system[i]]
        for j in range(size):
            if j != i and system[j][i] != 0:
                factor = system[j][i]
                system[j] = [a - factor * b for a, b in zip(system[j], system[i])]
    return {symbol: system[row[symbol]][size] for symbol in symbols}


def expectations(options):
    uses = rewritings()
    nats = sum(float(uses[symbol]) * commandline.entropy(WEIGHTS[symbol]) for symbol in GRAMMAR)
    text = sum(
        uses[symbol] * probability * sum(len(written(word)) for word in words if word not in RULES)
        for symbol in GRAMMAR
        for probability, words in RULES[symbol]
    )
    # The first space is dropped; the full stop and the newline are added.
    return nats, float(text + 1)


def derivations(sentence):
    """How many derivations the grammar has for a sentence, as check.py asks it."""
    body = sentence[:-1]
    texts = {" " + body, " " + body[0].lower() + body[1:]}
    return sum(count(START, text, 0, {}).get(len(text), 0) for text in texts)


def count(symbol, text, start, memo):
    """{end: number of ways in which `symbol` writes text[start:end]}"""
    if (symbol, start) not in memo:
        ways = {}
        for _, words in RULES[symbol]:
            ends = {start: 1}
            for word in words:
                following = {}
                for end, number in ends.items():
                    if word in RULES:
                        steps = count(word, text, end, memo)
                    else:
                        steps = {end + len(written(word)): 1} if text.startswith(written(word), end) else {}
                    for step, times in steps.items():
                        following[step] = following.get(step, 0) + number * times
                ends = following
            for end, number in ends.items():
                ways[end] = ways.get(end, 0) + number
        memo[symbol, start] = ways
    return memo[symbol, start]


def parser():
    return commandline.Parser(description="Sentences of a small probabilistic grammar of English, one per line.")


if __name__ == "__main__":
    commandline.run(parser(), make_line, expectations)
