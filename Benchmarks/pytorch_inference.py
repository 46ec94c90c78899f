"""An LSTM language model in PyTorch, eager, f32, without gradients: `sample` draws one stream at temperature 0.8 step by
step, `score` runs batches of windows up to the log-probabilities of their targets. Prints JSON."""
import argparse
import json
import resource
import time

import torch

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--task", choices=["sample", "score"], required=True)
for name, value in dict(vocabulary=65, embedding=64, hidden=128, layers=2, batch=1, window=64, threads=1).items():
    options.add_argument(f"--{name}", type=int, default=value)
options.add_argument("--seconds", type=float, default=5)
o = options.parse_args()

torch.manual_seed(1)
torch.set_num_threads(o.threads)
torch.set_grad_enabled(False)
embedding = torch.nn.Embedding(o.vocabulary, o.embedding)
lstm = torch.nn.LSTM(o.embedding, o.hidden, o.layers).eval()
decoder = torch.nn.Linear(o.hidden, o.vocabulary)
state = None


def sample() -> None:
    global state, token
    h, state = lstm(embedding(token), state)
    token = torch.multinomial(torch.softmax(decoder(h[0]) / 0.8, -1), 1).T


def score() -> None:
    h, _ = lstm(embedding(tokens[:-1]))
    torch.log_softmax(decoder(h), -1).gather(-1, tokens[1:, :, None]).sum()


token = torch.zeros(1, o.batch, dtype=torch.long)
tokens = torch.randint(o.vocabulary, (o.window + 1, o.batch))
work, amount = (sample, o.batch) if o.task == "sample" else (score, o.batch * o.window)
work()
steps, start = 0, time.perf_counter()
while (elapsed := time.perf_counter() - start) < o.seconds:
    work()
    steps += 1
speed = steps * amount / elapsed
count = sum(p.numel() for module in (lstm, decoder) for p in module.parameters())
print(json.dumps(dict(tokens_per_second=round(speed), gflops=2e-9 * count * speed, steps=steps,
                      peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)))
