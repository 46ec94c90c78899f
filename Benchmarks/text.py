"""Rows of text: how fast Longhand makes ids of a text, against Hugging Face's tokenizers on the start of the same text.

The targets are in MB of UTF-8 a second on one thread, for English text and for text of mixed scripts; on two threads 1.8
times one thread."""
import os
import pathlib
import tempfile

HERE = pathlib.Path(__file__).parent
PACKAGES = ["tokenizers"]
TARGETS = {"character": {"English": 500, "mixed": 150}, "word": {"English": 150, "mixed": 40}}
LEVELS = ["character", "grapheme", "word", "whitespace", "bpe"]
PEER_LEVELS = {"character": "character", "whitespace": "whitespace", "word": "whitespace"}
PEER_BYTES = 2_000_000


def repository_text(kind: str, folder: str) -> str:
    """The repository's own texts of a kind, some megabytes of them."""
    root = HERE.parent / "Corpora" / ("english" if kind == "English" else "languages")
    text = b"".join(path.read_bytes() for path in sorted(root.glob("*.txt")))
    path = os.path.join(folder, f"{kind}.txt")
    with open(path, "wb") as file:
        for _ in range(16_000_000 // len(text) + 1):
            file.write(text)
    return path


def start_of(path: str, folder: str) -> str:
    """The first lines of a text, as many as the peer can read in a few seconds."""
    with open(path, "rb") as file:
        start = file.read(PEER_BYTES)
    short = os.path.join(folder, "start-of-" + os.path.basename(path))
    with open(short, "wb") as file:
        file.write(start[:start.rindex(b"\n") + 1])
    return short


def rows(bench, texts: dict):
    """Measures each text, level and number of threads; `bench` runs commands in turn and gives medians."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("English", "mixed"):
            text = texts.get(kind) or repository_text(kind, folder)
            short = start_of(text, folder)
            for level in LEVELS:
                single = None
                for threads in (1, 2):
                    ours = ["bench", "tokenize", text, "--level", level, f"--threads={threads}"]
                    theirs = None
                    if level in PEER_LEVELS:
                        theirs = ["tokenizers_encode.py", short, "--level", PEER_LEVELS[level], f"--threads={threads}"]
                    row = bench.pair(ours, theirs)
                    speed = row["longhand"]["megabytes_per_second"]
                    single = single or speed
                    target = TARGETS.get(level, {}).get(kind)
                    yield dict(
                        row, text=kind, level=level, threads=threads, scaling=speed / single,
                        target=target if threads == 1 else target and 1.8 * single,
                        peer=theirs and ("tokenizers by white space" if level == "word" else "tokenizers"))
