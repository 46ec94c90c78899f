"""Makes reference.safetensors with the reference writer: pip install safetensors numpy ml_dtypes."""

import os

import ml_dtypes
import numpy
from safetensors.numpy import save_file

random = numpy.random.default_rng(20)
values = random.integers(-64, 64, size=(2, 3)) / 8.0
tensors = {
    "single": values.astype(numpy.float32),
    "double": (values / 3).astype(numpy.float64),
    "half": values.astype(numpy.float16),
    "brain": values.astype(ml_dtypes.bfloat16),
    "count": random.integers(-(2**62), 2**62, size=4, dtype=numpy.int64),
    "scalar": numpy.array(0.1, dtype=numpy.float32),
    "empty": numpy.zeros((0, 5), dtype=numpy.float32),
}
here = os.path.dirname(os.path.abspath(__file__))
save_file(tensors, os.path.join(here, "reference.safetensors"), metadata={"format": "np", "note": "é \"quoted\""})
with open(os.path.join(here, "reference.txt"), "w") as listing:
    for name in sorted(tensors):
        tensor = tensors[name]
        numbers = " ".join(str(n) if tensor.dtype == numpy.int64 else repr(float(n)) for n in tensor.flatten())
        listing.write(f"{name}|{'x'.join(map(str, tensor.shape))}|{numbers}\n")
