#!/usr/bin/env python3
"""Texts that fit no memory: the peak of `longhand vocab` and `longhand tokenize` must not grow with the text.

Each text comes through a pipe, so that nothing of it is on the disk. A peak above 256 MiB and the vocabulary is a
failure, as is a number of ids that is not the expected one."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

STORIES = pathlib.Path(__file__).parent.parent / "Corpora" / "english"
LIMIT = 256 << 20
LEVELS = ["byte", "character", "grapheme", "word", "whitespace", "bpe"]


def stories() -> bytes:
    return b"".join(path.read_bytes() for path in sorted(STORIES.glob("*.txt")))


# Of each text: what is repeated, how many bytes in all, and the levels that read it.
TEXTS = {
    "one line": (lambda: stories().replace(b"\n", b" "), 10**9, LEVELS),
    "one word": (lambda: b"a" * 1_000_000, 10**9, LEVELS),
    "empty lines": (lambda: b"a" + b"\n" * 999_999, 10**7, LEVELS),
    "a long text": (stories, 10**10, ["character", "word"]),
}


def run(command: list, unit: bytes, repeats: int) -> tuple:
    """Feeds a command; gives its JSON, its seconds and its peak of memory in bytes."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def feed():
        with process.stdin:
            for _ in range(repeats):
                process.stdin.write(unit)

    feeder = threading.Thread(target=feed)
    feeder.start()
    output = process.stdout.read()
    feeder.join()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return json.loads(output), time.monotonic() - begin, usage.ru_maxrss << 10


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--longhand", default=".build/release/longhand")
    arguments.add_argument("--text", dest="texts", action="append", choices=TEXTS)
    arguments.add_argument("--level", dest="levels", action="append", choices=LEVELS)
    options = arguments.parse_args()
    failures = 0
    print(f"{'text':12} {'level':11} {'command':9} {'MB':>6} {'seconds':>8} {'MB/s':>6} {'peak MiB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        vocabulary, tokens = os.path.join(folder, "vocabulary"), os.path.join(folder, "tokens")
        for name in options.texts or TEXTS:
            unit, size, levels = TEXTS[name]
            unit = unit()
            repeats = max(1, size // len(unit))
            for level in options.levels or levels:
                if level not in levels:
                    continue
                commands = {
                    "vocab": ["vocab", "-", "-o", vocabulary, "--level", level, "--json"],
                    "tokenize": ["tokenize", "-", "-o", tokens, "--vocab", vocabulary, "--json"]}
                for command, flags in commands.items():
                    told, seconds, peak = run([options.longhand, *flags], unit, repeats)
                    limit = LIMIT + os.path.getsize(vocabulary)
                    count = told.get("tokens")
                    expected = repeats * len(unit) if level in ("byte", "character", "grapheme") else count
                    failed = peak > limit or command == "tokenize" and count != expected
                    failures += failed
                    print(f"{name:12} {level:11} {command:9} {repeats * len(unit) // 10**6:6} {seconds:8.1f} "
                          f"{repeats * len(unit) / 1e6 / seconds:6.0f} {peak >> 20:9}{'  FAILED' if failed else ''}",
                          flush=True)
    print(f"{failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
