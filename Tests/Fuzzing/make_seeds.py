#!/usr/bin/env python3
"""Seeds for the fuzz targets: what `longhand` makes of small parts of the corpora in this repository, by target.

Everything is kept small, since small inputs are executed fast and every byte of them is worth changing."""
import argparse
import json
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LEVELS = ["byte", "character", "character --unknown bytes", "grapheme", "grapheme --unknown bytes", "word",
          "word --unknown bytes", "word --no-lossless", "whitespace", "whitespace --lossless",
          "whitespace --lossless --unknown symbol", "bpe --max-size 280"]
NORMALIZATIONS = ["", "--normalize none", "--normalize nfd --lowercase", "--normalize nfkd --line-endings keep",
                  "--normalize nfkc --lowercase", "--normalize nfkc-casefold", "--casefold"]
DOCUMENTS = ["--documents line", "--documents file", "--document-separator <END>"]
# What is hard in Unicode, beside what people write.
HARD_TEXTS = ["q\u0323\u0307\u0345\u0301 \u1fb3\u0345", "\u1100\u1161\u11a8\uac00\u11a8", "\U0001f1e9\U0001f1ea\U0001f1eb",
              "\U0001f468\u200d\U0001f469\u200d\U0001f466\ufe0f", "\ufdfa\u00df\u0130\u03a3\u03c2\u0149", "a\r\n\r\u2028\u0085b",
              "\u0600\u0601a\u093f\u094d\u200d\u0915", "\u00ad\u034f\u115f\ufe0f", "can't 3.14 a:b 1,000_x", "\u05d0\"\u05d1 \u05d0'",
              "\u304b\u3099\u30ab\uff9e", "\u0f71\u0f72\u0f74\u0f80", "\U00011935\U00011930\u0cc6\u0cc2\u0cd5"]
BROKEN = [b"\xc0\xaf a", b"\xe0\x80\xaf\xed\xa0\x80", b"\xf4\x90\x80\x80 \xf0\x9f\x98", b"ab\xffcd \xe2\x82"]


class Seeds:
    def __init__(self, longhand: str, output: pathlib.Path, scratch: pathlib.Path):
        self.longhand, self.output, self.scratch = longhand, output, scratch
        self.counts = {}

    def add(self, target: str, content: bytes):
        folder = self.output / target
        folder.mkdir(parents=True, exist_ok=True)
        number = self.counts[target] = self.counts.get(target, 0) + 1
        (folder / f"seed-{number:04}").write_bytes(content)

    def run(self, *arguments) -> bool:
        return subprocess.run([self.longhand, *map(str, arguments)], capture_output=True).returncode == 0

    def vocabulary(self, text: pathlib.Path, options: list[str]) -> pathlib.Path | None:
        path = self.scratch / "vocabulary.json"
        return path if self.run("vocab", text, "-o", path, "--level", *options, "--quiet") else None


