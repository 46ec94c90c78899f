"""Steps of an LSTM language model in ONNX Runtime, one stream, without any sampling: the token stays the same. The
inputs and outputs are bound once, so that a step is a single call. Prints JSON."""
import argparse
import json
import resource
import time

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

options = argparse.ArgumentParser(description=__doc__)
for name, value in dict(vocabulary=65, embedding=64, hidden=128, layers=2, threads=1).items():
    options.add_argument(f"--{name}", type=int, default=value)
options.add_argument("--seconds", type=float, default=5)
o = options.parse_args()
V, E, H, L = o.vocabulary, o.embedding, o.hidden, o.layers

random = np.random.default_rng(1)
weights, nodes = [], []


def weight(name: str, *shape: int) -> str:
    values = (random.uniform(-1, 1, shape) / np.sqrt(H)).astype(np.float32)
    weights.append(helper.make_tensor(name, TensorProto.FLOAT, shape, values.tobytes(), raw=True))
    return name


nodes.append(helper.make_node("Gather", [weight("embedding", V, E), "tokens"], ["x0"]))
for k in range(L):
    size = E if k == 0 else H
    nodes.append(helper.make_node(
        "LSTM", [f"x{k}", weight(f"W{k}", 1, 4 * H, size), weight(f"R{k}", 1, 4 * H, H), weight(f"B{k}", 1, 8 * H), "",
                 f"h{k}", f"c{k}"], [f"y{k}", f"h_out{k}", f"c_out{k}"], hidden_size=H))
    nodes.append(helper.make_node("Squeeze", [f"y{k}", "axes"], [f"x{k + 1}"]))
weights.append(helper.make_tensor("axes", TensorProto.INT64, [1], [1]))
nodes.append(helper.make_node("MatMul", [f"x{L}", weight("decoder", H, V)], ["products"]))
nodes.append(helper.make_node("Add", ["products", weight("bias", V)], ["logits"]))


def value(name: str, kind: int, *shape: int):
    return helper.make_tensor_value_info(name, kind, shape)


state = [(f"{s}{k}", f"{s}_out{k}") for k in range(L) for s in "hc"]
graph = helper.make_graph(
    nodes, "step", [value("tokens", TensorProto.INT64, 1, 1), *(value(i, TensorProto.FLOAT, 1, 1, H) for i, _ in state)],
    [value("logits", TensorProto.FLOAT, 1, 1, V), *(value(j, TensorProto.FLOAT, 1, 1, H) for _, j in state)], weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)

settings = ort.SessionOptions()
settings.intra_op_num_threads = o.threads
settings.inter_op_num_threads = 1
session = ort.InferenceSession(model.SerializeToString(), settings, providers=["CPUExecutionProvider"])


def tensor(*shape: int, kind=np.float32) -> ort.OrtValue:
    return ort.OrtValue.ortvalue_from_numpy(np.zeros(shape, kind))


# Two sets of states that are read and written in turn.
states = [{i: tensor(1, 1, H) for i, _ in state} for _ in range(2)]
tokens, logits = tensor(1, 1, kind=np.int64), tensor(1, 1, V)
bindings = []
for turn in range(2):
    binding = session.io_binding()
    binding.bind_ortvalue_input("tokens", tokens)
    binding.bind_ortvalue_output("logits", logits)
    for i, j in state:
        binding.bind_ortvalue_input(i, states[turn][i])
        binding.bind_ortvalue_output(j, states[1 - turn][i])
    bindings.append(binding)


def step(n: int) -> None:
    session.run_with_iobinding(bindings[n % 2])


for n in range(20):
    step(n)
steps, start = 0, time.perf_counter()
while (elapsed := time.perf_counter() - start) < o.seconds:
    for n in range(20):
        step(n)
    steps += 20
speed = steps / elapsed
count = sum(int(np.prod(w.dims)) for w in weights) - V * E
print(json.dumps(dict(tokens_per_second=round(speed), gflops=2e-9 * count * speed, steps=steps,
                      peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)))
