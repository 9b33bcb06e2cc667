#!/bin/bash
# An array job, a row a task: sbatch --array=1-8 tools/reproduce/cluster/slurm.sh
# then, when all are done:  sbatch --dependency=singleton --job-name=reproduce --array=0 tools/reproduce/cluster/slurm.sh
# Settings: DATA (full), SEEDS (3), OUT (artefacts/reproduce/cluster), in the environment.
#SBATCH --job-name=reproduce
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --output=reproduce-%A-%a.log
set -euo pipefail
cd "${SLURM_SUBMIT_DIR:-.}"

out=${OUT:-artefacts/reproduce/cluster}
task=${SLURM_ARRAY_TASK_ID:?start it with sbatch --array=1-8}

if [ "$task" -eq 0 ]; then
  exec npm run --silent reproduce -- --merge "$out"/rows/*.json --out "$out"/table
fi

row=$(npm run --silent reproduce -- --list | sed -n "${task}p")
if [ -z "$row" ]; then
  echo "no row $task: npm run reproduce -- --list shows how many there are" >&2
  exit 2
fi
# A requeued task finds its checkpoint in $out and goes on.
exec npm run --silent reproduce -- --data "${DATA:-full}" --seeds "${SEEDS:-3}" --only "$row" --out "$out"
