#!/usr/bin/env python3
"""The speed of training with several processes under mpirun beside that of one process, with the same shards: tokens a
second, medians of runs that take turns, and the share of what the process alone makes with as many threads."""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

SHAPES = {
    "char": ["--embedding", "128", "--hidden", "256", "--layers", "2", "--batch", "64", "--window", "64"],
    "word": ["--level", "word", "--max-size", "10000", "--no-tie", "--embedding", "650", "--hidden", "650", "--layers", "2",
             "--batch", "20", "--window", "35"],
}


def speed(options, processes: int, threads: int, run: pathlib.Path) -> float:
    shutil.rmtree(run, ignore_errors=True)
    command = [options.longhand, "train", options.corpus, "--run", str(run), *SHAPES[options.shape], "--dropout", "0",
               "--shards", str(options.shards), "--threads", str(threads), "--precision", options.precision,
               "--max-steps", str(options.steps), "--evaluate-every", "1000000", "--valid-fraction", "0", "--quiet"]
    if processes > 1:
        root = ["--allow-run-as-root"] if os.getuid() == 0 else []
        command = ["mpirun", *root, "-np", str(processes), *command]
    outcome = subprocess.run(command, capture_output=True, text=True)
    if outcome.returncode != 0:
        sys.exit(f"{' '.join(command)}: status {outcome.returncode}\n{outcome.stderr}")
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    # Between two lines, so that the first steps, which touch their memory for the first time, do not count.
    first, last = lines[0], [line for line in lines if "loss" in line][-1]
    return (last["tokens"] - first["tokens"]) / (last["seconds"] - first["seconds"])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("shape", choices=SHAPES)
    arguments.add_argument("corpus")
    arguments.add_argument("--longhand", default=".build/mpi/release/longhand")
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--shards", type=int, default=2)
    arguments.add_argument("--steps", type=int, default=40)
    arguments.add_argument("--precision", default="f32")
    arguments.add_argument("--repetitions", type=int, default=3)
    options = arguments.parse_args()
    N = options.processes
    ways = [(1, 1), (1, N), (N, 1)]
    speeds = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.repetitions):
            for way in ways:
                speeds[way].append(speed(options, *way, pathlib.Path(folder) / "run"))
    medians = {way: statistics.median(speeds[way]) for way in ways}
    print(f"{options.shape}, {options.precision}, {options.shards} shards, {options.steps} steps:")
    for processes, threads in ways:
        median = medians[processes, threads]
        print(f"{processes} x {threads} threads  {median:10,.0f} tokens/s  {median / medians[1, 1]:5.2f} of 1 x 1"
              f"  {median / medians[1, N]:5.2f} of 1 x {N}")


if __name__ == "__main__":
    main()
