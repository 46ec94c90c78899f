"""Writes the PyTorch fixtures of regularized training: one forward and backward pass, with all masks said.

The masks come from Philox 4x32-10 in NumPy, by the seed, step, shard and place that Longhand makes them from, so the
fixtures pin its streams as well. Everything else is PyTorch in float64 on one thread, as awd-lstm-lm computes it (Merity et
al. 2018); where some of the state is dropped, the cells are written here as the papers have them, over PyTorch's operations.
README.md describes the tensors.
"""

import numpy as np
import torch
from torch import nn

from make_pytorch import mean_cross_entropy, save

SEED, STEP, SHARD = 0x0123456789ABCDEF, 70000, 3
INPUT, EMBEDDINGS, WEIGHTS = 64, 65, 128  # places in the lowest byte of a stream; below them the layers' outputs
STATE, NEW_CELL, NEW_HIDDEN = 1 << 20, 2 << 20, 3 << 20  # and above the shard


def philox(counter, stream, key):
    """The four words of each counter: ten rounds over (counter, stream low, stream high, 0)."""
    low = np.uint64(0xFFFFFFFF)
    c = [counter.astype(np.uint64), *(np.full(counter.shape, part, np.uint64) for part in
                                      (stream & 0xFFFFFFFF, stream >> 32, 0))]
    k = [key & 0xFFFFFFFF, key >> 32]
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k[0]), p1 & low,
             (p0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k[1]), p0 & low]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.stack(c)


def kept(place, rate, *shape, shard=SHARD):
    """1 where an element is kept, else 0; the rates of this script are exact in float32."""
    i = np.arange(np.prod(shape))
    words = philox(i // 64 * 16 + i % 16, 1 << 63 | STEP << 24 | shard << 8 | place, SEED)
    return torch.from_numpy((words[i % 64 // 16, i] >= int(rate * 2**32)).astype(np.float64)).reshape(shape)


def mask(place, rate, *shape, shard=SHARD):
    """1 / (1 - rate) where an element is kept, else 0."""
    return kept(place, rate, *shape, shard=shard) / (1 - rate)


class Model(nn.Module):
    """Embedding [V, E], LSTM or GRU of L layers [H], decoder [V, H]; a tied one has a projection [E, H] and the embedding."""

    def __init__(self, V, E, H, L, tied, members):
        super().__init__()
        self.name, self.members = members.get("cell", "lstm"), members
        self.embedding = nn.Embedding(V, E)
        self.add_module(self.name, {"lstm": nn.LSTM, "gru": nn.GRU}[self.name](E, H, L))
        self.projection = nn.Linear(H, E, bias=False) if tied else None
        self.decoder = nn.Linear(E if tied else H, V)
        if tied:
            self.decoder.weight = self.embedding.weight

    def run(self, k, x, state, rates):
        """The outputs of layer k, from the state [B, H] that it starts from: h, and of an LSTM c."""
        w_x, w_h, b_x, b_h = (getattr(getattr(self, self.name), f"{name}_l{k}") for name in
                              ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        w_h = w_h * mask(WEIGHTS + k, rates["weight"], *w_h.shape, shard=0)
        if "state" not in rates:
            start = tuple(s[None] for s in state)
            return torch.lstm(x, start, [w_x, w_h, b_x, b_h], True, 1, 0.0, True, False, False)[0]
        h, *c = state
        T, B, H = len(x), *h.shape
        seen = mask(STATE + k, rates["state"], B, H)  # by the products of all steps (Gal & Ghahramani 2016)
        # Zoneout (Krueger et al. 2017).
        new_c = kept(NEW_CELL + k, self.members.get("zoneout_cell", 0), T, B, H)
        new_h = kept(NEW_HIDDEN + k, self.members.get("zoneout_hidden", 0), T, B, H)
        outputs = []
        for t in range(T):
            from_x, from_h = x[t] @ w_x.T + b_x, (h * seen) @ w_h.T + b_h
            if self.name == "gru":
                r, z = torch.sigmoid(from_x + from_h)[:, : 2 * H].split(H, 1)
                n = torch.tanh(from_x[:, 2 * H :] + r * from_h[:, 2 * H :])
                new = (1 - z) * n + z * h
            else:
                i, f, g, o = (from_x + from_h).split(H, 1)
                cell = torch.sigmoid(f) * c[0] + torch.sigmoid(i) * torch.tanh(g)
                new = torch.sigmoid(o) * torch.tanh(cell)
                c = [new_c[t] * cell + (1 - new_c[t]) * c[0]]
            h = new_h[t] * new + (1 - new_h[t]) * h
            outputs.append(h)
        return torch.stack(outputs)

    def forward(self, inputs, state, rates, locked):
        """The logits, and the last layer's outputs before and after dropout."""
        (T, B), V, L = inputs.shape, self.embedding.num_embeddings, len(state[0])

        def drop(x, place, rate):
            steps = 1 if locked else T  # one mask for all steps, or one for each
            return x * mask(place, rate, steps, B, x.shape[2])

        table = self.embedding.weight * mask(EMBEDDINGS, rates["embedding"], V, 1, shard=0)
        x = drop(table[inputs], INPUT, rates["input"])
        for k in range(L):
            raw = self.run(k, x, [s[k] for s in state], rates)
            x = drop(raw, k, rates["output" if k == L - 1 else "layer"])
        return self.decoder(x if self.projection is None else self.projection(x)), raw, x


def make(name, seed, rates, locked, alpha, beta, V=11, E=5, H=7, L=2, T=6, B=3, tied=False, members={}):
    """One pass from a state that is not zero, and the gradients of the loss with its penalties."""
    torch.manual_seed(seed)
    model = Model(V, E, H, L, tied, members)
    inputs, targets = torch.randint(V, (T, B)), torch.randint(V, (T, B))
    start = [torch.randn(L, B, H).mul(0.5) for _ in range(1 if model.name == "gru" else 2)]
    logits, raw, dropped = model(inputs, start, rates, locked)
    loss = mean_cross_entropy(logits, targets)
    penalized = loss + alpha * dropped.pow(2).mean() + beta * (raw[1:] - raw[:-1]).pow(2).mean()
    penalized.backward()

    tensors = {f"parameters/{key}": parameter for key, parameter in model.named_parameters()}
    tensors |= {"inputs": inputs, "targets": targets, "loss": loss.reshape(1)} | dict(zip(["h0", "c0"], start))
    tensors |= {f"gradients/{key}": parameter.grad for key, parameter in model.named_parameters()}
    metadata = {"V": V, "E": E, "H": H, "L": L, "T": T, "B": B, "tied": tied, "seed": seed, "rates": rates}
    metadata |= {"locked": locked, "alpha": alpha, "beta": beta, "masks": str(SEED), "step": STEP, "shard": SHARD}
    save(name, tensors, metadata | ({"members": members} if members else {}))


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    rates = {"input": 0.375, "layer": 0.25, "output": 0.5, "embedding": 0.125, "weight": 0.5}
    make("pytorch-regularized-locked", 30, rates, locked=True, alpha=2, beta=1, tied=True)
    make("pytorch-regularized", 31, rates | {"input": 0}, locked=False, alpha=0.5, beta=4)
    rates |= {"state": 0.375}
    zoneout = {"zoneout_cell": 0.25, "zoneout_hidden": 0.125}
    make("pytorch-regularized-state", 32, rates, locked=False, alpha=0.5, beta=4, members=zoneout)
    gru = {"cell": "gru", "zoneout_hidden": 0.25}
    make("pytorch-regularized-gru", 33, rates, locked=True, alpha=2, beta=1, members=gru)
