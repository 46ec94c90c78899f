#!/usr/bin/env python3
"""Makes the golden tokenizer.json files here, and ids.json with what `tokenizers` 0.23.3 makes of texts with each.

    python make_goldens.py path/to/longhand

Files named in OURS are exported by longhand from SAMPLE, which the tests do, too; the others are made by `tokenizers`."""
import json
import pathlib
import subprocess
import sys
import tempfile

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = "The cat's hat, the cat: 12 naïve 漢字 かな 👩🏽 <s> <unk>\r\nthe cat e\u0301\u0323 \u00a0 the\tcat\n" * 3 + "rare ① x"
TEXTS = [
    "a", " ", "\n", "the cat", "The cat's hat,\nthe  cat", "the cat \n", " the\r\ncat\rthe", "e\u0301\u0323 é \u0323\u0301",
    "👩🏽👩🏽‍🚀 🇫🇷🇫🇷🇫", "<s> <unk> <eos> a<s>b", "漢字かな交じり\u3000文①", "\u0000\u0085\u2028\u00a0", "12 34x5 -- don’t _", "\u1112\u1161\u11ab한",
]
OURS = {
    "bytes": "--level byte",
    "characters": "--level character --min-count 2",
    "characters-bytes": "--level character --min-count 2 --unknown bytes --normalize nfkc --lowercase",
    "graphemes": "--level grapheme --min-count 2 --normalize none",
    "graphemes-bytes": "--level grapheme --min-count 2 --unknown bytes --normalize nfd",
    "literature": "--level whitespace --min-count 2 --lowercase",
    "literature-documents": "--level whitespace --min-count 2 --documents file",
    "whitespace": "--level whitespace --min-count 2 --lossless --unknown symbol",
    "whitespace-bytes": "--level whitespace --min-count 2 --lossless --normalize none",
    "subwords": "--level bpe --max-size 300",
}


def ours(longhand: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sample, vocab = pathlib.Path(folder, "sample"), pathlib.Path(folder, "vocab")
        sample.write_bytes(SAMPLE.encode())
        for name, flags in OURS.items():
            subprocess.run([longhand, "vocab", sample, "-o", vocab, "--quiet", *flags.split()], check=True)
            subprocess.run(
                [longhand, "export", "--tokenizer", vocab, "-o", HERE / f"{name}.json", "--quiet"], check=True)


def theirs() -> None:
    """Files that `tokenizers` makes by itself, with other ids and other words for the same."""
    characters = Tokenizer(models.WordLevel({"[UNK]": 0, "[PAD]": 1, "[BOS]": 2, "t": 3, "é": 4, "\n": 5, "h": 6}, "[UNK]"))
    characters.normalizer = normalizers.Sequence([normalizers.NFC()])
    characters.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    characters.add_special_tokens(["[UNK]", "[PAD]", "[BOS]"])
    characters.save(str(HERE / "their-characters.json"))

    vocab = {"<unk>": 0, "é": 1, "t": 2, "</s>": 3, "É": 4, "a": 5}
    lower = Tokenizer(models.BPE(vocab, [], unk_token="<unk>"))
    lower.normalizer = normalizers.Sequence(
        [normalizers.Replace("\r\n", "\n"), normalizers.Replace("\r", "\n"), normalizers.NFD(), normalizers.Lowercase(),
         normalizers.NFC()])
    lower.save(str(HERE / "their-lower.json"))

    pattern = json.loads((HERE / "subwords.json").read_text())["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"]
    subwords = Tokenizer(models.BPE())
    subwords.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    subwords.decoder = decoders.ByteLevel()
    subwords.train_from_iterator(
        [SAMPLE],
        trainers.BpeTrainer(
            vocab_size=290, special_tokens=[AddedToken("<|endoftext|>", special=True)], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    subwords.save(str(HERE / "their-subwords.json"))
    # The older form of merges: strings.
    document = json.loads((HERE / "their-subwords.json").read_text())
    document["model"]["merges"] = [" ".join(merge) for merge in document["model"]["merges"]]
    (HERE / "their-subwords-strings.json").write_text(json.dumps(document, ensure_ascii=False))


def main() -> None:
    ours(sys.argv[1])
    theirs()
    ids = {}
    for path in sorted(HERE.glob("*.json")):
        if path.name == "ids.json":
            continue
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.encode_special_tokens = True
        ids[path.stem] = [tokenizer.encode(text).ids for text in TEXTS]
    (HERE / "ids.json").write_text(
        json.dumps({"sample": SAMPLE, "texts": TEXTS, "flags": OURS, "ids": ids}, ensure_ascii=True, indent=1) + "\n")


main()
