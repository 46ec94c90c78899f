"""Writes the PyTorch fixtures: one pass of three models, and 100 training steps with each of four optimizers.

Everything is computed in float64 on one thread. README.md describes the tensors.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import cross_entropy

FOLDER = Path(__file__).parent
STEPS, LANES, WINDOW, WINDOWS_PER_PASS = 100, 4, 5, 8
MAXIMUM_NORM = 0.25


class Model(nn.Module):
    """Embedding [V, E], LSTM of L layers [H], decoder [V, H]; a tied decoder shares the embedding's weight."""

    def __init__(self, V, E, H, L, tied=False):
        super().__init__()
        self.embedding = nn.Embedding(V, E)
        self.lstm = nn.LSTM(E, H, L)
        self.decoder = nn.Linear(H, V)
        if tied:
            self.decoder.weight = self.embedding.weight

    def forward(self, inputs, state):
        outputs, state = self.lstm(self.embedding(inputs), state)
        return self.decoder(outputs), state


def mean_cross_entropy(logits, targets):
    """Nats per token, over all T * B of them."""
    return cross_entropy(logits.flatten(0, 1), targets.flatten())


def save(name, tensors, metadata):
    # One metadata key: the writer keeps several in no fixed order, and the bytes should repeat.
    metadata = metadata | {"torch": torch.__version__.split("+")[0]}
    tensors = {key: tensor.detach().clone().contiguous() for key, tensor in tensors.items()}
    path = FOLDER / f"{name}.safetensors"
    save_file(tensors, path, {"golden": json.dumps(metadata, sort_keys=True)})
    print(f"{path.name}: {len(tensors)} tensors, {path.stat().st_size} bytes")


def named(prefix, model):
    return {f"{prefix}/{name}": parameter.clone() for name, parameter in model.named_parameters()}


def make_pass(name, seed, V, E, H, L, tied=False, T=6, B=3):
    """One forward and backward pass from a state that is not zero."""
    torch.manual_seed(seed)
    model = Model(V, E, H, L, tied)
    inputs, targets = torch.randint(V, (T, B)), torch.randint(V, (T, B))
    h0, c0 = (torch.randn(L, B, H).mul(0.5).requires_grad_() for _ in range(2))

    logits, (hn, cn) = model(inputs, (h0, c0))
    loss = mean_cross_entropy(logits, targets)
    loss.backward()

    tensors = named("parameters", model)
    tensors |= {"inputs": inputs, "targets": targets, "h0": h0, "c0": c0}
    tensors |= {"logits": logits, "loss": loss.reshape(1), "hn": hn, "cn": cn}
    tensors |= {f"gradients/{key}": parameter.grad for key, parameter in model.named_parameters()}
    tensors |= {"gradients/h0": h0.grad, "gradients/c0": c0.grad}
    save(name, tensors, {"V": V, "E": E, "H": H, "L": L, "T": T, "B": B, "tied": tied, "seed": seed})


def windows_of(tokens):
    """Inputs and targets [WINDOWS_PER_PASS, T, B] of a stream cut into contiguous lanes."""
    lanes = tokens.reshape(LANES, -1).T
    starts = [window * WINDOW for window in range(WINDOWS_PER_PASS)]
    inputs = torch.stack([lanes[start : start + WINDOW] for start in starts])
    targets = torch.stack([lanes[start + 1 : start + WINDOW + 1] for start in starts])
    return inputs, targets


def make_training(name, optimizer_of, settings, seed=20, V=13, E=6, H=10, L=2):
    """Truncated backpropagation through time: the state is carried between windows and zeroed at each pass's start."""
    torch.manual_seed(seed)
    model = Model(V, E, H, L)
    lane_length = WINDOWS_PER_PASS * WINDOW + 1
    tokens = torch.randint(V, (LANES * lane_length,))
    optimizer = optimizer_of(model.parameters(), foreach=False, **settings)
    inputs, targets = windows_of(tokens)
    order = torch.arange(STEPS) % WINDOWS_PER_PASS
    tensors = named("parameters", model)

    losses, norms = [], []
    for window in order:
        if window == 0:
            state = (torch.zeros(L, LANES, H), torch.zeros(L, LANES, H))
        logits, state = model(inputs[window], state)
        state = tuple(tensor.detach() for tensor in state)
        loss = mean_cross_entropy(logits, targets[window])
        optimizer.zero_grad()
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), MAXIMUM_NORM, foreach=False))
        losses.append(loss.detach())
        optimizer.step()

    tensors |= named("final", model)
    tensors |= {"tokens": tokens, "inputs": inputs[order], "targets": targets[order], "reset": (order == 0).long()}
    tensors |= {"losses": torch.stack(losses), "gradient_norms": torch.stack(norms)}
    metadata = {"V": V, "E": E, "H": H, "L": L, "T": WINDOW, "B": LANES, "tied": False, "seed": seed}
    metadata |= {"steps": STEPS, "lane_length": lane_length, "windows_per_pass": WINDOWS_PER_PASS}
    metadata |= {"maximum_norm": MAXIMUM_NORM, "optimizer": optimizer_of.__name__, **settings}
    metadata |= {"state": "carried from window to window; zero before each step whose reset is 1"}
    save(name, tensors, metadata)


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    make_pass("pytorch-one-layer", seed=10, V=13, E=5, H=7, L=1)
    make_pass("pytorch-stacked", seed=11, V=17, E=5, H=7, L=3)
    make_pass("pytorch-tied", seed=12, V=11, E=7, H=7, L=2, tied=True)

    adam = {"lr": 1e-2, "betas": (0.9, 0.999), "eps": 1e-8}
    make_training("pytorch-training-sgd", torch.optim.SGD, {"lr": 0.5})
    make_training("pytorch-training-rmsprop", torch.optim.RMSprop, {"lr": 1e-2, "alpha": 0.95, "eps": 1e-8})
    make_training("pytorch-training-adam", torch.optim.Adam, adam)
    make_training("pytorch-training-adam-l2", torch.optim.Adam, adam | {"weight_decay": 0.01})
    make_training("pytorch-training-adamw", torch.optim.AdamW, adam | {"weight_decay": 0.1})
