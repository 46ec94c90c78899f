#!/usr/bin/env python3
"""Runs every fuzz target under AddressSanitizer for a number of executions; exit status 1 tells of a crash.

It starts from seeds that `longhand` makes of the corpora in this repository, and from what earlier campaigns found.
Everything lies in .build/fuzzing: corpus/TARGET, crashes/TARGET-…, logs/TARGET. An input that crashes is executed again
with .build/fuzzing/release/TARGET FILE."""
import argparse
import concurrent.futures
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / ".build" / "fuzzing"
# The longest input of each target, in bytes: short ones are fast, and what is long is abbreviated.
TARGETS = {"FuzzNormalizer": 192, "FuzzTokenFile": 512, "FuzzTokenizerJSON": 1024, "FuzzVocabulary": 768}
# Comparisons are not traced: that takes half of the time, and the dictionaries have what they would find.
COVERAGE = "edge,inline-8bit-counters,pc-table"
# What is freed is kept until a target has surely read it again, and no stacks of allocations are: an input that crashes
# tells more when it is executed without these options.
SANITIZER = ("quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=0:"
             "allocator_release_to_os_interval_ms=-1")


def build():
    toolchain = pathlib.Path(shutil.which("swift")).resolve().parent.parent
    library = f"libclang_rt.fuzzer_no_main-{platform.machine()}.a"
    runtime = next(iter((toolchain / "lib" / "swift" / "clang" / "lib").glob(f"*/{library}")), None)
    if runtime is None:
        sys.exit(f"{toolchain} has no {library}: take a toolchain of swift.org")
    subprocess.run(
        ["swift", "build", "-c", "release", "--package-path", HERE, "--scratch-path", BUILD, "--sanitize=address",
         "-Xswiftc", f"-sanitize-coverage={COVERAGE}", "-Xcc", f"-fsanitize-coverage={COVERAGE}",
         "-Xswiftc", "-enable-testing", "-Xswiftc", "-use-ld=lld", "-Xlinker", runtime, "-Xlinker", "-lstdc++"],
        check=True)


def run(target: str, runs: int) -> bool:
    """Whether a target kept all laws."""
    corpus, crashes, log = BUILD / "corpus" / target, BUILD / "crashes", BUILD / "logs" / target
    for folder in corpus, crashes, log.parent:
        folder.mkdir(parents=True, exist_ok=True)
    before = set(crashes.iterdir())
    environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": SANITIZER}
    start = time.monotonic()
    with log.open("wb") as output:
        status = subprocess.run(
            [BUILD / "release" / target, corpus, BUILD / "seeds" / target, f"-dict={HERE}/Dictionaries/{target}.dict",
             f"-max_len={TARGETS[target]}", f"-runs={runs}", "-entropic=0", "-timeout=300", "-report_slow_units=3600",
             "-rss_limit_mb=2048", "-print_final_stats=1", f"-artifact_prefix={crashes}/{target}-"],
            env=environment, stdout=output, stderr=output).returncode
    seconds = time.monotonic() - start
    text = log.read_text(errors="replace")
    executions = int((re.findall(r"number_of_executed_units: (\d+)", text) or ["0"])[-1])
    edges = int((re.findall(r"cov: (\d+)", text) or ["0"])[-1])
    found = sorted(path.name for path in set(crashes.iterdir()) - before if path.name.startswith(f"{target}-"))
    print(f"{target}: {executions:,} executions, {seconds:.0f} s, {len(found)} crashes, {edges:,} edges"
          + "".join(f"\n    {crashes / name}" for name in found), flush=True)
    if status != 0:
        print(f"    stopped with status {status}: see {log}", flush=True)
    return status == 0 and not found and executions >= runs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--longhand", default=str(ROOT / ".build" / "release" / "longhand"))
    parser.add_argument("--runs", type=int, default=10_000_000)
    parser.add_argument("--jobs", type=int, default=2, help="how many targets run at a time")
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET", help=", ".join(TARGETS))
    arguments = parser.parse_args()
    if unknown := set(arguments.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    build()
    subprocess.run(
        [sys.executable, HERE / "make_seeds.py", "--longhand", arguments.longhand, "--output", BUILD / "seeds"],
        check=True)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(lambda target: run(target, arguments.runs), arguments.targets))
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
