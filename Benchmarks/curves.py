#!/usr/bin/env python3
"""A recipe's learning curve beside that of the same model in plain PyTorch, epoch by epoch, several seeds of each: validation
perplexity of words, or loss in nats of bytes and characters.

The texts are a folder's train.txt, valid.txt and test.txt, or one text that is cut as the recipe says. --set changes the
recipe for both sides. Runs that are done already are not done again; a folder of --runs holds those of one recipe and text.
With --max-seconds both stop at that time of training, and the table says how far each has come."""
import argparse
import functools
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tomllib

import pytorch_options

HERE = pathlib.Path(__file__).parent


def longhand(options, seed: int) -> dict:
    folder = options.runs / f"longhand-{seed}"
    if not (folder / "report.json").exists():
        texts = [str(options.texts)]
        if options.texts.is_dir():
            train, valid, test = (str(options.texts / f"{name}.txt") for name in ("train", "valid", "test"))
            texts = [train, "--valid", valid, "--test", test]
        command = [options.longhand, "train", *texts, "--run", str(folder), "--quiet", "--config", str(options.recipe),
                   "--seed", str(seed), "--threads", str(options.threads), "--precision", options.precision, *limits(options)]
        if options.max_size:
            command += ["--max-size", str(options.max_size)]
        if (folder / "configuration.json").exists():
            command = [options.longhand, "train", "--run", str(folder), "--quiet", "--resume"]
        subprocess.run(command, check=True)
    report = json.loads((folder / "report.json").read_text())
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return dict(epochs=[(x["validation_loss"], x["seconds"]) for x in lines if "validation_loss" in x],
                validation=report["validation_loss"], test=report.get("test_loss"))


def pytorch(options, seed: int) -> dict:
    path = options.runs / f"pytorch-{seed}.jsonl"
    if not path.exists():
        command = [options.python, str(HERE / "pytorch_curve.py"), str(options.recipe), str(options.texts), "--seed", str(seed),
                   "--threads", str(options.threads), *limits(options)]
        if options.max_size:
            command += ["--max-size", str(options.max_size)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        path.write_text(done.stdout)
    *epochs, end = [json.loads(line) for line in path.read_text().splitlines()]
    return dict(epochs=[(x["validation_loss"], x["seconds"]) for x in epochs], validation=end["validation_loss"],
                test=end["test_loss"])


def limits(options) -> list:
    chosen = []
    if options.epochs:
        chosen += ["--epochs", str(options.epochs)]
    if options.max_seconds:
        chosen += ["--max-seconds", str(options.max_seconds)]
    return chosen


def written(options) -> dict:
    """The recipe as both sides are to read it, the form of the text and what --set changes included."""
    recipe = tomllib.loads(options.recipe.read_text())
    if "level" not in recipe:
        recipe = tomllib.loads(options.form.read_text()) | recipe
    for change in options.set:
        recipe |= tomllib.loads(change)
    if recipe.get("average") == "none":  # its numbers would have no effect, and be refused
        recipe = {key: value for key, value in recipe.items() if not key.startswith("average-")}
    if options.epochs or options.max_seconds:
        recipe.pop("max-steps", None)
    # Sizes that Longhand makes of a number of parameters stand in its configuration.
    sizes = {} if "parameters" not in recipe else {"hidden": 0, "embedding": recipe.get("embedding", 0)}
    pytorch_options.check({key: value for key, value in recipe.items() if key != "parameters"} | sizes)
    return recipe


def keep(recipe: dict, options) -> None:
    """Refuses a folder that holds the runs of something else."""
    asked = dict(recipe=recipe, texts=str(options.texts.resolve()), epochs=options.epochs, max_seconds=options.max_seconds,
                 max_size=options.max_size, precision=options.precision)
    options.runs.mkdir(parents=True, exist_ok=True)
    record = options.runs / "asked.json"
    if not record.exists() and any(options.runs.iterdir()):
        raise SystemExit(f"{options.runs} holds other files; give --runs a folder of its own")
    if record.exists() and json.loads(record.read_text()) != asked:
        raise SystemExit(f"{options.runs} holds runs of another recipe, text or limit, which {record} has; give --runs another folder")
    record.write_text(json.dumps(asked, indent=2) + "\n")
    write(recipe, options)


def write(recipe: dict, options) -> None:
    options.recipe = options.runs / "recipe.toml"
    options.recipe.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in recipe.items()))


def with_sizes(options, recipe: dict) -> None:
    """Replaces a number of parameters by the sizes that Longhand made of it."""
    if recipe.pop("parameters", None) is None:
        return
    configuration = json.loads((options.runs / "longhand-1" / "configuration.json").read_text())
    recipe |= {name: configuration["model"][f"{name}_size"] for name in ("hidden", "embedding")}
    write(recipe, options)


def shown(losses: list, level: str) -> str:
    """Mean and deviation: nats of bytes and characters, the perplexity of words."""
    if any(x is None for x in losses):
        return ""
    values, digits = (losses, 4) if level != "whitespace" else ([math.exp(x) for x in losses], 1)
    deviation = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.{digits}f}{deviation}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("recipe", type=pathlib.Path, help="such as Recipes/zaremba-small.toml")
    arguments.add_argument("texts", type=pathlib.Path, help="a folder with train.txt, valid.txt and test.txt, or one text")
    arguments.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="another value of an option, in TOML")
    arguments.add_argument("--form", type=pathlib.Path, default=HERE.parent / "Recipes/wikitext-2.toml",
                           help="how texts are read, where the recipe does not say (default: Recipes/wikitext-2.toml)")
    arguments.add_argument("--longhand", default=".build/release/longhand")
    arguments.add_argument("--python", default=sys.executable, help="a Python with PyTorch (default: this one)")
    arguments.add_argument("--runs", type=pathlib.Path,
                           help="where the runs go (default: runs/curves/ and the name of the recipe)")
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--precision", default="f32", help="of Longhand (default: f32, as PyTorch)")
    arguments.add_argument("--epochs", type=int)
    arguments.add_argument("--max-seconds", type=float)
    arguments.add_argument("--max-size", type=int, help="tokens of the vocabulary at most")
    options = arguments.parse_args()
    options.runs = options.runs or pathlib.Path("runs/curves") / options.recipe.stem
    recipe = written(options)
    keep(recipe, options)
    show = functools.partial(shown, level=recipe["level"])
    unit = "nats" if recipe["level"] != "whitespace" else "perplexity"
    seeds = range(1, options.seeds + 1)
    sides = [[longhand(options, seed) for seed in seeds]]
    with_sizes(options, recipe)
    sides.append([pytorch(options, seed) for seed in seeds])
    print(f"| epoch | Longhand, {unit} | s | PyTorch, {unit} | s |\n|---|---|---|---|---|")
    for epoch in range(max(len(run["epochs"]) for side in sides for run in side)):
        cells = []
        for side in sides:
            there = [run["epochs"][epoch] for run in side if epoch < len(run["epochs"])]
            cells += [show([loss for loss, _ in there]), f"{statistics.mean(s for _, s in there):.0f}"] if there else ["", ""]
        print(f"| {epoch + 1} | {' | '.join(cells)} |")
    for name in ("validation", "test"):
        print(f"| {name}, in one go | {show([r[name] for r in sides[0]])} | | {show([r[name] for r in sides[1]])} | |")


if __name__ == "__main__":
    main()
