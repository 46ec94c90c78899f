#!/usr/bin/env python3
"""Ids of `longhand tokenize` against those that Hugging Face's `tokenizers` makes with an exported tokenizer.json.

Every configuration that can be exported meets texts in many scripts, every scalar, most of them between letters and behind
marks, all lines of GraphemeBreakTest, generated strings and, with --corpora, the files of a folder. What is known to
differ is left out of the texts: marks newer than Unicode 9 next to other marks (where a form is asked for), capital
letters newer than Unicode 15.0 (where lower case is). `tokenizers` comes from PyPI into .build, unless --python is a
Python that has it. Exit status 1 tells of a difference."""
import argparse
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unicodedata
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
UNICODE = pathlib.Path("/usr/share/unicode")
LEVELS = {
    "byte": ["--level byte"],
    "character": ["--level character", "--level character --unknown bytes"],
    "grapheme": ["--level grapheme", "--level grapheme --unknown bytes"],
    "whitespace": ["--level whitespace", "--level whitespace --lossless", "--level whitespace --lossless --unknown symbol"],
    "bpe": ["--level bpe --max-size 3000"],
}
# Forms meet every kind of model at the level of characters; elsewhere a few do.
FEW_NORMALIZATIONS = ["--normalize none", "--normalize nfc", "--normalize nfkd --lowercase"]
NORMALIZATIONS = ["--normalize none", "--normalize nfc", "--normalize nfd", "--normalize nfkc", "--normalize nfkd",
                  "--normalize none --lowercase", "--normalize nfc --lowercase", "--normalize nfd --lowercase",
                  "--normalize nfkc --lowercase", "--normalize nfkd --lowercase --line-endings keep"]
# Decoding writes the unknown as U+FFFD here and <unk> there.
HAVE_OTHER_UNKNOWNS = tuple(f"{level} --normalize" for level in (
    "--level character", "--level grapheme", "--level whitespace --lossless --unknown symbol"))
ALL_SCALARS = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
# What the tables of `tokenizers` have otherwise than Unicode 15.0; see `limits` in HuggingFaceNormalization.swift.
NEW_CAPITALS = (set(range(0x10D50, 0x10D66)) | set(range(0x16EA0, 0x16EB9))
                | {0x1C89, 0xA7CB, 0xA7CC, 0xA7CE, 0xA7D2, 0xA7D4, 0xA7DA, 0xA7DC})


