#!/usr/bin/env python3
"""Training speed and memory against PyTorch on the same shapes, in turn: A B A B …, medians and their ratio.

PyTorch comes from PyPI into a virtual environment of its own, unless --python names one that has it."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).parent
SHAPES = {
    "char 128x2, 50x50": dict(vocabulary=65, embedding=64, hidden=128, layers=2, batch=50, window=50),
    "char 256x2, 64x64": dict(vocabulary=65, embedding=128, hidden=256, layers=2, batch=64, window=64),
    "char 512x3, 64x64": dict(vocabulary=65, embedding=64, hidden=512, layers=3, batch=64, window=64),
    "word 650x2, 20x35": dict(vocabulary=10000, embedding=650, hidden=650, layers=2, batch=20, window=35),
}


def python_with_torch() -> str:
    folder = HERE.parent / ".build" / "bench-python"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print("setting up PyTorch (once, several gigabytes) …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "torch", "numpy"], check=True)
        (folder / "ready").touch()
    return str(python)


def measure(command: list) -> dict:
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--longhand", default=".build/release/longhand")
    arguments.add_argument("--python", help="a Python that has PyTorch")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=5)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    python = options.python or python_with_torch()
    rows = []
    for name, shape in SHAPES.items():
        for threads in (1, 2):
            flags = [f"--{k}={v}" for k, v in dict(shape, threads=threads, seconds=options.seconds).items()]
            ours, theirs = [], []
            for _ in range(options.runs):
                ours.append(measure([options.longhand, "bench", "train", "--json", *flags]))
                theirs.append(measure([python, HERE / "pytorch_train.py", *flags]))
            median = {side: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
                      for side, runs in (("longhand", ours), ("pytorch", theirs))}
            rows.append(dict(shape=name, threads=threads, **median,
                             speed_ratio=median["longhand"]["gflops"] / median["pytorch"]["gflops"],
                             memory_ratio=median["longhand"]["peak_bytes"] / median["pytorch"]["peak_bytes"]))
            if not options.json:
                row = rows[-1]
                if len(rows) == 1:
                    print("shape               threads  Longhand GFLOP/s  PyTorch GFLOP/s  speed  memory")
                print(f"{name:20} {threads:6} {row['longhand']['gflops']:17.1f} {row['pytorch']['gflops']:16.1f} "
                      f"{row['speed_ratio']:6.2f} {row['memory_ratio']:7.2f}", flush=True)
    if options.json:
        print(json.dumps(rows))
    else:
        for threads in (1, 2):
            mean = statistics.geometric_mean(r["speed_ratio"] for r in rows if r["threads"] == threads)
            print(f"geometric mean, {threads} thread{'s' if threads > 1 else ''}: {mean:.2f}")


if __name__ == "__main__":
    main()
