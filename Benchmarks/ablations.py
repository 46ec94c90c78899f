#!/usr/bin/env python3
"""What single choices are worth: one model trained with and without each of them, all for the same number of steps.

A table of configurations is a TOML file: `base` holds the options of `longhand train` that all of them share, and
`[variants]` gives each a name and options that come on top and win; those of the table `also`, beside it, follow. Every variant
is trained with every seed; the table shows the loss of the best model on the whole validation text, and by how much it is below
or above that of the first variant, seed for seed. Runs that are done already are not done again, so a campaign that was stopped goes on
where it was."""
import argparse
import concurrent.futures
import json
import math
import pathlib
import shlex
import statistics
import subprocess
import sys
import tomllib


def slug(name: str) -> str:
    """A name as the folder of its run."""
    return "".join(c if c.isalnum() else "-" for c in name).strip("-")


def run(options, name: str, flags: str, seed: int) -> dict:
    """The report of one run, trained unless it is there."""
    folder = pathlib.Path(options.runs) / slug(name) / f"seed-{seed}"
    report, record = folder / "report.json", folder / "options"
    said = shlex.split(options.base) + shlex.split(flags) + ["--seed", str(seed), "--threads", str(options.threads)]
    asked = shlex.join(options.corpus + said)
    command = [options.longhand, "train", *options.corpus, "--run", str(folder), "--quiet", *said]
    if record.exists() and record.read_text() != asked:
        sys.exit(f"{folder} is of another text or other options: {record.read_text()}; give --runs another folder")
    if not report.exists():
        if (folder / "configuration.json").exists():
            command = [options.longhand, "train", "--run", str(folder), "--quiet", "--resume"]
        folder.mkdir(parents=True, exist_ok=True)
        record.write_text(asked)
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{shlex.join(command)}\n{done.stderr}ended with {done.returncode}")
    found = json.loads(report.read_text())
    return dict(seed=seed, loss=found["validation_loss"], best_step=found["best_step"], steps=found["steps"],
                seconds=found["seconds"])


def summary(name: str, flags: str, runs: list, base: list) -> dict:
    """Means over the seeds, and the differences to the first variant in each of them."""
    losses = [r["loss"] for r in runs]
    differences = [r["loss"] - b["loss"] for r, b in zip(runs, base)]
    return dict(
        name=name, options=flags, runs=runs, loss=statistics.mean(losses), perplexity=math.exp(statistics.mean(losses)),
        difference=statistics.mean(differences),
        deviation=statistics.stdev(differences) if len(differences) > 1 else None,
        best_step=statistics.mean(r["best_step"] for r in runs), seconds=statistics.mean(r["seconds"] for r in runs))


def line(row: dict) -> str:
    deviation = "" if row["deviation"] is None else f" ± {row['deviation']:.4f}"
    return (f"| {row['name']} | {row['loss']:.4f} | {row['perplexity']:.2f} | {row['difference']:+.4f}{deviation} | "
            f"{row['best_step']:.0f} | {row['seconds']:.0f} |")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("table", help="the TOML file of configurations, such as Benchmarks/ablations-character.toml")
    arguments.add_argument("corpus", nargs="+", help="the text; its last tenth validates unless the options say more")
    arguments.add_argument("--longhand", default=".build/release/longhand")
    arguments.add_argument("--runs", help="where the runs go (default: runs/ and the name of the table)")
    arguments.add_argument("--seeds", type=int, default=1, help="how many seeds, from 1 (default: 1)")
    arguments.add_argument("--threads", type=int, default=2, help="of every run; no result depends on it (default: 2)")
    arguments.add_argument("--jobs", type=int, default=1, help="runs at a time (default: 1)")
    arguments.add_argument("--base", default="", help="options for all, on top of the table's")
    arguments.add_argument("--variant", action="append", default=[], metavar="NAME=OPTIONS", help="one more; may be repeated")
    arguments.add_argument("--only", default="", metavar="PART", help="variants with this in their name, and the first one")
    arguments.add_argument("--json", metavar="FILE", help="also write all figures there")
    options = arguments.parse_args()
    options.runs = options.runs or f"runs/{pathlib.Path(options.table).stem}"
    table = tomllib.loads(pathlib.Path(options.table).read_text())
    options.base = f"{table['base']} {options.base}"
    if "also" in table:
        also = pathlib.Path(options.table).with_name(table["also"])
        table["variants"] |= tomllib.loads(also.read_text())["variants"]
    variants = list(table["variants"].items()) + [tuple(v.split("=", 1)) for v in options.variant]
    variants = variants[:1] + [v for v in variants[1:] if options.only in v[0]]
    seeds = range(1, options.seeds + 1)
    print(f"Base: `{options.base.strip()}`, {len(seeds)} seeds\n")
    print("| variant | nats a token | perplexity | to the first | best step | seconds |\n|---|---|---|---|---|---|")
    rows = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as jobs:
        results = [[jobs.submit(run, options, name, flags, seed) for seed in seeds] for name, flags in variants]
        for (name, flags), runs in zip(variants, results):
            runs = [r.result() for r in runs]
            rows.append(summary(name, flags, runs, rows[0]["runs"] if rows else runs))
            print(line(rows[-1]), flush=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(dict(base=options.base, variants=rows), indent=2) + "\n")


if __name__ == "__main__":
    main()
