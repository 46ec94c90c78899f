#!/usr/bin/env python3
"""Longhand's speed and memory against others' on the same shapes and texts, each row in turn: A B A B …, medians and their
ratio.

Every speed of training and scoring is also a share of the ceiling: the large matrix product of the machine, measured beside
the row, the best of Longhand's, PyTorch's and oneDNN's. The peers come from PyPI into a virtual environment of their own,
unless --python names one that has them. Each kind of row is a module: names() of the rows, row() measures one, line() shows
it."""
import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import venv

import inference
import text
import training

HERE = pathlib.Path(__file__).parent
KINDS = {"training": training, "inference": inference, "text": text}


def python_with(packages: list) -> str:
    """A Python of the benchmarks' own that has some packages."""
    folder = HERE.parent / ".build" / "bench-python"
    python, record = folder / "bin" / "python", folder / "packages"
    if not record.exists():
        venv.create(folder, with_pip=True, clear=True)
        record.write_text("")
    missing = [package for package in packages if package not in record.read_text().split()]
    if missing:
        print(f"installing {', '.join(missing)} (once; PyTorch takes some gigabytes) …", file=sys.stderr)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *missing], check=True)
        record.write_text(" ".join([*record.read_text().split(), *missing]))
    return str(python)


class Bench:
    """How both sides are run."""

    def __init__(self, options, python: str, scratch: str):
        self.binary, self.runs, self.seconds = options.longhand, options.runs, options.seconds
        self.texts = {"English": options.english, "mixed": options.mixed}
        self.python, self.scratch = python, scratch
        self.ceilings = {}

    def longhand(self, verb, *arguments, **flags):
        return self.run([self.binary, "bench", verb, *arguments, "--json", *self.flags(flags)])

    def peer(self, script, *arguments, **flags):
        return self.run([self.python, HERE / script, *arguments, *self.flags(flags)])

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
            found = dict(self.peer("pytorch_product.py", **flags))
            found["Longhand"] = self.longhand("product", **flags)["gflops"]
            self.ceilings[precision, threads] = found
        return max(self.ceilings[precision, threads].values())

    def versions(self, packages):
        """The versions of packages that the peers have."""
        code = "import importlib.metadata as m, json, sys; print(json.dumps({p: m.version(p) for p in sys.argv[1:]}))"
        return self.run([self.python, "-c", code, *packages])

    @staticmethod
    def flags(flags):
        return [f"--{name}={value}" for name, value in flags.items()]

    @staticmethod
    def run(command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}ended with {done.returncode}")
        return json.loads(done.stdout)


def machine() -> str:
    """The processor and how many of it there are."""
    names = [platform.machine()]
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")] or names
    return f"{names[0]}, {os.cpu_count()} processors"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--longhand", default=".build/release/longhand")
    arguments.add_argument("--python", help="a Python that has the peers")
    arguments.add_argument("--runs", type=int, default=3, help="repetitions of every side (default: 3)")
    arguments.add_argument("--seconds", type=float, default=5, help="of every run (default: 5)")
    arguments.add_argument("--only", default="", metavar="PART",
                           help="rows whose name begins with this or has it in it: training, 'training bf16 char', sample, "
                           "score, text")
    arguments.add_argument("--english", metavar="FILE", help="an English text for the rows of text (default: the corpora here)")
    arguments.add_argument("--mixed", metavar="FILE", help="a text of mixed scripts, likewise")
    arguments.add_argument("--list", action="store_true", help="print the names of the rows and stop")
    arguments.add_argument("--json", metavar="FILE", help="also write all figures there")
    options = arguments.parse_args()
    chosen = {kind: [row for name, row in module.names() if options.only in name] for kind, module in KINDS.items()}
    if options.list:
        print("\n".join(name for module in KINDS.values() for name, _ in module.names() if options.only in name))
        return
    packages = list(dict.fromkeys(p for kind, rows in chosen.items() if rows for p in KINDS[kind].PACKAGES))
    if not packages:
        sys.exit(f"no row has {options.only!r} in its name; --list prints them all")
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(options, options.python or python_with(packages), scratch)
        report = dict(machine=machine(), peers=bench.versions(packages), runs=options.runs, seconds=options.seconds)
        print(f"{report['machine']}; " + ", ".join(f"{name} {version}" for name, version in report["peers"].items()))
        for kind, module in KINDS.items():
            if not chosen[kind]:
                continue
            print("\n" + module.HEAD)
            rows = []
            for row in chosen[kind]:
                rows.append(module.row(bench, *row))
                print(module.line(rows[-1]), flush=True)
            report[kind] = dict(rows=rows)
            if kind == "training":
                report[kind]["means"] = list(module.means(rows))
                for mean in report[kind]["means"]:
                    print(module.mean_line(mean))
        report["ceilings"] = [dict(precision=p, threads=t, gflops=found) for (p, t), found in bench.ceilings.items()]
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
