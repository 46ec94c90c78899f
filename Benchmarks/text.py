"""Rows of text: how fast Longhand makes ids of a text, against Hugging Face's tokenizers on the start of the same text.

The targets are in MB of UTF-8 a second on one thread, for English text and for text of mixed scripts; on two threads 1.8
times one thread, measured beside it."""
import os
import pathlib

HERE = pathlib.Path(__file__).parent
PACKAGES = ["tokenizers"]
TARGETS = {("character", "English"): 500, ("character", "mixed"): 150, ("word", "English"): 150, ("word", "mixed"): 40}
SCALING = 1.8
LEVELS = ["character", "grapheme", "word", "whitespace", "bpe"]
PEER_LEVELS = {"character": "character", "whitespace": "whitespace", "word": "whitespace"}
PEER_BYTES = 2_000_000

HEAD = ("text (MB/s)              threads  Longhand  read  form   ids  tokenizers   ratio   reach        x one   reach"
        "        MB     peer")


def names():
    for kind in ("English", "mixed"):
        for level in LEVELS:
            for threads in (1, 2):
                yield f"text {level} {kind} {threads}", (kind, level, threads)


def repository_text(kind: str, folder: str) -> str:
    """The repository's own texts of a kind, some megabytes of them."""
    root = HERE.parent / "Corpora" / ("english" if kind == "English" else "languages")
    text = b"".join(path.read_bytes() for path in sorted(root.glob("*.txt")))
    path = os.path.join(folder, f"{kind}.txt")
    if not os.path.exists(path):
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


def row(bench, kind, level, threads):
    text = bench.texts[kind] or repository_text(kind, bench.scratch)

    def longhand(threads):
        return lambda: bench.longhand("tokenize", text, level=level, threads=threads, seconds=bench.seconds)

    sides = dict(longhand=longhand(threads))
    if threads > 1:
        sides["single"] = longhand(1)
    if level in PEER_LEVELS:
        sides["peer"] = lambda: bench.peer(
            "tokenizers_encode.py", start_of(text, bench.scratch), level=PEER_LEVELS[level], threads=threads,
            seconds=bench.seconds)
    medians = bench.in_turn(sides)
    ours, theirs, single = medians["longhand"], medians.get("peer"), medians.get("single")
    speed = ours["megabytes_per_second"]
    target = TARGETS.get((level, kind)) if threads == 1 else None
    scaling = speed / single["megabytes_per_second"] if single else None
    return dict(
        text=kind, level=level, threads=threads, longhand=ours, peer=theirs, single=single,
        speed_ratio=speed / theirs["megabytes_per_second"] if theirs else None, target=target,
        reached=target is None or speed >= target, scaling=scaling, scaling_target=SCALING if single else None,
        scaling_reached=scaling is None or scaling >= SCALING)


def line(row):
    ours, theirs = row["longhand"], row["peer"]
    shares = "".join(f" {ours['share_' + stage]:5.0%}" for stage in ("read", "normalize", "encode"))
    return (f"{row['level']:11} {row['text']:9} {row['threads']:9} {ours['megabytes_per_second']:9.1f}{shares} "
            f"{figure(theirs and theirs['megabytes_per_second'], 11)} {figure(row['speed_ratio'], 7)} "
            f"{figure(row['target'], 7)}{mark(row['target'], row['reached'])} {figure(row['scaling'], 8, 2)} "
            f"{figure(row['scaling_target'], 7)}{mark(row['scaling_target'], row['scaling_reached'])} "
            f"{ours['peak_bytes'] / 1e6:7.0f} {figure(theirs and theirs['peak_bytes'] / 1e6, 8, 0)}")


def figure(value, width, digits=1):
    return " " * width if value is None else f"{value:{width}.{digits}f}"


def mark(target, reached):
    return "    " if target is None else " yes" if reached else " NO "
