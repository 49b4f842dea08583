#!/usr/bin/env bash
# Runs the authors' code in every scenario with three seeds at the reduced setting, one run at a time, and judges each as it ends.
# Use: PYTHON=python3 ./run-all.sh REPO DATA OUT [SCENARIO...]
set -u
if [ $# -lt 3 ]; then
  sed -n '2,3s/^# //p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
repo=$1 data=$2 out=$3
shift 3
scenarios=${*:-5 3 4 1 2 6}
python=${PYTHON:-python3}
export OMP_NUM_THREADS=1
mkdir -p "$out"

for scenario in $scenarios; do
  for seed in 0 1 2; do
    run="$out/s$scenario-seed$seed"
    if [ ! -f "$run/evaluation.json" ]; then
      mkdir -p "$run"
      "$python" "$here/train.py" --repo "$repo" --data "$data" --out "$run" --scenario "$scenario" --seed "$seed" \
        --devices 8 --images 600 --batch 16 --width 0.25 --rounds 16 --steps-per-round 50 --samples 6000 --snapshot-every 4 \
        --threads 1 > "$run/train.txt" 2>&1 &&
        "$python" "$here/evaluate.py" --data "$data" --samples "$run" --epochs 5 --cache "$out/scorers" --published-scorers "$repo/Metrics" > "$run/evaluate.txt" 2>&1 ||
        echo "s$scenario-seed$seed failed: see $run/train.txt and $run/evaluate.txt"
    fi
  done
done
"$python" "$here/evaluate.py" --data "$data" --samples "$out"/s?-seed? --epochs 5 --cache "$out/scorers" --published-scorers "$repo/Metrics" --json "$out/evaluation.json" | tee "$out/table.md"
