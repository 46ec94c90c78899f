#!/usr/bin/env python3
"""Longhand's speed and memory against others' on the same shapes, each row in turn: A B A B …, medians and their ratio.

Every speed is also a share of the ceiling: the large matrix product of the machine, measured beside the row, the best of
Longhand's, PyTorch's and oneDNN's. The peers come from PyPI into a virtual environment of their own, unless --python names
one that has them. Each kind of row is a module: names() of the rows, row() measures one, line() shows it."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import venv

import training

HERE = pathlib.Path(__file__).parent
KINDS = {"training": training}


def python_with_peers() -> str:
    folder = HERE.parent / ".build" / "bench-python"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print("setting up PyTorch (once, several gigabytes) …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "torch", "numpy"], check=True)
        (folder / "ready").touch()
    return str(python)


class Bench:
    """How both sides are run."""

    def __init__(self, options):
        self.binary, self.runs, self.seconds = options.longhand, options.runs, options.seconds
        self.python = options.python or python_with_peers()
        self.ceilings = {}

    def longhand(self, verb, **flags):
        return self.run([self.binary, "bench", verb, "--json", *self.flags(flags)])

    def pytorch(self, script, **flags):
        return self.run([self.python, HERE / script, *self.flags(flags)])

    def in_turn(self, sides):
        """The medians of several runs of each side, which take turns."""
        results = {name: [] for name in sides}
        for _ in range(self.runs):
            for name, side in sides.items():
                results[name].append(side())
        return {name: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
                for name, runs in results.items()}

    def ceiling(self, precision, threads):
        """GFLOP/s of the best large matrix product, measured once for each precision and number of threads."""
        if (precision, threads) not in self.ceilings:
            flags = dict(precision=precision, threads=threads, seconds=1.5)
            found = dict(self.pytorch("pytorch_product.py", **flags))
            found["Longhand"] = self.longhand("product", **flags)["gflops"]
            self.ceilings[precision, threads] = found
        return max(self.ceilings[precision, threads].values())

    @staticmethod
    def flags(flags):
        return [f"--{name}={value}" for name, value in flags.items()]

    @staticmethod
    def run(command):
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--longhand", default=".build/release/longhand")
    arguments.add_argument("--python", help="a Python that has the peers")
    arguments.add_argument("--runs", type=int, default=3, help="repetitions of every side (default: 3)")
    arguments.add_argument("--seconds", type=float, default=5, help="of every run (default: 5)")
    arguments.add_argument("--only", default="", help="rows whose name has this in it, such as 'training bf16 char'")
    arguments.add_argument("--list", action="store_true", help="print the names of the rows and stop")
    arguments.add_argument("--json", metavar="FILE", help="also write all figures there")
    options = arguments.parse_args()
    chosen = [(kind, name, row) for kind, module in KINDS.items() for name, row in module.names() if options.only in name]
    if options.list:
        print("\n".join(name for _, name, _ in chosen))
        return
    bench = Bench(options)
    report = {}
    for kind, module in KINDS.items():
        rows = []
        for _, _, row in (entry for entry in chosen if entry[0] == kind):
            if not rows:
                print(module.HEAD)
            rows.append(module.row(bench, *row))
            print(module.line(rows[-1]), flush=True)
        means = list(module.means(rows))
        for mean in means:
            print(module.mean_line(mean))
        report[kind] = dict(rows=rows, means=means)
    report["ceilings"] = [dict(precision=p, threads=t, gflops=found) for (p, t), found in bench.ceilings.items()]
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
