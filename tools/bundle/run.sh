#!/bin/bash
# Measures Stride on this machine's NVIDIA GPU, in eight minutes at most: what is there, the GPU's tests, its
# benchmarks, PyTorch's update, a profile, and trainings over threads and environments. Needs a driver and the CUDA
# libraries of version 12 or 13, such as PyTorch's; no Java, no internet, no root.
#
# usage: ./run.sh [--smoke]    --smoke does a little of each step, to try the script itself
# OUT=DIR takes the results (default: results, here), each step's log as it goes; STRIDE_CUDA_LIB names the folder of
# the libraries. Exits with 0 if every step passed, 1 if one failed; what there was no time for is said and counts as
# neither.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 2
out=$(readlink -m "${OUT:-results}")
smoke=false
case "${1:-}" in
  '') ;;
  --smoke) smoke=true ;;
  *) echo "usage: ./run.sh [--smoke]; OUT=DIR takes the results" >&2; exit 2 ;;
esac
raw=$out/raw # what the steps write besides their logs; packed at the end
mkdir -p "$raw" || exit 2
rm -f "$out"/*.log "$out/summary.txt" "$out/raw.tar.gz"
if [ -w "${HOME:-/nowhere}" ]; then :; else export HOME=/tmp; fi
cd "$here" || exit 2

task=Hopper-v5
limit=470 # seconds for all
torch_limit=100
if $smoke; then limit=900; fi # an emulation is no GPU

# ---- CUDA's libraries ---------------------------------------------------------------------------------------------

# Stride looks in the usual places by itself; only Python knows where the wheels of the python3 at hand are
if [ -z "${STRIDE_CUDA_LIB:-}" ] && command -v python3 >/dev/null; then
  wheels=$(python3 -c 'import nvidia; print(*nvidia.__path__, sep=":")' 2>/dev/null) || wheels=
  if [ -n "$wheels" ] && [ -n "$(find -L ${wheels//:/ } -name 'libnvrtc.so.1[23]' -print -quit 2>/dev/null)" ]; then
    STRIDE_CUDA_LIB=$wheels
  elif [ -n "$(find -L /usr/local/cuda -name 'libnvrtc.so.1[23]' -print -quit 2>/dev/null)" ]; then
    STRIDE_CUDA_LIB=/usr/local/cuda
  fi
fi
[ -z "${STRIDE_CUDA_LIB:-}" ] || export STRIDE_CUDA_LIB

# ---- steps --------------------------------------------------------------------------------------------------------

failures=0
running=
trap 'kill $running 2>/dev/null; exit 130' INT TERM

say() {
  echo "$*" | tee -a "$out/summary.txt"
}

left() {
  echo $((limit - SECONDS))
}

# step NAME LOG SECONDS COMMAND...: runs the command, at most so long, and adds what it says to the log
step() {
  local name=$1 log=$out/$2.log most=$3 start=$SECONDS status
  shift 3
  if [ "$most" -gt "$(left)" ]; then most=$(left); fi
  if [ "$most" -lt 5 ]; then
    say "$(printf '%-44s no time left' "$name")"
    return 3
  fi
  printf '\n==== %s\n' "$name" >> "$log"
  timeout --kill-after=5 "$most" "$@" >> "$log" 2>&1 &
  running=$!
  wait "$running"
  status=$?
  case $status in
    0) status=passed ;;
    124 | 137) status="FAILED, not done in $most s" ;;
    *) status="FAILED, exit $status" ;;
  esac
  say "$(printf '%-44s %-8s %4d s' "$name" "$status" $((SECONDS - start)))"
  if [ "$status" != passed ]; then
    failures=$((failures + 1))
    tail -n 3 "$log" | cut -c 1-200
    return 1
  fi
}

describe() {
  if command -v nvidia-smi >/dev/null; then
    nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem,memory.total --format=csv
  fi
  ./stride info
  ./stride info --json > "$raw/info.json"
}

tests() {
  # shellcheck disable=SC2086 # STRIDE_JVM_ARGS is a list of words
  jre/bin/java @jvm.args "-Dstride.home=$here" -Dstride.gpu=required ${STRIDE_JVM_ARGS:-} \
    -cp 'tests/classes:tests/*:lib/*:lib/natives' org.junit.platform.console.ConsoleLauncher execute --disable-banner \
    --scan-classpath=tests/classes --fail-if-no-tests --include-tag=gpu --include-classname="$1" \
    --details=tree --disable-ansi-colors --reports-dir="$raw/tests"
}

# train BACKEND THREADS ENVS: a few iterations of CleanRL's setting; the JSON line goes to a file
train() {
  local run=$raw/run-$1-$2x$3 status iterations=6 less=
  if $smoke; then iterations=3 less='--update-epochs 1 --num-minibatches 4'; fi
  # shellcheck disable=SC2086 # a list of words
  ./stride train "$task" --preset cleanrl --stats-update rollout --backend "$1" --threads "$2" --num-envs "$3" --num-steps 128 \
    --total-timesteps $((iterations * 128 * $3)) --warm-up 0.5 $less --run-dir "$run" --json > "$raw/train-$1-$2x$3.json"
  status=$?
  rm -rf "$run"
  cat "$raw/train-$1-$2x$3.json"
  return $status
}

# the rate of a training, or nothing
rate() {
  sed -n 's/.*"env_steps_per_second_steady":\([0-9]*\).*/\1/p' "$raw/train-$1-$2x$3.json" 2>/dev/null
}

