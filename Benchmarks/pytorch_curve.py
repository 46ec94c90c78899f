"""A recipe's model in plain PyTorch, trained and measured epoch by epoch; one JSON object a line. `curves.py` starts it."""
import argparse
import collections
import json
import math
import pathlib
import random
import time
import tomllib

import torch
from torch import nn

from pytorch_models import Model
from pytorch_options import check


def tokens(path: pathlib.Path, level: str) -> list:
    """A text's bytes, its characters, or its words by white space with <eos> behind every line."""
    if level == "byte":
        return list(path.read_bytes())
    text = path.read_text()
    if level == "character":
        return list(text)
    return [word for line in text.splitlines() for word in line.split() + ["<eos>"]]


def parts(path: pathlib.Path, recipe: dict) -> list:
    """What trains, validates and tests: a folder's files, or shares of one text."""
    if path.is_dir():
        return [tokens(path / f"{name}.txt", recipe["level"]) for name in ("train", "valid", "test")]
    text = tokens(path, recipe["level"])
    validation, test = recipe.get("valid-fraction", 0.1), recipe.get("test-fraction", 0)
    starts = int(len(text) * round(1 - validation - test, 12)), len(text) - int(len(text) * test)
    return [text[: starts[0]], text[starts[0] : starts[1]], text[starts[1] :]]


def lanes(text: torch.Tensor, B: int) -> tuple:
    """Inputs and targets, [lane length, B]."""
    length = (len(text) - 1) // B
    return tuple(text[i : i + length * B].view(B, length).t().contiguous() for i in (0, 1))


@torch.no_grad()
def measure(model: Model, text: torch.Tensor, B: int, T: int) -> float | None:
    if len(text) < 2:
        return None
    model.eval()
    x, y = lanes(text, max(1, min(B, len(text) // (4 * T))))
    states, total = model.zeros(x.shape[1]), 0.0
    for start in range(0, len(x), T):
        logits, _, _, states = model(x[start : start + T], states)
        total += nn.functional.cross_entropy(logits.flatten(0, 1), y[start : start + T].flatten(), reduction="sum").item()
    return total / y.numel()


def optimizer(model: Model, recipe: dict) -> torch.optim.Optimizer:
    values, rate, decay = model.parameters(), recipe["learning-rate"], recipe.get("weight-decay", 0)
    epsilon, beta1, beta2 = 1e-8, float(recipe.get("beta1", 0.9)), recipe.get("beta2", 0.999)
    match recipe.get("optimizer", "adamw"):
        case "sgd":
            return torch.optim.SGD(values, rate, weight_decay=decay)
        case "rmsprop":
            return torch.optim.RMSprop(values, rate, alpha=beta2, eps=epsilon)
        case "adam":
            return torch.optim.Adam(values, rate, (beta1, beta2), epsilon, decay)
        case _:
            return torch.optim.AdamW(values, rate, (beta1, beta2), epsilon, decay)


def window(recipe: dict, lengths: random.Random) -> int:
    """The steps of the next window (Merity, Keskar & Socher 2018 where they vary)."""
    T = recipe["window"]
    if not recipe.get("vary-window", False):
        return T
    mean = T if lengths.random() < 0.95 else T / 2
    return min(max(int(lengths.gauss(mean, 5)), 5), T + 20)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("recipe", type=pathlib.Path)
    arguments.add_argument("texts", type=pathlib.Path, help="a folder with train.txt, valid.txt and test.txt, or a text")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--epochs", type=int)
    arguments.add_argument("--max-seconds", type=float, default=math.inf)
    arguments.add_argument("--max-size", type=int)
    options = arguments.parse_args()
    recipe = {"level": "whitespace"} | tomllib.loads(options.recipe.read_text())
    check(recipe)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    texts = parts(options.texts, recipe)
    special = ["<unk>", "<eos>"]
    ranked = [token for token, _ in collections.Counter(texts[0]).most_common() if token not in special]
    if recipe["level"] == "byte":  # all of them, as Longhand has them, or the softmax would have less to learn
        ranked = list(range(256))
    size = options.max_size or recipe.get("max-size")
    room = None if size is None else size - len(special)
    vocabulary = {token: i for i, token in enumerate(special + ranked[:room])}
    # One <eos> stands before the first token of each.
    train, valid, test = (torch.tensor([1] + [vocabulary.get(token, 0) for token in text]) for text in texts)
    model = Model(len(vocabulary), recipe)
    B, T, best, kept, rate = recipe["batch"], recipe["window"], math.inf, None, recipe["learning-rate"]
    clip, alpha, beta = recipe.get("clip", 1), recipe.get("activation-penalty", 0), recipe.get("temporal-penalty", 0)
    schedule, optimize, lengths = recipe["schedule"], optimizer(model, recipe), random.Random(options.seed)
    x, y = lanes(train, B)
    start_time = time.monotonic()
    for epoch in range(options.epochs or recipe["epochs"]):
        if schedule == "step":
            decays = max(0, (epoch - recipe["decay-after"]) // recipe.get("decay-every", 1) + 1)
            rate = recipe["learning-rate"] * recipe["decay"] ** decays
        model.train()
        states, total, start = model.zeros(B), 0.0, 0
        while start < len(x) and time.monotonic() - start_time <= options.max_seconds:
            length = window(recipe, lengths)
            targets = y[start : start + length]
            model.zero_grad(set_to_none=True)
            logits, raw, dropped, states = model(x[start : start + length], states)
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
            total += loss.item() * targets.numel()
            if alpha:
                loss = loss + alpha * dropped.pow(2).mean()
            if beta and len(raw) > 1:
                loss = loss + beta * (raw[1:] - raw[:-1]).pow(2).mean()
            loss.backward()
            if clip:
                nn.utils.clip_grad_norm_(model.parameters(), clip)
            for group in optimize.param_groups:
                group["lr"] = rate * length / T
            optimize.step()
            start += length
        validation = measure(model, valid, B, T)
        if validation < best:
            best, kept = validation, {name: value.clone() for name, value in model.state_dict().items()}
        elif schedule == "plateau":
            rate *= recipe["decay"]
        seconds = time.monotonic() - start_time
        print(json.dumps(dict(epoch=epoch + 1, training_loss=total / (min(start, len(x)) * B), validation_loss=validation,
                              seconds=seconds)), flush=True)
        if seconds > options.max_seconds:
            break
    model.load_state_dict(kept)
    print(json.dumps(dict(validation_loss=measure(model, valid, 1, T), test_loss=measure(model, test, 1, T),
                          parameters=sum(p.numel() for p in model.parameters()),
                          vocabulary=len(vocabulary))), flush=True)


if __name__ == "__main__":
    main()
