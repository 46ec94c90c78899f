"""A recipe's model in plain PyTorch, trained and measured epoch by epoch; one JSON object a line. `curves.py` starts it.

It knows what the recipes of Zaremba, Sutskever & Vinyals and of word_language_model say: an embedding, nn.LSTM, a softmax;
dropout at the input, between layers and behind them; SGD with clipping, and a rate that falls by epoch or at a plateau."""
import argparse
import collections
import json
import math
import pathlib
import time
import tomllib

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, V: int, recipe: dict) -> None:
        super().__init__()
        E, H, L = recipe["embedding"], recipe["hidden"], recipe["layers"]
        self.input_drop, self.drop = nn.Dropout(recipe.get("input-dropout", 0)), nn.Dropout(recipe["dropout"])
        self.embedding = nn.Embedding(V, E)
        self.lstm = nn.LSTM(E, H, L, dropout=recipe["dropout"])
        self.decoder = nn.Linear(H, V)
        if recipe["tie"]:
            self.decoder.weight = self.embedding.weight
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -recipe["init-range"], recipe["init-range"])
        nn.init.zeros_(self.decoder.bias)
        for name, parameter in self.lstm.named_parameters():
            if name.startswith("bias"):  # as Longhand: the forget gates' bias is given, not drawn
                with torch.no_grad():
                    parameter[H : 2 * H] = recipe["forget-bias"] if "ih" in name else 0

    def forward(self, x, state):
        h, state = self.lstm(self.input_drop(self.embedding(x)), state)
        return self.decoder(self.drop(h)), state


def ids(path: pathlib.Path, vocabulary: dict) -> torch.Tensor:
    """The tokens of a text, <eos> behind every line; one stands before the first."""
    unknown, end = vocabulary["<unk>"], vocabulary["<eos>"]
    found = [end]
    for line in path.read_text().splitlines():
        found += [vocabulary.get(word, unknown) for word in line.split()] + [end]
    return torch.tensor(found)


def lanes(text: torch.Tensor, B: int) -> tuple:
    """Inputs and targets, [lane length, B]."""
    length = (len(text) - 1) // B
    return tuple(text[i : i + length * B].view(B, length).t().contiguous() for i in (0, 1))


@torch.no_grad()
def measure(model: Model, text: torch.Tensor, B: int, T: int) -> float:
    model.eval()
    x, y = lanes(text, B)
    state, total = None, 0.0
    for start in range(0, len(x), T):
        logits, state = model(x[start : start + T], state)
        total += nn.functional.cross_entropy(logits.flatten(0, 1), y[start : start + T].flatten(), reduction="sum").item()
    return total / y.numel()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("recipe", type=pathlib.Path)
    arguments.add_argument("texts", type=pathlib.Path, help="a folder with train.txt, valid.txt and test.txt")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--epochs", type=int)
    arguments.add_argument("--max-seconds", type=float, default=math.inf)
    arguments.add_argument("--max-size", type=int)
    options = arguments.parse_args()
    recipe = tomllib.loads(options.recipe.read_text())
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    counts = collections.Counter()
    for line in (options.texts / "train.txt").read_text().splitlines():
        counts.update(line.split() + ["<eos>"])
    ranked = [word for word, _ in counts.most_common() if word not in ("<unk>", "<eos>")]
    room = None if options.max_size is None else options.max_size - 2
    vocabulary = {word: i for i, word in enumerate(["<unk>", "<eos>"] + ranked[:room])}
    train, valid, test = (ids(options.texts / name, vocabulary) for name in ("train.txt", "valid.txt", "test.txt"))
    model = Model(len(vocabulary), recipe)
    B, T, rate, best = recipe["batch"], recipe["window"], recipe["learning-rate"], math.inf
    x, y = lanes(train, B)
    start_time = time.monotonic()
    kept = None
    for epoch in range(options.epochs or recipe["epochs"]):
        if recipe["schedule"] == "step":
            rate = recipe["learning-rate"] * recipe["decay"] ** max(0, epoch - recipe["decay-after"] + 1)
        model.train()
        state, total, tokens = None, 0.0, 0
        for start in range(0, len(x), T):
            if state is not None:
                state = tuple(s.detach() for s in state)
            model.zero_grad(set_to_none=True)
            logits, state = model(x[start : start + T], state)
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), y[start : start + T].flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), recipe["clip"])
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.add_(parameter.grad, alpha=-rate)
            total += loss.item() * y[start : start + T].numel()
            tokens += y[start : start + T].numel()
            if time.monotonic() - start_time > options.max_seconds:
                break
        validation = measure(model, valid, B, T)
        if validation < best:
            best, kept = validation, {name: value.clone() for name, value in model.state_dict().items()}
        elif recipe["schedule"] == "plateau":
            rate *= recipe["decay"]
        seconds = time.monotonic() - start_time
        print(json.dumps(dict(epoch=epoch + 1, training_loss=total / tokens, validation_loss=validation,
                              seconds=seconds)), flush=True)
        if seconds > options.max_seconds:
            break
    model.load_state_dict(kept)
    print(json.dumps(dict(validation_loss=measure(model, valid, 1, T), test_loss=measure(model, test, 1, T),
                          parameters=sum(p.numel() for p in model.parameters()),
                          vocabulary=len(vocabulary))), flush=True)


if __name__ == "__main__":
    main()
