"""Whole training steps of an LSTM language model in PyTorch: forward, backward, clipping, Adam. Prints JSON."""
import argparse
import json
import resource
import time

import torch

options = argparse.ArgumentParser(description=__doc__)
for name, value in dict(vocabulary=65, embedding=64, hidden=128, layers=2, batch=50, window=50, threads=1).items():
    options.add_argument(f"--{name}", type=int, default=value)
options.add_argument("--seconds", type=float, default=5)
options.add_argument("--compute", choices=["f32", "autocast", "bf16"], default="f32",
                     help="all in f32, products in bf16 by autocast, or the whole model in bf16")
o = options.parse_args()

torch.manual_seed(1)
torch.set_num_threads(o.threads)
torch.set_default_dtype(torch.bfloat16 if o.compute == "bf16" else torch.float32)
embedding = torch.nn.Embedding(o.vocabulary, o.embedding)
lstm = torch.nn.LSTM(o.embedding, o.hidden, o.layers)
decoder = torch.nn.Linear(o.hidden, o.vocabulary)
parameters = [*embedding.parameters(), *lstm.parameters(), *decoder.parameters()]
adam = torch.optim.Adam(parameters, lr=1e-4)
tokens = torch.randint(o.vocabulary, (o.window + 1, o.batch))
state = None


def step():
    global state
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=o.compute == "autocast"):
        h, state = lstm(embedding(tokens[:-1]), state)
        state = tuple(s.detach() for s in state)
        loss = torch.nn.functional.cross_entropy(decoder(h).flatten(0, 1), tokens[1:].flatten())
    adam.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    adam.step()


step()
steps, start = 0, time.perf_counter()
while (elapsed := time.perf_counter() - start) < o.seconds or steps < 2:
    step()
    steps += 1
speed = steps * o.batch * o.window / elapsed
count = sum(p.numel() for p in parameters) - embedding.weight.numel()
print(json.dumps(dict(tokens_per_second=round(speed), gflops=6e-9 * count * speed, steps=steps,
                      peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)))
