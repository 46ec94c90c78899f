"""The models of the recipes in plain PyTorch: an embedding, stacked LSTM layers, a softmax, with the regularization of AWD-LSTM
(Merity, Keskar & Socher 2018) and the gates of the Mogrifier (Melis, Kočiský & Blunsom 2020)."""
import math

import torch
from torch import nn
from torch.func import functional_call


class Stepwise(nn.Module):
    """A layer that goes step by step: gates that x and h see through Mogrifier rounds, a capped input gate."""

    def __init__(self, I: int, H: int, recipe: dict) -> None:
        super().__init__()
        self.capped = recipe.get("input-gate", "free") == "capped"
        self.weight_ih_l0, self.weight_hh_l0 = nn.Parameter(torch.empty(4 * H, I)), nn.Parameter(torch.empty(4 * H, H))
        self.bias_ih_l0, self.bias_hh_l0 = nn.Parameter(torch.empty(4 * H)), nn.Parameter(torch.empty(4 * H))
        self.rounds = nn.ModuleList()
        rank = recipe.get("mogrifier-rank")
        for i in range(recipe.get("mogrifier-rounds", 0)):
            n, m = (I, H) if i % 2 == 0 else (H, I)
            factors = [(n, m)] if rank is None else [(n, rank), (rank, m)]
            self.rounds.append(nn.ParameterList(torch.empty(shape) for shape in factors))

    def mogrify(self, x, h):
        for i, factors in enumerate(self.rounds):
            product = h if i % 2 == 0 else x
            for factor in reversed(list(factors)):
                product = product @ factor.t()
            gate = 2 * torch.sigmoid(product)
            x, h = (gate * x, h) if i % 2 == 0 else (x, gate * h)
        return x, h

    def forward(self, x, state, mask=None):
        h, c = state
        out = []
        for x_t in x:
            x_t, read = self.mogrify(x_t, h if mask is None else h * mask)
            gates = nn.functional.linear(x_t, self.weight_ih_l0, self.bias_ih_l0)
            i, f, g, o = (gates + nn.functional.linear(read, self.weight_hh_l0, self.bias_hh_l0)).chunk(4, 1)
            i, f = torch.sigmoid(i), torch.sigmoid(f)
            if self.capped:
                i = torch.minimum(i, 1 - f)
            c = f * c + i * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            out.append(h)
        return torch.stack(out), (h, c)


class Model(nn.Module):
    def __init__(self, V: int, recipe: dict) -> None:
        super().__init__()
        E, H, L = recipe["embedding"], recipe["hidden"], recipe["layers"]
        every = recipe.get("dropout", 0.2)
        self.rates = [recipe.get("layer-dropout", every)] * (L - 1) + [recipe.get("output-dropout", every)]
        self.input_rate, self.embedding_rate = recipe.get("input-dropout", 0), recipe.get("embedding-dropout", 0)
        self.weight_rate, self.state_rate = recipe.get("weight-dropout", 0), recipe.get("state-dropout", 0)
        self.is_locked = recipe.get("locked-dropout", False)
        self.is_stepwise = bool(self.state_rate or recipe.get("mogrifier-rounds") or recipe.get("input-gate", "free") != "free")
        self.embedding = nn.Embedding(V, E)
        sizes = [E] + [H] * (L - 1)
        self.layers = nn.ModuleList(Stepwise(I, H, recipe) if self.is_stepwise else nn.LSTM(I, H) for I in sizes)
        tied = recipe.get("tie", False)
        self.projection = nn.Linear(H, E, bias=False) if tied and E != H else None
        self.decoder = nn.Linear(E if tied else H, V)
        if tied:
            self.decoder.weight = self.embedding.weight
        for name, parameter in self.named_parameters():
            bound = recipe.get("init-range")
            if bound is None:
                bound = math.sqrt(3) if name == "embedding.weight" and not tied else 1 / math.sqrt(H)
            nn.init.uniform_(parameter, -bound, bound)
        nn.init.zeros_(self.decoder.bias)
        with torch.no_grad():  # as Longhand: the forget gates' bias is given, not drawn
            for layer in self.layers:
                layer.bias_ih_l0[H : 2 * H] = recipe.get("forget-bias", 1)
                layer.bias_hh_l0[H : 2 * H] = 0

    def zeros(self, B: int) -> list:
        return [(torch.zeros(B, layer.weight_hh_l0.shape[1]), torch.zeros(B, layer.weight_hh_l0.shape[1])) for layer in self.layers]

    def drop(self, x, rate: float, is_locked: bool):
        if not self.training or rate == 0:
            return x
        if not is_locked:
            return nn.functional.dropout(x, rate)
        return x * torch.empty(1, *x.shape[1:]).bernoulli_(1 - rate).div_(1 - rate)

    def run(self, layer: nn.Module, x, state):
        weight = nn.functional.dropout(layer.weight_hh_l0, self.weight_rate, self.training)
        values = {"weight_hh_l0": weight} if self.weight_rate else {}
        if self.is_stepwise:
            mask = self.drop(torch.ones_like(state[0]).unsqueeze(0), self.state_rate, True)[0] if self.state_rate else None
            return functional_call(layer, values, (x, state, mask))
        h, (end, c) = functional_call(layer, values, (x, (state[0].unsqueeze(0), state[1].unsqueeze(0))))
        return h, (end[0], c[0])

    def forward(self, tokens, states: list):
        """Logits of tokens [T, B], the last layer's outputs before and after dropout, and the states behind them."""
        table = self.embedding.weight
        if self.training and self.embedding_rate:
            table = table * torch.empty(len(table), 1).bernoulli_(1 - self.embedding_rate).div_(1 - self.embedding_rate)
        h = self.drop(nn.functional.embedding(tokens, table), self.input_rate, self.is_locked)
        after = []
        for layer, state, rate in zip(self.layers, states, self.rates):
            raw, state = self.run(layer, h, state)
            after.append(tuple(s.detach() for s in state))
            h = self.drop(raw, rate, self.is_locked)
        out = h if self.projection is None else self.projection(h)
        return self.decoder(out), raw, h, after