export -f tests train describe
export raw smoke task here

say "Stride $(cut -c 1-7 revision)$(grep -o -e -dirty revision), CUDA libraries: ${STRIDE_CUDA_LIB:-looked for}"
step 'what is there' info 60 bash -c describe
if ! grep -q '"cuda":{"available":true' "$raw/info.json" 2>/dev/null; then
  say "no GPU: $(sed -n 's/^cuda *//p' "$out/info.log" | tail -n 1)"
  exit 1
fi

if $smoke; then
  step 'tests on the GPU' tests 200 bash -c "tests 'stride.*CudaModesTest'"
  step 'suite CudaLaunchBenchmark' bench 100 ./stride bench --quick --suite CudaLaunchBenchmark --out "$raw/bench"
else
  step 'tests on the GPU' tests 140 bash -c "tests 'stride.*(Cuda|Gpu).*'"
  for suite in CudaUpdate CudaLaunch CudaInference CudaGae CudaUpload CudaWideUpdate; do
    step "suite ${suite}Benchmark" bench 75 ./stride bench --quick --suite "${suite}Benchmark" --out "$raw/bench"
  done
  step "the same update in PyTorch" torch $torch_limit bash -c 'python3 -u peers/torch_update.py --seconds 1 | tee "$raw/torch.jsonl"; exit ${PIPESTATUS[0]}'
fi

threads=
for k in 16 8 4 2 1; do
  if [ "$k" -le "$(nproc)" ]; then threads="$threads $k"; fi
done
environments='64 256 1024'
backends='cuda cpu'
profile_envs=64 profile_seconds=1 profile_limit=90
if $smoke; then
  threads=1 environments=8 profile_envs=1 profile_seconds=0.1 profile_limit=240
fi

# shellcheck disable=SC2086 # a list of words
step 'profile, policy on the CPU, update on the GPU' rates $profile_limit \
  ./stride profile "$task" --backend cuda --envs $profile_envs --threads "$(echo $threads | tr ' ' ,)" \
  --seconds $profile_seconds --out "$raw/profile"
for n in $environments; do
  for backend in $backends; do
    for k in $threads; do
      step "train, $backend, $k threads, $n environments" rates 60 bash -c "train $backend $k $n"
    done
  done
done

# ---- summary ------------------------------------------------------------------------------------------------------

say
say 'PPO end to end, env steps/s (median over the last half of a few iterations; - where there was no time)'
say "$(printf '%-24s' 'environments x threads') $(printf '%12s' $backends)"
for n in $environments; do
  for k in $threads; do
    line=$(printf '%-24s' "$n x $k")
    for backend in $backends; do
      figure=$(rate "$backend" "$k" "$n")
      line="$line $(printf '%12s' "${figure:--}")"
    done
    say "$line"
  done
done
cat "$raw"/bench/*/summary.md > "$out/bench-tables.md" 2>/dev/null
tar -C "$out" -czf "$out/raw.tar.gz" raw && rm -rf "$raw"
say
if [ "$failures" -gt 0 ]; then
  say "$failures steps FAILED, $SECONDS s in all; logs in $out"
  exit 1
fi
say "all steps passed that there was time for, $SECONDS s in all; logs in $out"
