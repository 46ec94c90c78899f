"""Rows of what a trained model does: writing, against ONNX Runtime's bare step and PyTorch; scoring, against PyTorch; what
fewer bits of the weights cost; and the time from launch to the first token."""
import os
import pathlib
import statistics
import subprocess
import time

PACKAGES = ["torch", "numpy", "onnx", "onnxruntime"]
TEXTS = pathlib.Path(__file__).parent.parent / "Corpora" / "english"

SMALL = dict(vocabulary=65, embedding=64, hidden=128, layers=2)
LARGE = dict(vocabulary=65, embedding=64, hidden=512, layers=3)
SAMPLED = {"128x2": SMALL, "512x3": LARGE}
SCORED = {
    "128x2, 50x50": dict(SMALL, batch=50, window=50),
    "256x2, 64x64": dict(vocabulary=65, embedding=128, hidden=256, layers=2, batch=64, window=64),
    "512x3, 64x64": dict(LARGE, batch=64, window=64),
}
# Times the peer's speed.
SAMPLE = {("128x2", "f32"): 1.5, ("512x3", "f32"): 1.2, ("512x3", "bf16"): 2, ("512x3", "int8"): 3}
SCORE = 1.3
COST = 0.005  # bits per character
START = 20  # milliseconds

HEAD = ("inference                       threads   Longhand  share       peer    ratio   reach"
        "        MB     peer   ratio")


def names():
    for shape in SAMPLED:
        for threads in (1, 2):
            for weights in ("f32", "bf16", "int8"):
                yield f"sample {weights} {shape} {threads}", ("sample", "ONNX Runtime", shape, weights, threads)
            yield f"sample f32 {shape} {threads} PyTorch", ("sample", "PyTorch", shape, "f32", threads)
    for shape in SCORED:
        for threads in (1, 2):
            yield f"score f32 {shape} {threads}", ("score", "PyTorch", shape, "f32", threads)
    yield "cost of bf16 and int8", ("cost", None, "128x2", None, 1)
    yield "start 128x2", ("start", None, "128x2", "f32", None)


def row(bench, kind, peer, shape, weights, threads):
    if kind == "cost":
        return cost(bench, shape)
    if kind == "start":
        return start(bench, shape)
    flags = dict((SAMPLED if kind == "sample" else SCORED)[shape], threads=threads, seconds=bench.seconds)
    ours, theirs = dict(flags), dict(flags)
    script = "onnxruntime_sample.py"
    if kind == "sample":
        ours["weights"] = weights
    if peer == "PyTorch":
        script, theirs["task"] = "pytorch_inference.py", kind
    medians = bench.in_turn(dict(
        longhand=lambda: bench.longhand(kind, **ours), peer=lambda: bench.peer(script, **theirs)))
    ours, theirs = medians["longhand"], medians["peer"]
    ratio = ours["tokens_per_second"] / theirs["tokens_per_second"]
    target = SCORE if kind == "score" else SAMPLE.get((shape, weights)) if peer == "ONNX Runtime" else None
    return dict(
        kind=kind, shape=shape, weights=weights, threads=threads, peer_name=peer, longhand=ours, peer=theirs,
        speed_ratio=ratio, target=target, reached=target is None or ratio >= target,
        # A single stream is bound by memory: only scoring is held to the ceiling of the processor.
        ceiling_share=ours["gflops"] / bench.ceiling("f32", threads) if kind == "score" else None,
        memory_ratio=ours["peak_bytes"] / theirs["peak_bytes"])


def trained_model(bench, shape):
    """A model of a shape after some steps on the repository's own texts, and a text that it has not seen."""
    *texts, unseen = sorted(map(str, TEXTS.glob("*.txt")))
    folder = os.path.join(bench.scratch, shape)
    if not os.path.exists(folder):
        sizes = [f"--{name}={SAMPLED[shape][name]}" for name in ("embedding", "hidden", "layers")]
        subprocess.run(
            [bench.binary, "train", *texts, "--run", folder, "--max-steps=1000", "--quiet", *sizes], check=True,
            capture_output=True)
    return folder, unseen


def cost(bench, shape):
    """Bits per character more than with weights of single precision."""
    model, text = trained_model(bench, shape)
    bits = {w: bench.run([bench.binary, "score", model, text, "--weights", w, "--format", "json"])["bits_per_character"]
            for w in ("f32", "bf16", "int8")}
    more = {w: bits[w] - bits["f32"] for w in ("bf16", "int8")}
    return dict(kind="cost", shape=shape, bits_per_character=bits, cost=more, target=COST,
                reached=max(more.values()) <= COST)


def start(bench, shape):
    """Milliseconds from launch to the first byte of the text."""
    model, _ = trained_model(bench, shape)
    times = []
    for _ in range(10 * bench.runs):
        begin = time.perf_counter()
        with subprocess.Popen([bench.binary, "sample", model, "--length=100000"], stdout=subprocess.PIPE) as process:
            os.read(process.stdout.fileno(), 1)
            times.append(1000 * (time.perf_counter() - begin))
            process.kill()
    median = statistics.median(times)
    return dict(kind="start", shape=shape, milliseconds=median, fastest=min(times), target=START,
                reached=median <= START)


def line(row):
    if row["kind"] == "cost":
        cost = row["cost"]
        return (f"cost of weights, {row['shape']}: bf16 {cost['bf16']:+.5f}, int8 {cost['int8']:+.5f} bits per character; "
                f"at most {COST}:{mark(row)}")
    if row["kind"] == "start":
        return f"launch to first token, {row['shape']}: {row['milliseconds']:.1f} ms; at most {START}:{mark(row)}"
    ours, theirs = row["longhand"], row["peer"]
    share = f"{row['ceiling_share']:.0%}" if row["ceiling_share"] else ""
    reach = f"{row['target']:7.2f}{mark(row)}" if row["target"] else " " * 12
    return (f"{row['kind']:7}{row['weights']:5}{row['shape']:13} {row['threads']:9} {ours['tokens_per_second']:12,.0f} "
            f"{share:>6} {theirs['tokens_per_second']:10,.0f} {row['speed_ratio']:8.2f} {reach} "
            f"{ours['peak_bytes'] / 1e6:8.0f} {theirs['peak_bytes'] / 1e6:8.0f} {row['memory_ratio']:7.2f}  "
            f"{row['peer_name']}")


def mark(row):
    return " yes" if row["reached"] else " NO "
