"""Rows of the table of training: whole steps of LSTM language models, against PyTorch on the same shapes."""
import statistics

PACKAGES = ["torch", "numpy"]
SHAPES = {
    "char 128x2, 50x50": dict(vocabulary=65, embedding=64, hidden=128, layers=2, batch=50, window=50),
    "char 256x2, 64x64": dict(vocabulary=65, embedding=128, hidden=256, layers=2, batch=64, window=64),
    "char 512x3, 64x64": dict(vocabulary=65, embedding=64, hidden=512, layers=3, batch=64, window=64),
    "word 650x2, 20x35": dict(vocabulary=10000, embedding=650, hidden=650, layers=2, batch=20, window=35),
}
PEERS = {"f32": ["f32"], "bf16": ["autocast", "bf16"]}  # how PyTorch computes, the faster of which counts
SPEED = 1.2  # times the peer's speed is reached, or this share of the ceiling:
CEILING_SHARE = {"f32": 0.9, "bf16": 0.8}
MEAN = {"f32": 1.25, "bf16": 1.4}  # of the ratios of all shapes, at two threads
MEMORY = 0.5  # of the peer's peak

HEAD = ("training (GFLOP/s)            threads  ceiling  Longhand  share  PyTorch   ratio   reach"
        "        MB  PyTorch   ratio   reach")


def names():
    for precision in PEERS:
        for shape in SHAPES:
            for threads in (1, 2):
                yield f"training {precision} {shape} {threads}", (precision, shape, threads)


def row(bench, precision, shape, threads):
    flags = dict(SHAPES[shape], threads=threads, seconds=bench.seconds)
    sides = {"longhand": lambda: bench.longhand("train", precision=precision, **flags)}
    for peer in PEERS[precision]:
        sides[peer] = lambda peer=peer: bench.peer("pytorch_train.py", compute=peer, **flags)
    ceiling = bench.ceiling(precision, threads)
    medians = bench.in_turn(sides)
    ours = medians.pop("longhand")
    best = max(medians, key=lambda peer: medians[peer]["gflops"])
    target = min(SPEED * medians[best]["gflops"], CEILING_SHARE[precision] * ceiling)
    memory = min(peer["peak_bytes"] for peer in medians.values())
    return dict(
        precision=precision, shape=shape, threads=threads, ceiling_gflops=ceiling, longhand=ours, pytorch=medians,
        best_peer=best, speed_ratio=ours["gflops"] / medians[best]["gflops"],
        ceiling_share=ours["gflops"] / ceiling, target_gflops=target, reached=ours["gflops"] >= target,
        memory_ratio=ours["peak_bytes"] / memory, memory_reached=ours["peak_bytes"] <= MEMORY * memory)


def line(row):
    theirs = row["pytorch"][row["best_peer"]]
    memory = min(peer["peak_bytes"] for peer in row["pytorch"].values())
    ours = row["longhand"]
    return (f"{row['precision']:5}{row['shape']:25} {row['threads']:6} {row['ceiling_gflops']:8.1f} "
            f"{ours['gflops']:9.1f} {row['ceiling_share']:6.0%} {theirs['gflops']:8.1f} {row['speed_ratio']:7.2f} "
            f"{row['target_gflops']:7.1f}{mark(row['reached'])} {ours['peak_bytes'] / 1e6:7.0f} "
            f"{memory / 1e6:8.0f} {row['memory_ratio']:7.2f} {MEMORY:7.2f}{mark(row['memory_reached'])}")


def mark(reached):
    return " yes" if reached else " NO "


def means(rows):
    """The geometric mean of the speed ratios for each precision and number of threads that all shapes were measured for."""
    for precision in PEERS:
        for threads in (1, 2):
            ratios = [r["speed_ratio"] for r in rows if (r["precision"], r["threads"]) == (precision, threads)]
            if len(ratios) == len(SHAPES):
                mean = statistics.geometric_mean(ratios)
                target = MEAN[precision] if threads == 2 else None
                yield dict(
                    precision=precision, threads=threads, geometric_mean=mean, target=target,
                    reached=target is None or mean >= target)


def mean_line(mean):
    text = f"{mean['precision']:5}geometric mean of the ratios, {mean['threads']} threads: {mean['geometric_mean']:.2f}"
    return text + (f", to reach {mean['target']}:{mark(mean['reached'])}" if mean["target"] else "")