def compact(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def abbreviated(document) -> bytes:
    """A tokenizer.json with letters in the place of long texts, as FuzzTokenizerJSON reads them."""
    normalizer = document["normalizer"] or {}
    if "normalizers" in normalizer:
        # Files of others do not replace what is newer than the tables of `tokenizers`.
        normalizer["normalizers"] = [step for step in normalizer["normalizers"] if "String" not in step.get("pattern", {})]
    vocab = document["model"]["vocab"]
    for letter, isByte in (b"b", lambda key: len(key) == 1), (b"s", lambda key: key.startswith("<0x")):
        keys = list(filter(isByte, vocab))
        if len(keys) == 256:
            # The bytes come first.
            keys += [key for key in vocab if not isByte(key)]
            document["model"]["vocab"] = {key: number for number, key in enumerate(keys)}
            long = compact({key: number for number, key in enumerate(keys[:256])})[1:-1]
            break
    else:
        letter, long = b"", b""
    text = compact(document)
    if long:
        text = text.replace(long, b"\x01" + letter)
    components = (document["pre_tokenizer"] or {}), normalizer
    for component in components:
        for step in component.get("pretokenizers", component.get("normalizers", [component])):
            pattern = step.get("pattern", {}).get("Regex", "")
            if len(pattern) > 60:
                letter = ("e" if "\\z" in pattern else "p" if "\\x{2019}" in pattern else "g" if "{2}" in pattern
                          else "w" if "\\r\\n?" in pattern else "l")
                text = text.replace(compact(pattern)[1:-1], b"\x01" + letter.encode())
    return text


def abbreviated_vocabulary(document) -> bytes:
    """A vocabulary without fingerprint, and with bytes in the place of long rows of numbers."""
    counts = document["counts"]
    if len(counts) > 256:
        counts = [0] * 256 + counts[256:]
    text = compact({**document, "fingerprint": "0", "counts": counts})
    return text.replace(compact([0] * 256)[1:-1], b"\x01", 1).replace(compact(list(range(256)))[1:-1], b"\x02", 1)


def add_vocabularies(seeds: Seeds, texts: list[pathlib.Path]):
    number = 0
    for level in LEVELS:
        for normalization in NORMALIZATIONS:
            number += 1
            options = level.split() + normalization.split()
            if number % 3 == 0:
                options += DOCUMENTS[number // 3 % 3].split()
            path = seeds.vocabulary(texts[number % len(texts)], options)
            if path is None:
                continue
            document = json.loads(path.read_bytes())
            seeds.add("FuzzVocabulary", compact(document))
            seeds.add("FuzzVocabulary", abbreviated_vocabulary(document))
            add_token_file(seeds, texts[number % len(texts)], path, number)
            exported = seeds.scratch / "tokenizer.json"
            if seeds.run("export", "--tokenizer", path, "-o", exported, "--quiet"):
                seeds.add("FuzzTokenizerJSON", abbreviated(json.loads(exported.read_bytes())))


def add_token_file(seeds: Seeds, text: pathlib.Path, vocabulary: pathlib.Path, number: int):
    path = seeds.scratch / "tokens"
    if seeds.run("tokenize", text, "-o", path, "--vocab", vocabulary, "--quiet"):
        for repairs in (0, 15, number % 16):
            seeds.add("FuzzTokenFile", bytes([repairs]) + path.read_bytes())


def add_lists(seeds: Seeds, words: list[str]):
    for number in range(48):
        some = words[3 * number:3 * number + 12]
        lines = [f"{word}\t{40 - place}" if number % 3 else word for place, word in enumerate(dict.fromkeys(some))]
        special = ["<unk>\t3", "<s>\t4", "</s>\t5"] if number % 3 == 1 else []
        end = "\r\n" if number % 5 == 0 else "\n"
        seeds.add("FuzzVocabulary", bytes([number, number * 5 % 256]) + end.join(lines + special).encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--longhand", default=str(ROOT / ".build" / "release" / "longhand"))
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / ".build" / "fuzzing" / "seeds")
    arguments = parser.parse_args()
    lines = []
    for path in sorted((ROOT / "Corpora").glob("*/*.txt")):
        some = [line for line in path.read_text().split("\n") if 20 < len(line.encode()) < 400]
        lines += some[5:7]
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        seeds = Seeds(arguments.longhand, arguments.output, scratch)
        texts = []
        for number, line in enumerate(lines + HARD_TEXTS):
            texts.append(scratch / f"text-{number}")
            texts[-1].write_text(line[:80] + "\n")
        for number, text in enumerate([line.encode()[:240] for line in lines + HARD_TEXTS] + BROKEN):
            for way in (number, 5 * number + 2):
                seeds.add("FuzzNormalizer", bytes([way % 108, number % 256]) + text)
        add_vocabularies(seeds, texts)
        add_lists(seeds, [word for line in lines for word in line.split()])
    print("seeds:", ", ".join(f"{target} {count}" for target, count in sorted(seeds.counts.items())))


if __name__ == "__main__":
    main()
