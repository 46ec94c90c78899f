#!/usr/bin/env python3
"""What an LSTM is for: memory over many steps, beside a GRU and a simple net, over several seeds.

Three tasks of the repository's own generators, each line read from an empty state:

recall     one of four letters, N others that say nothing, a question mark and the letter again, for lags N of 10 to 1,000
reber      the embedded Reber grammar: the last letter but one is the second (Hochreiter & Schmidhuber 1997)
counting   a^n b^n c^n, trained for n up to 10 (Gers & Schmidhuber 2001): all that follows the first b of a line

Each net has as many units and takes as many steps as the others. What is shown is the probability that it gives to the right
answer, the mean over the lines of a test text: chance is 0.25 for recall and 0.5 for reber. For one of the lags it also follows
the gradient back: its norm with respect to h so many steps before the answer, as a share of that at the last step, of each net as
it starts and as it ends. Runs that are done already are not done again. Tables go to standard output, figures to SVG files."""
import argparse
import concurrent.futures
import json
import math
import pathlib
import random
import shlex
import statistics
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
GENERATORS = FOLDER.parent / "Corpora" / "generators"
CELLS = {"LSTM with peepholes": "--peepholes", "LSTM": "", "GRU": "--cell gru", "simple RNN": "--cell rnn"}
COLOURS = ["#0b6e4f", "#3a86c8", "#c77d0a", "#b23a48"]
SHAPE = """--level character --documents line --layers 1 --embedding 8 --dropout 0
--no-unigram-bias --fresh-start 0 --optimizer adam --clip 1
--valid-fraction 0.02 --schedule cosine --warmup 20 --evaluate-every 1000000 --quiet"""


