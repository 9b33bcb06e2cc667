"""The gensim peer of tools/bench/word-vectors.ts: reads a JSON request a line, answers with the times of its runs in seconds.

{"task": "load", "path": "vectors.txt", "runs": 1}
{"task": "query", "words": ["abc", "def"]}
"""
import json
import logging
import sys
import time

import gensim
from gensim.models import KeyedVectors

logging.disable(logging.WARNING)
vectors = None

print(json.dumps({"version": gensim.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    times = []
    if request["task"] == "load":
        for _ in range(request["runs"]):
            start = time.perf_counter()
            vectors = KeyedVectors.load_word2vec_format(request["path"], no_header=True)
            times.append(time.perf_counter() - start)
    else:
        vectors.fill_norms()
        for word in request["words"]:
            start = time.perf_counter()
            vectors.most_similar(word, topn=10)
            times.append(time.perf_counter() - start)
    print(json.dumps({"times": times}), flush=True)
