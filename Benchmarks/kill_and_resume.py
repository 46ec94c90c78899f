#!/usr/bin/env python3
"""Kills a training run with SIGKILL at random points, resumes it, and compares what it ends in with a run that was
never stopped: model and last checkpoint must be the same bytes. Then the same for 1, 2 and 4 threads."""
import argparse
import hashlib
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time


def digest(run: pathlib.Path) -> str:
    files = [run / "model.safetensors", run / "best.safetensors", *sorted((run / "checkpoints").glob("step-*"))[-1:]]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def train(longhand: str, corpus: str, run: pathlib.Path, threads: int, resume: bool = False) -> subprocess.Popen:
    options = ["--resume"] if resume else [
        corpus, "--hidden", "96", "--layers", "2", "--embedding", "32", "--peepholes", "--dropout", "0.1", "--batch", "16",
        "--window", "32", "--max-steps", "400", "--evaluate-every", "90", "--checkpoint-every", "7", "--seed", "5"]
    command = [longhand, "train", *options, "--run", str(run), "--threads", str(threads), "--quiet"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen) -> None:
    _, errors = process.communicate()
    if process.returncode != 0:
        sys.exit(f"training failed with status {process.returncode}: {errors}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--longhand", default=".build/release/longhand")
    arguments.add_argument("--corpus", default="Corpora/english/07-the-clockmender.txt")
    arguments.add_argument("--kills", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        start = time.monotonic()
        finish(train(options.longhand, options.corpus, folder / "whole", threads=2))
        seconds = time.monotonic() - start
        expected = digest(folder / "whole")
        print(f"never stopped: {expected}  ({seconds:.1f} s)")
        failures = 0
        for kill in range(options.kills):
            run = folder / "killed"
            shutil.rmtree(run, ignore_errors=True)
            process = train(options.longhand, options.corpus, run, threads=2)
            delay = chance.uniform(0.05, seconds)
            try:
                process.wait(timeout=delay)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            started = (run / "configuration.json").exists()
            saved = len(list((run / "checkpoints").glob("step-*")))
            finish(train(options.longhand, options.corpus, run, threads=2, resume=started))
            same = digest(run) == expected
            failures += not same
            print(f"kill {kill + 1} after {delay:.2f} s: {'the same bytes' if same else 'DIFFERENT: ' + digest(run)}"
                  f"{'' if saved else ' (before the first checkpoint)'}")
        for threads in (1, 2, 4):
            run = folder / f"threads{threads}"
            finish(train(options.longhand, options.corpus, run, threads=threads))
            same = digest(run) == expected
            failures += not same
            print(f"{threads} threads: {'the same bytes' if same else 'DIFFERENT: ' + digest(run)}")
    print(f"{options.kills + 3 - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