def lines_of(generator: str, count: int, seed: int, *options) -> list:
    command = [sys.executable, str(GENERATORS / generator), "--lines", str(count), "--seed", str(seed), *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


class Task:
    """Texts, how long they are trained on, and which answers of a line count."""

    def __init__(self, name, training, test, steps, options, answer):
        # Forget gates start open for about as long as there is to remember (Tallec & Ollivier 2018).
        self.options, self.forget_bias = options, f"--forget-bias {math.log(steps) + 1:.1f}"
        self.name, self.training, self.test, self.answer = name, training, test, answer


def recall(lag: int, scale: float) -> Task:
    def make(count, seed, lags):
        found = []
        for i, n in enumerate(lags):
            found += lines_of("recall.py", count, 100 * seed + i, "--symbols", 4, "--kinds", 1, "--filler", n, "--question")
        random.Random(seed).shuffle(found)
        return found

    # Shorter lags come along because the mechanism is found on them first.
    lags = sorted({1, max(1, lag // 10), max(1, lag // 3), lag})
    window, batch = 2 * (lag + 5), max(4, min(64, 1600 // lag))
    rate = 0.01 if lag < 1000 else 0.02
    steps = round(scale * 2000)
    count = max(100, min(2000, 60000 // lag))
    return Task(f"recall {lag}", make(count, 1, lags), make(64, 2, [lag]), lag,
                f"--hidden 32 --window {window} --batch {batch} --max-steps {steps} --learning-rate {rate}",
                lambda line: [len(line) - 1])


def reber(scale: float) -> Task:
    return Task("reber", lines_of("reber.py", 8000, 1), lines_of("reber.py", 500, 2), 10,
                f"--hidden 16 --window 50 --batch 16 --max-steps {round(scale * 3000)} --learning-rate 0.01",
                lambda line: [len(line) - 2])


def counting(least: int, most: int, scale: float) -> Task:
    test = lines_of("counting.py", 100, 2, "--least", least, "--most", most)
    return Task(f"counting {least} to {most}", lines_of("counting.py", 6000, 1), test, 10,
                f"--hidden 16 --window 64 --batch 16 --max-steps {round(scale * 3000)} --learning-rate 0.01",
                lambda line: range(line.index("b") + 1, len(line) + 1))


def probability(options, folder: pathlib.Path, task: Task) -> float:
    """The mean over the test text of what a model gives to the right answers of a line."""
    text = folder / f"test-{task.name.replace(' ', '-')}.txt"
    text.write_text("".join(f"{line}\n" for line in task.test))
    command = [options.longhand, "score", str(folder / "run"), str(text), "--details", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    tokens = [json.loads(line) for line in done.stdout.splitlines()[:-1]]
    total, place = 0.0, 0
    for line in task.test:
        answers = [tokens[place + i] for i in task.answer(line)]
        if any(a["token"] != (line + "\n")[i] for a, i in zip(answers, task.answer(line))):
            sys.exit(f"{folder}: the tokens are not those of the test text")
        total += math.exp(sum(a["log_probability"] for a in answers))
        place += len(line) + 2  # the line feed, and the boundary behind it
    return total / len(task.test)


def run(options, tasks: list, cell: str, seed: int) -> list:
    """Trains a net on what tasks share, unless it is there, and measures it on each of them."""
    folder = trained(options, tasks[0], cell, seed)
    return [probability(options, folder, task) for task in tasks]


def reach(options, task: Task, cell: str, seed: int) -> list:
    """The norm of the gradient at each lag as a share of that at lag 0, of a net that was not trained and one that was."""
    shares = []
    for changes in ("--max-steps 1 --learning-rate 0.000001", ""):
        folder = trained(options, task, cell, seed, changes)
        text = folder / "gradients.txt"
        text.write_text("".join(f"{line}\n" for line in task.test))
        command = [options.longhand, "inspect", str(folder / "run"), "--gradients", str(text), "--json"]
        norms = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["norms"][0]
        shares.append([norm / norms[0] for norm in norms])
    return shares


def trained(options, task: Task, cell: str, seed: int, changes: str = "") -> pathlib.Path:
    """The folder of a net, trained unless it is there."""
    folder = pathlib.Path(options.runs) / task.name.replace(" ", "-") / cell.replace(" ", "-") / f"seed-{seed}"
    if changes:
        folder = folder.with_name(f"start-{seed}")
    record = folder / "options"
    bias = task.forget_bias if "LSTM" in cell else ""
    said = shlex.split(f"{SHAPE} {task.options} {bias} {CELLS[cell]} {changes} --seed {seed} --threads 1")
    if record.exists() and record.read_text() != shlex.join(said):
        sys.exit(f"{folder} is of other options: {record.read_text()}; give --runs another folder")
    if not (folder / "run" / "report.json").exists():
        subprocess.run(["rm", "-rf", str(folder)], check=True)
        folder.mkdir(parents=True)
        record.write_text(shlex.join(said))
        text = folder / "text.txt"
        text.write_text("".join(f"{line}\n" for line in task.training))
        command = [options.longhand, "train", str(text), "--run", str(folder / "run"), *said]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{shlex.join(command)}\n{done.stderr}ended with {done.returncode}")
    return folder


# MARK: The figures


def element(name: str, text: str = "", **attributes) -> str:
    said = " ".join(f'{key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name} {said}>{text}</{name}>"


def key(cell: str, colour: str, x: int, y: int) -> list:
    """The square of a cell's colour, and its name."""
    return [element("rect", x=x, y=y, width=12, height=12, fill=colour), element("text", cell, x=x + 18, y=y + 11)]


def figure(lags: list, groups: list, results: dict) -> str:
    """Curves over lags at the left, groups of bars at the right; whiskers from the least seed to the greatest."""
    parts = []
    (left, top, width, height), (right, space) = (60, 40, 420, 260), (560, 330)

    def y(p):
        return top + height * (1 - p)

    def x(lag):
        return left + width * (math.log10(lag) - math.log10(lags[0])) / (math.log10(lags[-1]) - math.log10(lags[0]))

    for p in (0, 0.25, 0.5, 0.75, 1):
        for start, end in ((left, left + width), (right, right + space)):
            parts.append(element("line", x1=start, x2=end, y1=y(p), y2=y(p), stroke="#ddd"))
        parts.append(element("text", f"{p:g}", x=left - 8, y=y(p) + 4, text_anchor="end"))
    for lag in lags:
        parts.append(element("text", f"{lag:,}", x=x(lag), y=top + height + 18, text_anchor="middle"))
    parts.append(element("text", "steps between a letter and its recall", x=left + width / 2, y=top + height + 38,
                         text_anchor="middle"))
    parts.append(element("text", "probability of the right answer, mean of seeds (whiskers: least and greatest)", x=left, y=20))
    for i, (cell, colour) in enumerate(zip(CELLS, COLOURS)):
        means = [statistics.mean(results[f"recall {lag}", cell]) for lag in lags]
        points = " ".join(f"{x(lag) + 2 * i:.1f},{y(p):.1f}" for lag, p in zip(lags, means))
        parts.append(element("polyline", points=points, fill="none", stroke=colour, stroke_width=2))
        for lag, p in zip(lags, means):
            found = results[f"recall {lag}", cell]
            at = f"{x(lag) + 2 * i:.1f}"
            parts.append(element("line", x1=at, x2=at, y1=f"{y(min(found)):.1f}", y2=f"{y(max(found)):.1f}", stroke=colour))
            parts.append(element("circle", cx=at, cy=f"{y(p):.1f}", r=3, fill=colour))
        for j, group in enumerate(groups):
            found = results[group, cell]
            wide = space / len(groups)
            bar = wide * 0.8 / len(CELLS)
            start, p = right + wide * (j + 0.1) + bar * i, statistics.mean(found)
            parts.append(element("rect", x=f"{start:.1f}", y=f"{y(p):.1f}", width=f"{bar - 2:.1f}", height=f"{height * p:.1f}",
                                 fill=colour))
            middle = f"{start + bar / 2 - 1:.1f}"
            parts.append(element("line", x1=middle, x2=middle, y1=f"{y(min(found)):.1f}", y2=f"{y(max(found)):.1f}",
                                 stroke="#333"))
        parts += key(cell, colour, left + 170 * i, top + height + 54)
    for j, group in enumerate(groups):
        middle = right + space / len(groups) * (j + 0.5)
        name = "Reber grammar" if group == "reber" else "aⁿbⁿcⁿ, n " + group.removeprefix("counting ")
        parts.append(element("text", name, x=f"{middle:.1f}", y=top + height + 18, text_anchor="middle"))
    return svg(parts)


def gradient_figure(lag: int, shares: dict) -> str:
    """Norms over lags, as powers of ten: at the left of the nets as they start, at the right as they end."""
    parts = []
    top, width, height, least = 70, 380, 230, -16

    def y(share):
        return top + height * max(-0.12, min(1, math.log10(max(share, 1e-300)) / least))

    for panel, title in enumerate(("before training", "after training")):
        left = 70 + 450 * panel
        parts.append(element("text", title, x=left + width / 2, y=top - 40, text_anchor="middle"))
        for power in range(0, least - 1, -4):
            parts.append(element("line", x1=left, x2=left + width, y1=y(10.0**power), y2=y(10.0**power), stroke="#ddd"))
            parts.append(element("text", f"1e{power}", x=left - 8, y=y(10.0**power) + 4, text_anchor="end"))
        for i in range(5):
            parts.append(element("text", f"{lag * i // 4:,}", x=left + width * i / 4, y=top + height + 18,
                                 text_anchor="middle"))
        parts.append(element("text", "steps before the answer", x=left + width / 2, y=top + height + 38, text_anchor="middle"))
        for cell, colour in zip(CELLS, COLOURS):
            for found in shares[cell]:
                points = " ".join(f"{left + width * k / lag:.1f},{y(share):.1f}" for k, share in enumerate(found[panel])
                                  if k <= lag)
                parts.append(element("polyline", points=points, fill="none", stroke=colour, stroke_width=1.5))
    for i, (cell, colour) in enumerate(zip(CELLS, COLOURS)):
        parts += key(cell, colour, 70 + 170 * i, top + height + 54)
    return svg(parts)


def svg(parts: list) -> str:
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 920 380" font-family="sans-serif" font-size="12">\n'
            f'<rect width="920" height="380" fill="white"/>\n{body}\n</svg>\n')


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--longhand", default=".build/release/longhand")
    arguments.add_argument("--runs", default="runs/long-lags", help="where the runs go (default: runs/long-lags)")
    arguments.add_argument("--lags", default="10,30,100,300,1000", help="(default: 10,30,100,300,1000)")
    arguments.add_argument("--seeds", type=int, default=3, help="how many seeds, from 1 (default: 3)")
    arguments.add_argument("--scale", type=float, default=1, help="times as many steps (default: 1)")
    arguments.add_argument("--jobs", type=int, default=2, help="runs at a time, a thread each (default: 2)")
    arguments.add_argument("--gradient-lag", type=int, default=100, help="the lag whose gradients are shown (default: 100)")
    arguments.add_argument("--figure", default="runs/long-lags/long-lags.svg", help="(default: runs/long-lags/long-lags.svg)")
    arguments.add_argument("--gradient-figure", default="runs/long-lags/gradient-norms.svg",
                           help="(default: runs/long-lags/gradient-norms.svg)")
    options = arguments.parse_args()
    lags = [int(lag) for lag in options.lags.split(",")]
    # What is trained together is measured together: counting within what was seen, and beyond it.
    trained = [[recall(lag, options.scale)] for lag in lags] + [[reber(options.scale)]]
    trained += [[counting(1, 10, options.scale), counting(11, 15, options.scale)]]
    names = [task.name for tasks in trained for task in tasks]
    results, shares = {}, {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as jobs:
        waiting = [(tasks, cell, jobs.submit(run, options, tasks, cell, seed))
                   for tasks in trained for cell in CELLS for seed in range(1, options.seeds + 1)]
        for tasks, cell, job in waiting:
            for task, p in zip(tasks, job.result()):
                results.setdefault((task.name, cell), []).append(p)
        lag = options.gradient_lag
        following = [(cell, jobs.submit(reach, options, recall(lag, options.scale), cell, seed))
                     for cell in CELLS for seed in range(1, options.seeds + 1)]
        for cell, job in following:
            shares.setdefault(cell, []).append(job.result())
    print(f"| task | {' | '.join(CELLS)} |\n|---|{'---|' * len(CELLS)}")
    for name in names:
        shown = [f"{statistics.mean(found):.2f} ({min(found):.2f}–{max(found):.2f})" for found in
                 (results[name, cell] for cell in CELLS)]
        print(f"| {name} | {' | '.join(shown)} |")
    print(f"\n| gradient {lag} steps back | {' | '.join(CELLS)} |\n|---|{'---|' * len(CELLS)}")
    for panel, name in enumerate(("before training", "after training")):
        found = [[run[panel][lag] for run in shares[cell]] for cell in CELLS]
        print(f"| {name} | {' | '.join(f'{statistics.median(x):.0e} ({min(x):.0e} to {max(x):.0e})' for x in found)} |")
    groups = [name for name in names if not name.startswith("recall")]
    for path, text in ((options.figure, figure(lags, groups, results)),
                       (options.gradient_figure, gradient_figure(lag, shares))):
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        pathlib.Path(path).write_text(text)


if __name__ == "__main__":
    main()
