"""Writes the PyTorch fixture of the adaptive softmax: one forward and backward pass.

Everything is computed in float64 on one thread, by nn.AdaptiveLogSoftmaxWithLoss. README.md describes the tensors.
"""

import torch
from torch import nn

from make_pytorch import save


def name_of(name):
    """The name of a parameter in a model file: a tail is a projection and a table, not the entries of a list."""
    for entry, part in (".0.weight", ".projection.weight"), (".1.weight", ".weight"):
        if ".tail." in name and name.endswith(entry):
            return name.removesuffix(entry) + part
    return name


def make(name, seed, V, E, H, L, cutoffs, divisor, T=7, B=4):
    """One pass from a state that is not zero."""
    torch.manual_seed(seed)
    model = nn.Module()
    model.embedding, model.lstm = nn.Embedding(V, E), nn.LSTM(E, H, L)
    model.decoder = nn.AdaptiveLogSoftmaxWithLoss(H, V, cutoffs, div_value=divisor, head_bias=True)
    inputs, targets = torch.randint(V, (T, B)), torch.randint(V, (T, B))
    h0, c0 = (torch.randn(L, B, H).mul(0.5) for _ in range(2))
    outputs, _ = model.lstm(model.embedding(inputs), (h0, c0))
    loss = model.decoder(outputs.flatten(0, 1), targets.flatten()).loss
    loss.backward()

    tensors = {f"parameters/{name_of(key)}": parameter for key, parameter in model.named_parameters()}
    tensors |= {"inputs": inputs, "targets": targets, "h0": h0, "c0": c0, "loss": loss.reshape(1)}
    tensors |= {"log_probabilities": model.decoder.log_prob(outputs.flatten(0, 1))}
    tensors |= {f"gradients/{name_of(key)}": parameter.grad for key, parameter in model.named_parameters()}
    metadata = {"V": V, "E": E, "H": H, "L": L, "T": T, "B": B, "tied": False, "seed": seed}
    save(name, tensors, metadata | {"cutoffs": cutoffs, "divisor": divisor})


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    make("pytorch-adaptive", seed=40, V=37, E=5, H=13, L=2, cutoffs=[6, 17], divisor=2)
