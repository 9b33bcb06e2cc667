"""The PyTorch peer of tools/bench.ts: reads a JSON request a line, answers with the times of each run in ms.

{"key": "train-step/gru", "task": "train-step", "kind": "gru", "batch": 256, "time": 240, "features": 7, "units": 64, "threads": 1, "runs": 5,
 "last": false}
"""
import json
import sys
import time

import torch
from torch import nn

if "--flush-denormal" in sys.argv:
    torch.set_flush_denormal(True)


class Recurrent(nn.Module):
    def __init__(self, cell, features, units):
        super().__init__()
        self.cell = cell(features, units, batch_first=True)
        self.out = nn.Linear(units, 1)

    def forward(self, x):
        return self.out(self.cell(x)[0][:, -1])


class Fc(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.hidden = nn.Linear(inputs, units)
        self.out = nn.Linear(units, 1)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x.flatten(1))))


CELLS = {"simple-rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
prepared = {}


def prepare(request):
    """The function that a run of the row times."""
    torch.manual_seed(0)
    task, kind = request["task"], request["kind"]
    if task == "matmul":
        a, b = torch.randn(request["a"]), torch.randn(request["b"])
        a, b = (a.T if request["transposeA"] else a), (b.T if request["transposeB"] else b)
        return lambda: a @ b
    batch, steps, features, units = (request[key] for key in ("batch", "time", "features", "units"))
    x, y = torch.randn(batch, steps, features), torch.randn(batch, 1)
    model = Fc(steps * features, units) if kind == "fc" else Recurrent(CELLS[kind], features, units)
    if task == "predict":

        def predict():
            with torch.no_grad():
                return model(x)

        return predict
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def train():
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss.item()

    return train


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    torch.set_num_threads(request["threads"])
    key = request["key"]
    if key not in prepared:
        prepared[key] = prepare(request)
        prepared[key]()
    prepared[key]()  # the first run after another row, or another number of threads, is not counted
    times = []
    for _ in range(request["runs"]):
        start = time.perf_counter()
        prepared[key]()
        times.append((time.perf_counter() - start) * 1e3)
    if request["last"]:
        del prepared[key]
    print(json.dumps({"times": times}), flush=True)
