#!/usr/bin/env python3
"""What is promised of training with several processes, tried with a real mpirun on this machine: the same bytes for any
number of them, stops and faults that all processes agree on, and runs that go on after a process was killed."""
import argparse
import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SHARED = ["best.safetensors", "model.safetensors"]
SMALL = ["--hidden", "48", "--embedding", "16", "--layers", "2", "--batch", "24", "--window", "24", "--dropout", "0.1",
         "--max-steps", "60", "--evaluate-every", "20", "--checkpoint-every", "5", "--seed", "7", "--shards", "12"]
VARIED = [*SMALL, "--accumulate", "3", "--vary-window", "--shift-lanes", "--peepholes", "--average", "ema"]
REGULARIZED = [*SMALL, "--tie", "--locked-dropout", "--input-dropout", "0.1", "--embedding-dropout", "0.1",
               "--weight-dropout", "0.3", "--activation-penalty", "2", "--temporal-penalty", "1", "--average", "two-tailed",
               "--precision", "auto"]
# Long enough to be stopped and killed on the way.
LONG = [*SMALL, "--hidden", "96", "--max-steps", "300", "--evaluate-every", "100"]


class Job:
    """A command under mpirun, or alone where the number of processes is 0."""

    def __init__(self, longhand, processes, run, arguments, kill_after=None):
        self.run = run
        command = [longhand, "train", "--run", str(run), *arguments]
        if processes:
            root = ["--allow-run-as-root"] if os.getuid() == 0 else []
            patience = ["--mca", "odls_base_sigkill_timeout", str(kill_after)] if kill_after else []
            command = ["mpirun", *root, "--oversubscribe", *patience, "-np", str(processes), *command]
        environment = {**os.environ, "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
                                        start_new_session=True)

    def end(self, seconds=300):
        try:
            self.output, self.errors = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.output, self.errors = self.process.communicate()
            self.errors += f"\n(still there after {seconds} seconds)"
        self.status = self.process.returncode
        return self

    def ranks(self):
        """The processes by rank, once all have started."""
        found = {}
        for folder in pathlib.Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid:
                    for entry in (folder / "environ").read_bytes().split(b"\0"):
                        if entry.startswith(b"OMPI_COMM_WORLD_RANK="):
                            found[int(entry.partition(b"=")[2])] = int(folder.name)
            except (OSError, IndexError, ValueError):
                pass
        return found

    def await_checkpoint(self, step=1, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if checkpoints(self.run) and step_of(checkpoints(self.run)[-1]) >= step:
                return True
            time.sleep(0.005)
        return False


def checkpoints(run):
    return sorted((run / "checkpoints").glob("step-*.safetensors"))


def step_of(path):
    return int(path.stem.removeprefix("step-"))


def digest(run):
    """Of the models and the last checkpoint, and of the metrics without what the clock is in."""
    hash = hashlib.sha256()
    for path in [*(run / name for name in SHARED), *checkpoints(run)[-1:]]:
        hash.update(path.read_bytes() if path.exists() else b"missing")
    for line in (run / "metrics.jsonl").read_text().splitlines():
        members = {k: v for k, v in json.loads(line).items() if k not in ("seconds", "tokens_per_second")}
        hash.update(json.dumps(members).encode())
    return hash.hexdigest()[:16]


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, is_so, detail=""):
        print(f"{'ok    ' if is_so else 'FAILED'}  {what}" + (f"\n{detail}" if detail and not is_so else ""), flush=True)
        self.passed += bool(is_so)
        self.failed += not is_so

    def ended(self, what, job, status, *texts, once=None):
        """How a job ended: its status (None for any but 0), texts in its messages, and one that is there once."""
        is_so = job.status == status if status is not None else job.status != 0
        is_so = is_so and all(text in job.errors for text in texts) and (once is None or job.errors.count(once) == 1)
        self.check(what, is_so, f"status {job.status}\n{job.errors}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--longhand", default=".build/mpi/release/longhand", help="the build with MPI")
    arguments.add_argument("--alone", default=".build/release/longhand", help="the build without")
    arguments.add_argument("--corpus", default="Corpora/english/07-the-clockmender.txt")
    arguments.add_argument("--kills", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    mpi, alone, corpus = options.longhand, options.alone, options.corpus
    chance = random.Random(options.seed)
    t = Checks()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        number = iter(range(1000))

        def run(longhand, processes, training):
            return Job(longhand, processes, folder / f"run{next(number)}", [corpus, *training, "--quiet"]).end()

        def resume(processes, path, longhand=mpi):
            return Job(longhand, processes, path, ["--resume", "--quiet"]).end()

        print("== The same bytes")
        for name, training in [("plain", SMALL), ("varied", VARIED), ("regularized", REGULARIZED)]:
            job = run(alone, 0, [*training, "--threads", "2"])
            t.ended(f"{name}: trains alone, built without MPI", job, 0)
            expected = digest(job.run)
            print(f"        {expected}")
            job = run(mpi, 0, training)
            t.check(f"{name}: alone, built with MPI", job.status == 0 and digest(job.run) == expected, job.errors)
            for processes in (1, 2, 3, 4):
                job = run(mpi, processes, [*training, "--threads", str(1 + processes % 2)])
                t.check(f"{name}: {processes} processes", job.status == 0 and digest(job.run) == expected, job.errors)
        shardless = [x for x in SMALL if x not in ("--shards", "12")]
        job = run(mpi, 2, shardless)
        t.check("2 processes have 2 shards where nothing is said",
                digest(job.run) == digest(run(alone, 0, [*shardless, "--shards", "2"]).run))
        job = Job(mpi, 2, folder / "spoken", [corpus, *SMALL, "--json"]).end()
        t.ended("one process speaks", job, 0, "processes  2", once="model      ")
        t.check("one process prints the outcome", len(job.output.splitlines()) == 1 and json.loads(job.output)["steps"] == 60)

        print("== Stops")
        expected = digest(run(alone, 0, LONG).run)
        path = folder / "stopped"
        job = Job(mpi, 2, path, [corpus, *LONG])
        t.check("a run of 2 starts", job.await_checkpoint(20))
        os.kill(job.ranks()[1], signal.SIGINT)
        t.ended("SIGINT for process 1 stops 2 processes", job.end(), 130, once="and saved; go on with")
        first = step_of(checkpoints(path)[-1])
        job = Job(mpi, 3, path, ["--resume"])
        t.check("3 processes go on", job.await_checkpoint(first + 20))
        os.kill(job.ranks()[0], signal.SIGTERM)
        t.ended("SIGTERM for process 0 stops 3 processes", job.end(), 143, once="and saved; go on with")
        shutil.copytree(path, folder / "copy")
        job = resume(0, folder / "copy", alone)
        t.check("one process alone goes on to the same bytes",
                job.status == 0 and digest(folder / "copy") == expected, job.errors)
        second = step_of(checkpoints(path)[-1])
        job = Job(mpi, 4, path, ["--resume", "--max-steps", "1000000"], kill_after=3)
        t.check("4 processes go on", job.await_checkpoint(second + 20))
        job.process.send_signal(signal.SIGINT)  # after 3 seconds mpirun sends SIGTERM to all, and 3 later SIGKILL
        t.ended("Ctrl-C for mpirun stops 4 processes", job.end(), None, once="and saved; go on with")
        job = Job(mpi, 2, path, ["--resume", "--max-steps", "5"]).end(60)
        t.ended("a limit that is behind the run", job, 64, once="limits count from its start")
        start = time.monotonic()
        job = run(mpi, 3, [*SMALL, "--max-steps", "1000000", "--max-seconds", "3"])
        t.ended("the clock ends 3 processes", job, 0)
        t.check("in time", time.monotonic() - start < 20)

        print("== Killed processes")
        for kill in range(options.kills):
            processes = chance.randint(2, 4)
            victim = chance.randrange(processes)
            path = folder / f"killed{kill}"
            job = Job(mpi, processes, path, [corpus, *LONG, "--quiet"])
            job.await_checkpoint(chance.randint(5, 200))
            time.sleep(chance.uniform(0, 0.03))
            os.kill(job.ranks()[victim], signal.SIGKILL)
            t.ended(f"process {victim} of {processes} is killed, and mpirun says so", job.end(30), None,
                    f"rank {victim}", "signal 9 (Killed)")
            other = chance.randint(1, 4)
            step = step_of(checkpoints(path)[-1])
            job = resume(other, path)
            t.check(f"{other} go on from step {step} to the same bytes",
                    job.status == 0 and digest(path) == expected, job.errors)

        print("== Faults")
        path = folder / "full"
        job = Job(mpi, 3, path, [corpus, *LONG, "--quiet"])
        job.await_checkpoint(20)
        # As on a full disk, no file grows beyond a size; MPI has made its own by now.
        resource.prlimit(job.ranks()[0], resource.RLIMIT_FSIZE, (100_000, 100_000))
        t.ended("a full disk ends all with one message", job.end(60), 74, once="longhand: ")
        job = resume(2, path)
        t.check("and 2 go on to the same bytes", job.status == 0 and digest(path) == expected, job.errors)
        job = Job(mpi, 2, pathlib.Path("/proc/longhand"), [corpus, *SMALL, "--quiet"]).end(60)
        t.ended("a folder that cannot be made", job, 73, once="longhand: cannot make")
        job = Job(mpi, 3, folder / "none", [str(folder / "missing.txt"), *SMALL, "--quiet"]).end(60)
        t.ended("a text that is missing", job, 66, once="longhand: ")
        job = Job(mpi, 2, path, [corpus, *SMALL, "--quiet"]).end(60)
        t.ended("a folder that holds a run", job, 73, once="holds a run already")
        job = Job(mpi, 4, folder / "few", [corpus, *SMALL, "--shards", "3", "--quiet"]).end(60)
        t.ended("more processes than shards", job, 64, once="a run of 3 shards")
        long = Job(mpi, 2, folder / "held", [corpus, *LONG, "--quiet"])
        long.await_checkpoint(5)
        t.ended("a folder that others train in", Job(mpi, 2, folder / "held", ["--resume"]).end(60), 75, once="is in use")
        long.end()
        t.check("who are not disturbed", digest(folder / "held") == expected, long.errors)
        job = Job(alone, 2, folder / "copies", [corpus, *SMALL, "--quiet"]).end(60)
        t.ended("a build without MPI refuses to be two", job, 64, "make build-mpi")
        t.check("and leaves no run", not (folder / "copies").exists())
        shutil.rmtree(folder)
        folder.mkdir()
    print(f"{t.passed} passed, {t.failed} failed")
    sys.exit(1 if t.failed else 0)


if __name__ == "__main__":
    main()
