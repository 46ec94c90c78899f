"""How fast Hugging Face's tokenizers encodes a text, line by line in batches, its vocabulary ready. Prints JSON."""
import argparse
import json
import os
import resource
import time

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("text")
options.add_argument("--level", choices=["character", "whitespace"], default="character")
options.add_argument("--threads", type=int, default=1)
options.add_argument("--seconds", type=float, default=3)
o = options.parse_args()
os.environ["TOKENIZERS_PARALLELISM"] = "false" if o.threads == 1 else "true"
os.environ["RAYON_NUM_THREADS"] = str(o.threads)

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers  # noqa: E402: reads the environment

with open(o.text, encoding="utf-8", newline="") as file:
    lines = file.read().splitlines(keepends=True)
size = os.path.getsize(o.text)

split = pre_tokenizers.Split(Regex(""), "isolated") if o.level == "character" else pre_tokenizers.WhitespaceSplit()
form = normalizers.NFC()
tokens = {}
for line in lines:
    for token, _ in split.pre_tokenize_str(form.normalize_str(line)):
        tokens.setdefault(token, len(tokens) + 1)
tokenizer = Tokenizer(models.WordLevel({"<unk>": 0, **tokens}, unk_token="<unk>"))
tokenizer.normalizer = form
tokenizer.pre_tokenizer = split

speeds, start = [], time.perf_counter()
while not speeds or time.perf_counter() - start < o.seconds:
    pass_start = time.perf_counter()
    count = 0
    for first in range(0, len(lines), 1000):
        count += sum(len(e.ids) for e in tokenizer.encode_batch(lines[first:first + 1000]))
    speeds.append(size / 1e6 / (time.perf_counter() - pass_start))
speeds.sort()
print(json.dumps(dict(megabytes_per_second=speeds[len(speeds) // 2], tokens=count, passes=len(speeds),
                      peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)))
