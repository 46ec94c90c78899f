#!/usr/bin/env python3
"""Puts a corpus of words into the form of the literature's Penn Treebank (Mikolov et al. 2010): lower case, numbers as N, no
punctuation, the most frequent words of the training text, and <unk> for all others. With <eos>, which stands for a line's
end, the vocabulary has SIZE tokens."""
import argparse
import collections
import pathlib
import re

NUMBER = re.compile(r"\d[\d.,@-]*$")


def words(line: str) -> list:
    found = []
    for word in line.lower().split():
        if word == "<unk>" or any(c.isalnum() for c in word):
            found.append("N" if NUMBER.match(word) else word)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("source", type=pathlib.Path, help="a folder with train.txt, valid.txt and test.txt")
    arguments.add_argument("target", type=pathlib.Path, help="where they go")
    arguments.add_argument("--size", type=int, default=10_000, help="tokens of the vocabulary (default: 10000)")
    arguments.add_argument("--most", type=int, metavar="N", help="the first N words of the training text alone")
    options = arguments.parse_args()
    texts = {}
    for name in ("train.txt", "valid.txt", "test.txt"):
        lines = (words(line) for line in (options.source / name).read_text().splitlines())
        texts[name] = [line for line in lines if line]
    if options.most:
        total, kept = 0, []
        for line in texts["train.txt"]:
            if total >= options.most:
                break
            kept.append(line)
            total += len(line) + 1
        texts["train.txt"] = kept
    counts = collections.Counter(word for line in texts["train.txt"] for word in line if word != "<unk>")
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    known = {word for word, _ in ranked[: options.size - 2]}
    options.target.mkdir(parents=True, exist_ok=True)
    for name, lines in texts.items():
        text = "".join(" ".join(w if w in known else "<unk>" for w in line) + "\n" for line in lines)
        (options.target / name).write_text(text)
        print(f"{name}: {sum(len(line) + 1 for line in lines):,} tokens, {len(lines):,} of them <eos>")


if __name__ == "__main__":
    main()
