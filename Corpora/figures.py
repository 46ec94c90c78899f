#!/usr/bin/env python3
"""The figures of a text file (SHA-256, bytes, lines, words, characters), and the table in README.md.

    figures.py FILE ...     prints the figures of files
    figures.py --write      counts the texts of this folder and renews the table in README.md
    figures.py --check      ends with 65 if that table is out of date

Lines are line feeds. Words are the longest runs without ASCII white space (space, tab, line feed,
vertical tab, form feed, carriage return). Characters are Unicode scalars.
"""

import codecs
import hashlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
README = FOLDER / "README.md"
TEXTS = ("english", "languages")
BEGIN, END = "<!-- figures.py --write: begin -->\n", "<!-- figures.py --write: end -->\n"
PIECE = 1 << 20


class Figures:
    """Counts a text that comes in pieces; memory does not grow with the text."""

    def __init__(self):
        self.digest = hashlib.sha256()
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.bytes = self.lines = self.words = self.characters = 0
        self.inside_word = False

    def update(self, piece):
        """Adds a piece of bytes. Throws UnicodeDecodeError where the text is not UTF-8."""
        if not piece:
            return
        self.digest.update(piece)
        self.bytes += len(piece)
        self.lines += piece.count(b"\n")
        self.words += len(piece.split())
        if self.inside_word and not piece[:1].isspace():
            self.words -= 1
        self.inside_word = not piece[-1:].isspace()
        self.characters += len(self.decoder.decode(piece))

    def finish(self):
        """The figures as they stand in a recipe. Throws UnicodeDecodeError where the text breaks off."""
        self.decoder.decode(b"", final=True)
        return {
            "sha256": self.digest.hexdigest(),
            "bytes": self.bytes,
            "lines": self.lines,
            "words": self.words,
            "characters": self.characters,
        }


def of_file(path):
    """The figures of a file. Throws OSError, or UnicodeDecodeError where the text is not UTF-8."""
    figures = Figures()
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            figures.update(piece)
    return figures.finish()


def table():
    """The table of README.md: one row for each text, one for each folder."""
    rows = ["| text | bytes | lines | words | characters |", "| --- | ---: | ---: | ---: | ---: |"]
    for folder in TEXTS:
        paths = sorted((FOLDER / folder).glob("*.txt"))
        counts = [of_file(path) for path in paths]
        for path, count in zip(paths, counts):
            rows.append(row(f"{folder}/{path.name}", count))
        total = {name: sum(count[name] for count in counts) for name in ("bytes", "lines", "words", "characters")}
        rows.append(row(f"**{folder}**, {len(paths)} texts", total))
    return "".join(line + "\n" for line in rows)


def row(name, count):
    cells = " | ".join(f"{count[column]:,}" for column in ("bytes", "lines", "words", "characters"))
    return f"| {name} | {cells} |"


def renewed(text):
    """README.md's text with the table counted anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


def main(arguments):
    if arguments in (["--write"], ["--check"]):
        text = README.read_text(encoding="utf-8")
        if BEGIN not in text or END not in text:
            sys.exit(f"{README.name}: the two marks of the table are missing; put them back and run again")
        new = renewed(text)
        if arguments == ["--write"]:
            README.write_text(new, encoding="utf-8", newline="\n")
        elif new != text:
            print(f"{README.name}: the table is out of date; run figures.py --write", file=sys.stderr)
            return 65
        return 0
    if not arguments or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 64
    for path in arguments:
        try:
            count = of_file(path)
        except OSError as error:
            print(f"figures.py: {path}: {error.strerror}", file=sys.stderr)
            return 66
        except UnicodeDecodeError as error:
            print(f"figures.py: {path}: not UTF-8: {error.reason}", file=sys.stderr)
            return 65
        print(path, *(f"{name} {value}" for name, value in count.items()), sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
