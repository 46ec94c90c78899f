"""Writes the peephole fixtures: ONNX Runtime's LSTM with input P, an equal cell in float64, and its gradients.

ONNX stacks the gates i, o, f, c; the fixtures hold them i, f, g, o. README.md describes the tensors.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

FOLDER = Path(__file__).parent
OPSET = 22
TOLERANCE = {"onnxruntime": 1e-6, "autograd": 1e-14}


def make_parameters(random, I, H, L):
    def uniform(*shape):
        return random.uniform(-0.6, 0.6, shape).astype(np.float32)

    parameters = {}
    for k in range(L):
        parameters[f"lstm.weight_ih_l{k}"] = uniform(4 * H, I if k == 0 else H)
        parameters[f"lstm.weight_hh_l{k}"] = uniform(4 * H, H)
        parameters[f"lstm.bias_ih_l{k}"] = uniform(4 * H)
        parameters[f"lstm.bias_hh_l{k}"] = uniform(4 * H)
        parameters[f"lstm.weight_peephole_l{k}"] = uniform(3 * H)
    return parameters


def layer_of(parameters, k):
    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_peephole")
    return [parameters[f"lstm.{kind}_l{k}"] for kind in kinds]


def in_onnx_order(rows):
    """Gate blocks i, f, g, o rearranged to i, o, f, c."""
    i, f, g, o = np.split(rows, 4)
    return np.concatenate([i, o, f, g])


def onnx_model(parameters, h0, c0, H, L):
    """One LSTM node a layer; each Squeeze drops the axis of directions."""
    constants, nodes, source = {"directions": np.array([1], dtype=np.int64)}, [], "x"
    for k in range(L):
        w, r, wb, rb, p = layer_of(parameters, k)
        constants[f"W{k}"], constants[f"R{k}"] = in_onnx_order(w)[None], in_onnx_order(r)[None]
        constants[f"B{k}"] = np.concatenate([in_onnx_order(wb), in_onnx_order(rb)])[None]
        constants[f"P{k}"] = p[None]
        constants[f"h0{k}"], constants[f"c0{k}"] = h0[k : k + 1], c0[k : k + 1]
        arguments = [source, f"W{k}", f"R{k}", f"B{k}", "", f"h0{k}", f"c0{k}", f"P{k}"]
        nodes.append(helper.make_node("LSTM", arguments, [f"Y{k}", f"hn{k}", f"cn{k}"], hidden_size=H))
        nodes.append(helper.make_node("Squeeze", [f"Y{k}", "directions"], [f"y{k}"]))
        source = f"y{k}"

    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None] * 3)]
    names = [source] + [f"hn{k}" for k in range(L)] + [f"cn{k}" for k in range(L)]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * 3) for name in names]
    initializers = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "peepholes", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def run_onnxruntime(parameters, x, h0, c0, H, L):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    model = onnx_model(parameters, h0, c0, H, L)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    y, *states = session.run(None, {"x": x})
    return y, np.concatenate(states[:L]), np.concatenate(states[L:])


def run_cell(library, sigmoid, parameters, x, h0, c0, L):
    """The equations, once for NumPy and once for torch: both libraries name tanh and stack alike."""
    sequence, hn, cn = list(x), [], []
    for k in range(L):
        w, r, wb, rb, peepholes = layer_of(parameters, k)
        H = r.shape[1]
        p_i, p_o, p_f = peepholes[:H], peepholes[H : 2 * H], peepholes[2 * H :]
        h, c, outputs = h0[k], c0[k], []
        for x_t in sequence:
            z = x_t @ w.T + h @ r.T + wb + rb
            z_i, z_f, z_g, z_o = (z[:, gate * H : (gate + 1) * H] for gate in range(4))
            i = sigmoid(z_i + p_i * c)
            f = sigmoid(z_f + p_f * c)
            c = f * c + i * library.tanh(z_g)
            o = sigmoid(z_o + p_o * c)
            h = o * library.tanh(c)
            outputs.append(h)
        sequence = outputs
        hn.append(h)
        cn.append(c)
    return library.stack(sequence), library.stack(hn), library.stack(cn)


def run_autograd(parameters, x, h0, c0, dy, L):
    """y and the gradients of sum(y * dy) by every parameter, x, h0 and c0."""
    leaves = {**parameters, "x": x, "h0": h0, "c0": c0}
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in leaves.items()}
    y, _, _ = run_cell(torch, torch.sigmoid, leaves, leaves["x"], leaves["h0"], leaves["c0"], L)
    loss = (y * torch.tensor(dy)).sum()
    loss.backward()
    gradients = {f"gradients/{name}": leaf.grad.numpy() for name, leaf in leaves.items()}
    return y.detach().numpy(), loss.detach().numpy().reshape(1), gradients


def largest_difference(name, bound, pairs):
    difference = max(float(np.abs(a - b).max()) for a, b in pairs)
    print(f"{name} against NumPy: {difference:.2e}")
    assert difference <= bound, f"{name} and NumPy differ by {difference}"


def make(name, seed, I, H, L, T=6, B=3):
    random = np.random.default_rng(seed)
    parameters = make_parameters(random, I, H, L)
    shapes = {"x": (T, B, I), "h0": (L, B, H), "c0": (L, B, H), "dy": (T, B, H)}
    data = {key: random.standard_normal(shape).astype(np.float32) for key, shape in shapes.items()}
    x, h0, c0, dy = (data[key].astype(np.float64) for key in ("x", "h0", "c0", "dy"))
    parameters64 = {key: value.astype(np.float64) for key, value in parameters.items()}

    single = run_onnxruntime(parameters, data["x"], data["h0"], data["c0"], H, L)
    double = run_cell(np, lambda z: 1 / (1 + np.exp(-z)), parameters64, x, h0, c0, L)
    y_autograd, loss, gradients = run_autograd(parameters64, x, h0, c0, dy, L)

    largest_difference("onnxruntime", TOLERANCE["onnxruntime"], zip(single, double))
    largest_difference("autograd", TOLERANCE["autograd"], [(y_autograd, double[0])])

    tensors = {f"parameters/{key}": value for key, value in parameters.items()} | data | gradients
    tensors |= dict(zip(("y", "hn", "cn"), single)) | dict(zip(("y64", "hn64", "cn64"), double))
    tensors |= {"loss": loss}
    metadata = {"I": I, "H": H, "L": L, "T": T, "B": B, "seed": seed, "opset": OPSET, "onnx": onnx.__version__}
    metadata |= {"onnxruntime": onnxruntime.__version__, "numpy": np.__version__}
    metadata |= {"torch": torch.__version__.split("+")[0]}
    path = FOLDER / f"{name}.safetensors"
    tensors = {key: np.ascontiguousarray(value) for key, value in tensors.items()}
    # One metadata key: the writer keeps several in no fixed order, and the bytes should repeat.
    save_file(tensors, path, {"golden": json.dumps(metadata, sort_keys=True)})
    print(f"{path.name}: {len(tensors)} tensors, {path.stat().st_size} bytes")


if __name__ == "__main__":
    torch.set_num_threads(1)
    make("onnx-peepholes", seed=30, I=5, H=7, L=1)
    make("onnx-peepholes-stacked", seed=31, I=5, H=7, L=2)
