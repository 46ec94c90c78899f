"""The fastest large matrix product of PyTorch: its own and oneDNN's. Prints the GFLOP/s of each as JSON."""
import argparse
import json
import time
import warnings

import torch

warnings.filterwarnings("ignore")  # oneDNN's tensors are scripted, which is said to end
from torch.utils import mkldnn  # noqa: E402

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--precision", choices=["f32", "bf16"], default="f32")
options.add_argument("--threads", type=int, default=1)
options.add_argument("--seconds", type=float, default=1.5)
o = options.parse_args()
torch.set_num_threads(o.threads)
torch.set_grad_enabled(False)


def gflops(size, product):
    product()
    best, start = float("inf"), time.perf_counter()
    while time.perf_counter() - start < o.seconds:
        before = time.perf_counter()
        product()
        best = min(best, time.perf_counter() - before)
    return 2e-9 * size**3 / best


results = {}
for size in (1024, 2048):
    dtype = torch.float32 if o.precision == "f32" else torch.bfloat16
    a, b = torch.randn(size, size).to(dtype), torch.randn(size, size).to(dtype)
    out = torch.empty_like(a)
    results[f"PyTorch {size}"] = gflops(size, lambda: torch.mm(a, b, out=out))
    if o.precision == "f32":  # products of bfloat16 are oneDNN's as it is
        x, layer = a.to_mkldnn(), mkldnn.to_mkldnn(torch.nn.Linear(size, size, bias=False).eval())
        results[f"oneDNN {size}"] = gflops(size, lambda: layer(x))
print(json.dumps(results))
