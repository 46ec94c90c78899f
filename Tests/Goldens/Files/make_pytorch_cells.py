"""Writes the PyTorch fixtures of other cells: one forward and backward pass of each.

GRU, RNN and the LSTM with a projection are PyTorch's own modules; the rest is written here as the papers have it, over
PyTorch's operations. Everything is computed in float64 on one thread. README.md describes the tensors.
"""

import torch
from torch import nn
from torch.nn.functional import layer_norm

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


class LSTM(nn.Module):
    """Layers of an LSTM with what a configuration adds: names, shapes and the order of gates as Longhand has them."""

    def __init__(self, E, H, L, cell, peepholes):
        super().__init__()
        self.H, self.L, self.cell = H, L, cell
        self.gates = 3 if cell.get("input_gate") == "coupled" else 4
        self.S = cell.get("projection", H)
        G = self.gates * H
        for k in range(L):
            I = E if k == 0 else self.S
            self.add(f"weight_ih_l{k}", G, I)
            self.add(f"weight_hh_l{k}", G, self.S)
            self.add(f"bias_ih_l{k}", G)
            self.add(f"bias_hh_l{k}", G)
            if peepholes:
                self.add(f"weight_peephole_l{k}", (self.gates - 1) * H)
            if "projection" in cell:
                self.add(f"weight_hr_l{k}", self.S, H)
            if cell.get("layer_norm"):
                self.add(f"norm_ih_l{k}", G, around=1)
                self.add(f"norm_hh_l{k}", G, around=1)
                self.add(f"norm_c_l{k}", H, around=1)
                self.add(f"norm_bias_c_l{k}", H)
            for i in range(1, cell.get("mogrifier_rounds", 0) + 1):
                n, m = (I, self.S) if i % 2 == 1 else (self.S, I)
                if rank := cell.get("mogrifier_rank"):
                    self.add(f"mogrifier_{i}_left_l{k}", n, rank)
                    self.add(f"mogrifier_{i}_right_l{k}", rank, m)
                else:
                    self.add(f"mogrifier_{i}_l{k}", n, m)

    def add(self, name, *shape, around=0):
        self.register_parameter(name, nn.Parameter(around + torch.rand(shape) - 0.5))

    def mogrify(self, x, h, k):
        """Melis, Kocisky & Blunsom (2020), equations 1 and 2."""
        for i in range(1, self.cell.get("mogrifier_rounds", 0) + 1):
            if "mogrifier_rank" in self.cell:
                matrix = getattr(self, f"mogrifier_{i}_left_l{k}") @ getattr(self, f"mogrifier_{i}_right_l{k}")
            else:
                matrix = getattr(self, f"mogrifier_{i}_l{k}")
            if i % 2 == 1:
                x = 2 * torch.sigmoid(h @ matrix.T) * x
            else:
                h = 2 * torch.sigmoid(x @ matrix.T) * h
        return x, h

    def step(self, x, h, c, k):
        w = lambda name: getattr(self, f"{name}_l{k}", None)
        x, h = self.mogrify(x, h, k)
        from_x, from_h = x @ w("weight_ih").T, h @ w("weight_hh").T
        if self.cell.get("layer_norm"):
            from_x = layer_norm(from_x, from_x.shape[-1:], w("norm_ih"))
            from_h = layer_norm(from_h, from_h.shape[-1:], w("norm_hh"))
        a = (from_x + w("bias_ih") + from_h + w("bias_hh")).split(self.H, 1)
        p = w("weight_peephole")
        p = [0] * (self.gates - 1) if p is None else p.split(self.H)
        f = torch.sigmoid(a[-3] + p[-1] * c)
        if self.gates == 3:
            i = 1 - f
        else:
            i = torch.sigmoid(a[0] + p[0] * c)
            if self.cell.get("input_gate") == "capped":
                i = torch.minimum(i, 1 - f)
        c = f * c + i * torch.tanh(a[-2])
        o = torch.sigmoid(a[-1] + p[-2] * c)
        y = layer_norm(c, c.shape[-1:], w("norm_c"), w("norm_bias_c")) if self.cell.get("layer_norm") else c
        h = o * torch.tanh(y)
        return (h @ w("weight_hr").T if "projection" in self.cell else h), c

    def forward(self, x, state):
        hs, cs = list(state[0]), list(state[1])
        for k in range(self.L):
            outputs = []
            for x_t in x:
                hs[k], cs[k] = self.step(x_t, hs[k], cs[k], k)
                outputs.append(hs[k])
            x = torch.stack(outputs)
        return x, (torch.stack(hs), torch.stack(cs))


def make_lstm(file, seed, cell, peepholes=False):
    make_pass(file, seed, cell, lambda E, H, L: LSTM(E, H, L, cell, peepholes), peepholes=peepholes)


def make_pass(file, seed, cell, recurrent_of, V=13, E=5, H=7, L=2, T=6, B=3, peepholes=False):
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
    save(file, tensors, {"V": V, "E": E, "H": H, "L": L, "T": T, "B": B, "seed": seed, "members": cell,
                        "peepholes": peepholes})


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    make_pass("pytorch-gru", 40, {"cell": "gru"}, nn.GRU)
    make_pass("pytorch-rnn", 41, {"cell": "rnn"}, nn.RNN)
    make_pass("pytorch-projection", 42, {"projection": 4}, lambda E, H, L: nn.LSTM(E, H, L, proj_size=4))
    make_lstm("pytorch-layer-norm", 43, {"layer_norm": True})
    make_lstm("pytorch-coupled", 44, {"input_gate": "coupled"}, peepholes=True)
    make_lstm("pytorch-capped", 45, {"input_gate": "capped"}, peepholes=True)
    make_lstm("pytorch-mogrifier", 46, {"mogrifier_rounds": 5})
    make_lstm("pytorch-mogrifier-low-rank", 47, {"mogrifier_rounds": 4, "mogrifier_rank": 2})
    everything = {"projection": 5, "layer_norm": True, "input_gate": "capped", "mogrifier_rounds": 3}
    make_lstm("pytorch-everything", 48, everything, peepholes=True)
