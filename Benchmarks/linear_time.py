#!/usr/bin/env python3
"""Texts that make careless programs quadratic: the time of ten times as much, and the memory, at every level.

Each class is a text of n scalars, n from 10^4 to 10^7. Told are the speed, by the time of the processor, and the largest
ratio of a time to that of a tenth of the text. A ratio above 12 is a failure, unless one of two longer measurements says
otherwise: other work on the machine, and the first growth of buffers, only ever lengthen a time. So is a peak of memory
above 256 MiB."""
import argparse
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

MARKS = ["\u0301", "\u0316", "\u0327"]  # of classes 230, 220 and 202


def repeated(text: str):
    return lambda n: text * (n // len(text))


def sorted_marks(n: int) -> str:
    return "q" + MARKS[2] * (n // 3) + MARKS[1] * (n // 3) + MARKS[0] * (n // 3)


def reversed_marks(n: int) -> str:
    return "q" + MARKS[0] * (n // 3) + MARKS[1] * (n // 3) + MARKS[2] * (n // 3)


def de_bruijn(n: int) -> str:
    """Letters of which every short string comes once."""
    state, text = 1, []
    for _ in range(n):
        state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        text.append("abcdefgh"[state >> 61])
    return "".join(text)


CLASSES = {
    "marks in order": sorted_marks,
    "marks in reverse": reversed_marks,
    "marks in turn": lambda n: "q" + "".join(MARKS) * (n // 3),
    "composing marks": repeated("e\u0301\u0323\u0302"),
    "jamo": repeated("\u1100\u1161\u11a8"),
    "leading jamo": repeated("\u1100"),
    "vowel jamo": repeated("\u1161"),
    "regional indicators": repeated("\U0001F1EB"),
    "joiners": repeated("\u200d"),
    "joined emoji": repeated("\U0001F469\u200d"),
    "prepended marks": repeated("\u0600"),
    "long decompositions": repeated("\ufdfa"),
    "bidi controls": repeated("\u202e"),
    "angles": repeated("<"),
    "spaces": repeated(" "),
    "one letter": repeated("a"),
    "letters and points": repeated("a."),
    "letters and apostrophes": repeated("a'"),
    "quoted Hebrew": repeated("\u05d0\""),
    "numbers": repeated("1,"),
    "underscores": repeated("_"),
    "de Bruijn": de_bruijn,
    "empty lines": repeated("\n"),
    "returns": repeated("\r"),
    "Han": repeated("漢"),
    "Han with marks": repeated("漢\u0301"),
    "kana": repeated("かナ"),
    "Thai": repeated("กา"),
    "Khmer": repeated("ក្"),
    "Burmese": repeated("မြ"),
    "one word": repeated("word "),
    "line separators": repeated("\u2028"),
    "tags": repeated("\U000E0061"),
}
LEVELS = ["character", "grapheme", "word", "whitespace", "bpe"]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--longhand", default=".build/release/longhand")
    arguments.add_argument("--largest", type=int, default=10_000_000)
    arguments.add_argument("--class", dest="classes", action="append", choices=CLASSES)
    arguments.add_argument("--level", dest="levels", action="append", choices=LEVELS)
    arguments.add_argument("--normalize", default="nfc")
    options = arguments.parse_args()
    failures = 0
    print(f"{'class':24} {'level':11} " + "MB/s at 10^4 … " + "  ratio  peak MiB")
    with tempfile.TemporaryDirectory() as folder:
        vocabulary_text = pathlib.Path(folder, "vocabulary.txt")
        vocabulary_text.write_text("the cat and a word of big fish\n1,a.a'\n漢かกា" * 20, encoding="utf-8")
        for name in options.classes or CLASSES:
            sizes, n = [], 10_000
            while n <= options.largest:
                path = os.path.join(folder, f"{n}.txt")
                with open(path, "w", encoding="utf-8", newline="") as file:
                    file.write(CLASSES[name](n))
                sizes.append((n, path))
                n *= 10
            for level in options.levels or LEVELS:
                vocabulary = os.path.join(folder, f"{level}.json")
                subprocess.run(
                    [options.longhand, "vocab", vocabulary_text, "-o", vocabulary, "--level", level, "--normalize",
                     options.normalize] + (["--max-size", "280"] if level == "bpe" else []),
                    check=True, capture_output=True)
                seconds, peak = [math.inf] * len(sizes), 0
                for duration in (0.3, 1, 3):
                    for place, (n, path) in enumerate(sizes):
                        result = json.loads(subprocess.run(
                            [options.longhand, "bench", "tokenize", path, "--vocab", vocabulary, "--threads", "1",
                             "--seconds", str(duration), "--json"], check=True, capture_output=True, text=True).stdout)
                        seconds[place] = min(seconds[place], result["processor_seconds"])
                        peak = max(peak, result["peak_bytes"])
                    ratio = max(b / a for a, b in zip(seconds, seconds[1:]))
                    if ratio <= 12:
                        break
                speeds = [os.path.getsize(path) / 1e6 / time for (_, path), time in zip(sizes, seconds)]
                failed = ratio > 12 or peak > 256 << 20
                failures += failed
                print(f"{name:24} {level:11} " + " ".join(f"{s:6.0f}" for s in speeds)
                      + f"  {ratio:5.1f}  {peak >> 20:5}{'  FAILED' if failed else ''}", flush=True)
    print(f"{failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
