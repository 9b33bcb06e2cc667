"""The gensim peer of tools/bench/word-vectors.ts and word2vec.ts: reads a JSON request a line, answers with the times of its runs in seconds.

{"task": "load", "path": "vectors.txt", "runs": 1}
{"task": "query", "words": ["abc", "def"]}
{"task": "train", "path": "text.txt", "workers": 2}
"""
import json
import logging
import sys
import time

import gensim
from gensim.models import KeyedVectors, Word2Vec

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
    elif request["task"] == "train":
        with open(request["path"]) as file:
            sentences = [line.split() for line in file]
        model = Word2Vec(sg=1, vector_size=100, window=5, negative=5, sample=1e-3, min_count=5, workers=request["workers"])
        model.build_vocab(sentences)
        start = time.perf_counter()
        model.train(sentences, total_examples=model.corpus_count, epochs=1)
        times.append(time.perf_counter() - start)
    else:
        vectors.fill_norms()
        for word in request["words"]:
            start = time.perf_counter()
            vectors.most_similar(word, topn=10)
            times.append(time.perf_counter() - start)
    print(json.dumps({"times": times}), flush=True)
