"""Writes the PyTorch fixtures of other cells: one forward and backward pass of each.

GRU and RNN are PyTorch's own modules. Everything is computed in float64 on one thread. README.md describes the tensors.
"""

import torch
from torch import nn

from make_pytorch import mean_cross_entropy, named, save


class Model(nn.Module):
    """Embedding [V, E], a recurrent module under the name of its cell, decoder [V, the size of h]."""

    def __init__(self, name, recurrent, V, E, size):
        super().__init__()
        self.name = name
        self.embedding = nn.Embedding(V, E)
        self.add_module(name, recurrent)
        self.decoder = nn.Linear(size, V)

    def forward(self, inputs, state):
        outputs, state = getattr(self, self.name)(self.embedding(inputs), state)
        return self.decoder(outputs), state


def make_pass(file, seed, cell, recurrent_of, V=13, E=5, H=7, L=2, T=6, B=3):
    """One pass from a state that is not zero: h0 [L, B, the size of h], and c0 [L, B, H] where there are cells."""
    torch.manual_seed(seed)
    name = cell.get("cell", "lstm")
    size = cell.get("projection", H)
    model = Model(name, recurrent_of(E, H, L), V, E, size)
    inputs, targets = torch.randint(V, (T, B)), torch.randint(V, (T, B))
    start = [torch.randn(L, B, size).mul(0.5)]
    if name == "lstm":
        start.append(torch.randn(L, B, H).mul(0.5))
    logits, end = model(inputs, tuple(start) if name == "lstm" else start[0])
    loss = mean_cross_entropy(logits, targets)
    loss.backward()

    tensors = named("parameters", model)
    tensors |= {"inputs": inputs, "targets": targets, "logits": logits, "loss": loss.reshape(1)}
    for letter, before, after in zip("hc", start, end if name == "lstm" else [end]):
        tensors |= {f"{letter}0": before, f"{letter}n": after}
    tensors |= {f"gradients/{key}": parameter.grad for key, parameter in model.named_parameters()}
    save(file, tensors, {"V": V, "E": E, "H": H, "L": L, "T": T, "B": B, "seed": seed, "members": cell})


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    make_pass("pytorch-gru", 40, {"cell": "gru"}, nn.GRU)
    make_pass("pytorch-rnn", 41, {"cell": "rnn"}, nn.RNN)