def python_with_tokenizers() -> str:
    folder = ROOT / ".build" / "tokenizers-python"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print("setting up tokenizers (once) …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "tokenizers==0.23.3"], check=True)
        (folder / "ready").touch()
    return str(python)


def unicode_classes():
    """Combining classes, and the scalars that were assigned after Unicode 9."""
    classes = {}
    for line in open(UNICODE / "UnicodeData.txt"):
        fields = line.split(";")
        if fields[3] != "0":
            classes[int(fields[0], 16)] = int(fields[3])
    newer = set()
    for line in open(UNICODE / "DerivedAge.txt"):
        fields = line.split("#")[0].split(";")
        if len(fields) == 2 and float(fields[1]) > 9:
            first, _, last = fields[0].strip().partition("..")
            newer |= set(range(int(first, 16), int(last or first, 16) + 1))
    return classes, newer


def texts(options):
    """Name and text of everything that is compared; none is empty or ends within a surrogate."""
    chance = random.Random(options.seed)
    for path in sorted((ROOT / "Corpora").glob("*/*.txt")):
        yield path.name, path.read_bytes().decode()
    for folder in options.corpora:
        for path in sorted(pathlib.Path(folder).rglob("*.txt")):
            yield path.name, path.read_bytes()[:options.most].decode(errors="ignore")
    # In lines, since a word of more than 4 MiB is cut here.
    yield "every scalar", "\n".join("".join(ALL_SCALARS[i:i + 4096]) for i in range(0, len(ALL_SCALARS), 4096))
    # Ideographs, Hangul syllables and what is private or not assigned behave alike; every 97th stands for the others.
    kinds = [c for c in ALL_SCALARS if ord(c) % 97 == 0 or unicodedata.category(c) not in ("Lo", "Co", "Cn")
             or not 0x3400 <= ord(c) < 0xD7B0 and ord(c) < 0x17000]
    yield "scalars between letters", "".join("a" + c + "b" for c in kinds)
    yield "scalars between spaces", " ".join(kinds)
    yield "scalars after U+0301", "".join("e\u0301" + c for c in kinds)
    yield "scalars twice, with a line feed", "".join(c + c + "\n" for c in kinds)
    lines = [line.split("#")[0] for line in open(UNICODE / "auxiliary/GraphemeBreakTest.txt")]
    scalars = [[int(x, 16) for x in line.split() if x not in "÷×"] for line in lines if line.strip()]
    yield "GraphemeBreakTest", "\n".join("".join(map(chr, x)) for x in scalars if not any(0xD800 <= c < 0xE000 for c in x))
    classes = sorted({c for x in scalars for c in x if not 0xD800 <= c < 0xE000})
    yield "triples of grapheme classes", "\n".join(
        chr(a) + chr(b) + chr(c) for a in classes for b in classes for c in classes)
    pool = ("aA bB\n\r\t.,'’12_-<unk><s><eos>ĠĊ▁é\u0301\u0323\u0327\u00a0\u3000\u2028\u200d\u200cßẞİıΣσςǅﬁ①漢字かなカﾅ한국\u1112\u1161"
            "\u11abไทยनमस्ते👩🏽🇫🇷❤️\u0600\U00011938\u32ff\x00\x85\ufeff\U0001f600")

    def string():
        size = chance.choice([1, 2, 3, 5, 10, 30, 100, 300])
        return "".join(chance.choice(pool) if chance.random() < 0.9 else chance.choice(ALL_SCALARS) for _ in range(size))

    for number in range(options.strings // 500):
        yield f"500 strings, number {number}", "".join(string() for _ in range(500))
    for text in ["a", " ", "\n", "a ", "a\n", "a \n ", " a b  c\u3000", "\r\n", "a\r", "\n\n", "<unk>", "<s> <eos>"]:
        yield repr(text), text


def without_limits(text: str, flags: str, classes, newer) -> str:
    """The text without what is known to differ."""
    if "--lowercase" in flags:
        text = "".join(c for c in text if ord(c) not in NEW_CAPITALS)
    if "--normalize none" in flags or "--level byte" in flags and "--normalize" not in flags:
        return text
    kept = []
    for c in text:
        value, last = ord(c), ord(kept[-1]) if kept else 0
        # The class 0 that the old tables give lets marks stay where they are.
        if (value in classes and value in newer or last in classes and last in newer) and (
                last > 0x2ff and value > 0x2ff):
            kept.append("x")
        kept.append(c)
    return "".join(kept)


def read_ids(path) -> list:
    """The ids of a token file; TokenFileHeader.swift says what stands where."""
    data = path.read_bytes()
    width, count = struct.unpack_from("<IQ", data, 12)
    return list(struct.unpack_from("<" + str(count) + {1: "B", 2: "H", 4: "I"}[width], data, 72))


def compare(options) -> int:
    from tokenizers import Tokenizer
    classes, newer = unicode_classes()
    everything = list(texts(options))
    compared = differences = 0

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def longhand(*words) -> str:
            run = subprocess.run([options.longhand, *map(str, words)], capture_output=True, text=True)
            if run.returncode:
                sys.exit(f"longhand {' '.join(map(str, words))}: {run.stderr}")
            return run.stdout

        sample = folder / "sample"
        sample.write_bytes(b"".join(p.read_bytes() for p in sorted((ROOT / "Corpora").glob("*/*.txt"))))
        configurations = [f"{level} {form}" for name in options.levels for level in LEVELS[name]
                          for form in (NORMALIZATIONS if name == "character" else FEW_NORMALIZATIONS)]
        for flags in configurations:
            vocab, exported, again = folder / "v", folder / "tokenizer.json", folder / "w"
            limits = [] if "byte" in flags.split() or "bpe" in flags.split() else ["--min-count", "2"]
            longhand("vocab", sample, "-o", vocab, "--quiet", *flags.split(), *limits)
            longhand("export", "--tokenizer", vocab, "-o", exported, "--quiet")
            longhand("import", exported, "-o", again, "--quiet")
            prints = [json.loads(longhand("inspect", v, "--json"))["fingerprint"] for v in (vocab, again)]
            tokenizer = Tokenizer.from_file(str(exported))
            wrong = [] if prints[0] == prints[1] else ["what is imported again is another vocabulary"]
            ids = 0
            for name, text in everything:
                text = without_limits(text, flags, classes, newer)
                source, tokens = folder / "text", folder / "tokens"
                source.write_bytes(text.encode())
                longhand("tokenize", source, "--vocab", vocab, "-o", tokens, "--quiet")
                ours, theirs = read_ids(tokens), tokenizer.encode(text).ids
                ids += len(ours)
                if ours != theirs:
                    place = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
                    around = [tokenizer.id_to_token(i) for i in theirs[max(0, place - 3):place + 3]]
                    wrong.append(f"{name}: id {place} is {ours[place:place + 3]} here, {theirs[place:place + 3]} "
                                 f"there, among {ascii(around)}")
                elif not flags.startswith(HAVE_OTHER_UNKNOWNS) and len(ours) < 100_000:
                    text = subprocess.run([options.longhand, "tokenize", "--decode", tokens, "--vocab", vocab],
                                          capture_output=True, check=True).stdout.decode()
                    if tokenizer.decode(theirs, skip_special_tokens=False) != text:
                        wrong.append(f"{name}: the text of the ids is another")
            print(f"{'DIFFERS' if wrong else 'same'}  {flags}: {ids:,} ids of {len(everything)} texts", flush=True)
            for line in wrong[:5]:
                print("    " + line)
            compared, differences = compared + ids, differences + len(wrong)
    print(f"{len(configurations)} configurations, {compared:,} ids, {differences} differences")
    return 1 if differences else 0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--longhand", default=str(ROOT / ".build/release/longhand"))
    arguments.add_argument("--python", help="a Python that has tokenizers")
    arguments.add_argument("--corpora", action="append", default=[], help="a folder of texts; may be given again")
    arguments.add_argument("--most", type=int, default=1 << 20, help="bytes of each of these texts")
    arguments.add_argument("--strings", type=int, default=2000)
    arguments.add_argument("--levels", nargs="*", default=list(LEVELS))
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if not options.inside:
        python = options.python or python_with_tokenizers()
        sys.exit(subprocess.run([python, __file__, "--inside", *sys.argv[1:]]).returncode)
    sys.exit(compare(options))


if __name__ == "__main__":
    main()
