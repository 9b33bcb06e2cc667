"""The rows of the tables as Ray tasks, then one table of them.

    pip install ray==2.60.0
    python tools/reproduce/cluster/on_ray.py --data quick --seeds 1 --epochs 2 --workers 2

Starts Ray on this machine, with as many tasks at a time as --workers; with --address auto it uses the cluster
that RAY_ADDRESS or `ray start` made, where every node sees this folder. A task that dies with its worker is started
again and goes on from its checkpoint.
"""

import argparse
import pathlib
import subprocess

import ray

ROOT = pathlib.Path(__file__).resolve().parents[3]
REPRODUCE = ["npm", "run", "--silent", "reproduce", "--"]


@ray.remote(num_cpus=1, max_retries=5, retry_exceptions=True)
def train_row(row: str, data: str, seeds: int, epochs: int, out: str) -> str:
    """Trains one row; its result is the file OUT/rows/ROW.json."""
    options = ["--data", data, "--seeds", str(seeds), "--epochs", str(epochs), "--only", row, "--out", out]
    subprocess.run([*REPRODUCE, *options], cwd=ROOT, check=True)
    return str(pathlib.Path(out) / "rows" / f"{row}.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="quick", help="quick, full or a file")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--workers", type=int, default=2, help="rows at a time on this machine")
    parser.add_argument("--address", help="a Ray cluster's address, or auto")
    parser.add_argument("--out", default="artefacts/reproduce/ray")
    wishes = parser.parse_args()

    data = wishes.data if wishes.data in ("quick", "full") else str(pathlib.Path(wishes.data).resolve())
    out = str(pathlib.Path(wishes.out).resolve())
    here = {} if wishes.address else {"num_cpus": wishes.workers, "include_dashboard": False}
    ray.init(address=wishes.address, **here)

    listed = subprocess.run([*REPRODUCE, "--list"], cwd=ROOT, check=True, capture_output=True, text=True)
    waiting = [train_row.remote(row, data, wishes.seeds, wishes.epochs, out) for row in listed.stdout.split()]
    files: list[str] = []
    while waiting:
        done, waiting = ray.wait(waiting)
        files += ray.get(done)
        print(f"{len(files)} of {len(files) + len(waiting)} rows: {pathlib.Path(files[-1]).stem}", flush=True)
    subprocess.run([*REPRODUCE, "--merge", *files, "--out", f"{out}/table"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
