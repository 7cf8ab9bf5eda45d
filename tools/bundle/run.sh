#!/bin/bash
# Measures Stride on this machine's NVIDIA GPU, in eight minutes at most. Needs a driver and the CUDA libraries of version
# 12 or 13, such as PyTorch's; no Java, no internet, no root.
#
# usage: ./run.sh [--smoke] [STEP...]   all steps, or only those named; another call adds to what is there
#        ./run.sh --list                the steps in their order, which is that of their value, and the seconds of each
#        --smoke                        a little of some steps, to try the script itself
# OUT=DIR takes the results (default: results, here). STRIDE_CUDA_LIB names the folder of the libraries,
# STRIDE_BUNDLE_SECONDS the time for all (default: 470).
#
# Results are few files without folders, and are written after every step and every ten seconds, so that what was measured
# is there whenever this script is ended:
#   summary.txt   a line for each step, and a table of the trainings
#   log.txt       what the steps printed
#   tables.md     the tables of the suites
#   raw.tar.gz    all files the steps wrote: JSON, the tests' reports and logs, crashes of JVMs
#
# Exits with 0 if every step passed, 1 if one failed, 2 if it was called wrongly or cannot write, 130 after a signal. Steps
# without time left, and those whose tool is not on the machine, are listed and are no failures.
set -u

# name|seconds|what it does
catalogue='info|40|the card, its driver, the libraries
compile|60|fills the cache of compiled kernels, a JVM on each core
first|60|the tests that say whether anything else is worth it
update|150|suite CudaUpdateBenchmark
torch|150|the same update in PyTorch
launch|60|suite CudaLaunchBenchmark
train|80|trainings with all threads, 64 and 256 environments, by cuda and by cpu
tests|90|the other tests, a JVM for each class
inference|45|suite CudaInferenceBenchmark
wide|45|suite CudaWideUpdateBenchmark
profile|60|rates of Hopper-v5 over threads, the update on the GPU
upload|30|suite CudaUploadBenchmark
gae|30|suite CudaGaeBenchmark
trainings|120|trainings over fewer threads and more environments
racecheck|40|compute-sanitizer over updates of two minibatches
synccheck|40|the same
initcheck|40|the same
memcheck|40|the same
ncu|60|what NVIDIA Nsight Compute says of the kernels of an update'

usage='usage: ./run.sh [--smoke] [STEP...], ./run.sh --list; OUT=DIR takes the results'
steps=$(cut -d '|' -f 1 <<< "$catalogue")
smoke=false
named=
for word in "$@"; do
  case $word in
    --smoke) smoke=true ;;
    --list)
      while IFS='|' read -r name most what; do printf '%-10s %4s s  %s\n' "$name" "$most" "$what"; done <<< "$catalogue"
      exit 0
      ;;
    -*) echo "$usage" >&2; exit 2 ;;
    *)
      if ! grep -qx -e "$word" <<< "$steps"; then
        echo "stride: step=$word, required: one of $(paste -sd ' ' <<< "$steps")" >&2
        exit 2
      fi
      named="$named $word"
      ;;
  esac
done

here=$(cd "$(dirname "$0")" && pwd) || exit 2
out=$(readlink -m "${OUT:-results}")
if $smoke; then limit=900; else limit=470; fi # an emulation is no GPU
limit=${STRIDE_BUNDLE_SECONDS:-$limit} # for all
case $limit in
  '' | *[!0-9]*) echo "stride: STRIDE_BUNDLE_SECONDS=$limit, required: whole seconds" >&2; exit 2 ;;
esac
if ! { mkdir -p "$out" && : >> "$out/summary.txt"; } 2>/dev/null; then
  echo "stride: cannot write into $out: OUT=DIR names another folder" >&2
  exit 2
fi
# flags of the JVMs are words, so the folder's name must be one
work=
for folder in "${TMPDIR:-/tmp}" /tmp /dev/shm "$out"; do
  case $folder in *[[:space:]]*) continue ;; esac
  if work=$(mktemp -d "$folder/.stride-bundle-XXXXXX" 2>/dev/null); then break; fi
done
if [ -z "$work" ]; then
  echo "stride: cannot write into ${TMPDIR:-/tmp}: TMPDIR=DIR names another folder" >&2
  exit 2
fi
raw=$work/raw # what the steps write besides what they print
log=$out/log.txt
mkdir "$raw"
tar -C "$work" -xzf "$out/raw.tar.gz" 2>/dev/null # what earlier calls brought
if [ -w "${HOME:-/nowhere}" ]; then :; else export HOME=${work%/*}; fi # PyTorch keeps compiled kernels there
# Stride's own stay with the bundle; the home that a JVM knows may not be writable, whatever HOME says
if [ -z "${STRIDE_CUDA_CACHE:-}" ]; then
  STRIDE_CUDA_CACHE=$here/cache
  mkdir -p "$STRIDE_CUDA_CACHE" 2>/dev/null && [ -w "$STRIDE_CUDA_CACHE" ] || STRIDE_CUDA_CACHE=$work/cache
fi
export STRIDE_CUDA_CACHE
cd "$here" || exit 2

task=Hopper-v5
between=${STRIDE_BUNDLE_PACK_SECONDS:-10}
export STRIDE_JVM_ARGS="${STRIDE_JVM_ARGS:-} -XX:ErrorFile=$raw/hs_err_%p.log"

# ---- results ------------------------------------------------------------------------------------------------------

say() {
  echo "$*"
  echo "$*" 2>/dev/null >> "$out/summary.txt"
}

# the archive as it stands; one that is whole is there at any time
pack() {
  { cat "$raw"/bench/*/summary.md > "$out/.tables.$1.part"; mv -f "$out/.tables.$1.part" "$out/tables.md"; } 2>/dev/null
  tar -C "$work" -czf "$out/.raw.$1.part" raw 2>/dev/null
  # 1: a file has grown meanwhile
  if [ $? -le 1 ] && mv -f "$out/.raw.$1.part" "$out/raw.tar.gz" 2>/dev/null; then return 0; fi
  rm -f "$out/.raw.$1.part"
  return 1
}

# Packs every ten seconds, and ends what is running if this script was killed outright
keep_packing() {
  while sleep "$between"; do
    if kill -0 $$ 2>/dev/null; then
      pack meanwhile
    else
      kill "$(cat "$work/running" 2>/dev/null)" 2>/dev/null
      pack meanwhile
      rm -rf "$work"
      exit
    fi
  done
}

running=
finish() {
  # shellcheck disable=SC2086 # one or two
  kill $packer $running 2>/dev/null
  if [ -n "$running" ]; then
    pack last # first: who sent the signal may not wait
    wait "$running" 2>/dev/null
  fi
  pack last || echo "stride: cannot write $out/raw.tar.gz: $(df -Ph "$out" 2>/dev/null | awk 'END { print $4 " free on " $6 }')" >&2
  rm -rf "$work"
}
keep_packing > /dev/null 2>&1 & # holds no pipe that the caller reads
packer=$!
trap 'say "stopped by a signal after $SECONDS s"; exit 130' INT TERM HUP
trap finish EXIT

# ---- steps --------------------------------------------------------------------------------------------------------

failures=0

left() {
  echo $((limit - SECONDS))
}

# entry STATUS SECONDS WHAT: a line of the summary; and one for programs
entry() {
  say "$(printf '%-10s %-44s %-8s %4d s' "$step" "$3" "$1" "$2")"
  printf '%s\t%s\t%s\t%d\t%d\n' "$step" "$3" "${1%%,*}" "$2" "$(date +%s)" 2>/dev/null >> "$raw/steps.tsv"
}

# the line that says best why something failed
reason() {
  local pattern
  tail -c "+$1" "$log" 2>/dev/null | tr -d '\r' | grep -v '^[[:space:]]*$' > "$work/printed"
  for pattern in '^stride: ' '[1-9][0-9]* tests failed' 'Error|Exception|error:|not found|No such|[Cc]annot' .; do
    if grep -E -e "$pattern" "$work/printed" | tail -n 1 > "$work/reason" && [ -s "$work/reason" ]; then break; fi
  done
  sed 's/^stride: //' "$work/reason" | cut -c 1-200
}

# attempt SECONDS WHAT COMMAND...: runs the command, at most so long, and adds what it prints to the log
attempt() {
  local most=$1 what=$2 start=$SECONDS from status
  shift 2
  if [ "$most" -gt "$(left)" ]; then most=$(left); fi
  if [ "$most" -lt 5 ]; then
    entry 'no time left' 0 "$what"
    return 3
  fi
  printf '\n==== %s: %s\n' "$step" "$what" 2>/dev/null >> "$log" || {
    entry "FAILED, cannot write $log" 0 "$what"
    failures=$((failures + 1))
    return 1
  }
  from=$(($(wc -c < "$log") + 1))
  timeout --kill-after=5 "$most" "$@" >> "$log" 2>&1 &
  running=$!
  echo $running > "$work/running"
  wait "$running"
  status=$?
  running=
  case $status in
    0) status=passed ;;
    124 | 137) status="FAILED, not done in $most s" ;;
    *) status="FAILED, exit $status" ;;
  esac
  entry "$status" $((SECONDS - start)) "$what"
  pack step || say "cannot write $out/raw.tar.gz"
  if [ "$status" != passed ]; then
    failures=$((failures + 1))
    case $status in *'not done'*) ;; *) say "           $(reason "$from")" ;; esac
    return 1
  fi
}

# a tool that is not here
absent() {
  entry absent 0 "$1"
}

describe() {
  if command -v nvidia-smi >/dev/null; then
    nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem,memory.total --format=csv
  fi
  ./stride info && ./stride info --json > "$raw/info.json"
}

step_info() {
  rm -f "$raw/info.json"
  attempt "$most" 'what is there' bash -c describe
}

# shapes of programs: as the suites have them, then the trainings' and the profile's
shapes() {
  local suites="$task --preset cleanrl --stats-update rollout --bootstrap-truncation=true --num-steps 128" n
  for n in 64 512; do
    echo "$suites --num-envs $n"
    echo "$suites --num-envs $n --update-epochs 1"
    echo "$suites --num-envs $n --precision tf32x3"
    echo "$suites --num-envs $n --precision tf32x3 --update-epochs 1"
  done
  echo "$suites --num-envs 64 --hidden 256,256"
  echo "$suites --num-envs 64 --hidden 256,256 --update-epochs 1"
  for n in 64 256 1024; do
    echo "$task --preset cleanrl --stats-update rollout --num-envs $n --num-steps 128"
  done
}

compile() {
  # a JVM for each program: NVRTC keeps one core busy
  shapes | sort -u | xargs -P "$(nproc)" -I {} sh -c './stride kernels {}'
}

step_compile() {
  attempt "$most" 'kernels of suites and trainings' bash -c compile
}

# junit NAME WORD...: tests of a class or of several, in a JVM
junit() {
  local name=$1
  shift
  # shellcheck disable=SC2086 # STRIDE_JVM_ARGS is a list of words
  $wrapper jre/bin/java @jvm.args "-Dstride.home=$here" -Dstride.gpu=required $STRIDE_JVM_ARGS \
    -cp 'tests/classes:tests/*:lib/*:lib/natives' org.junit.platform.console.ConsoleLauncher execute --disable-banner \
    --include-tag=gpu --fail-if-no-tests --details=testfeed --disable-ansi-colors --reports-dir="$raw/tests/$name" "$@" > "$raw/tests/$name.log" 2>&1
}

# classes NAME...: tests of each in a JVM of its own, all at once; a device that one of them loses is its own
classes() {
  local name status=0 pids=
  mkdir -p "$raw/tests"
  for name in "$@"; do
    junit "${name##*.}" "--select-class=$name" &
    pids="$pids $!"
  done
  for pid in $pids; do wait "$pid" || status=1; done
  for name in "$@"; do
    printf -- '---- %s\n' "$name"
    cat "$raw/tests/${name##*.}.log"
  done
  return $status
}

first_tests='stride.ppo.CudaModesTest stride.ppo.CudaDeterminismTest stride.cuda.GpuTest'

# classes with the tag gpu besides these
other_tests() {
  grep -rl 'Lorg/junit/jupiter/api/Tag;' tests/classes --include='*Test.class' | xargs grep -l 'gpu' \
    | sed 's|^tests/classes/||; s|/|.|g; s|\.class$||' | grep -vxF "$(tr ' ' '\n' <<< "$first_tests")" | sort
}

step_first() {
  # shellcheck disable=SC2086 # a list of words
  if $smoke; then first_tests=stride.ppo.CudaModesTest most=200; fi
  attempt "$most" 'the same bits each way, each time' bash -c "classes $first_tests"
}

step_tests() {
  attempt "$most" 'the other tests' bash -c "classes $(other_tests | paste -sd ' ')"
}

suite() {
  attempt "$most" "suite $1" ./stride bench --quick --suite "$1" --out "$raw/bench"
}

step_update() { suite CudaUpdateBenchmark; }
step_launch() { suite CudaLaunchBenchmark; }
step_inference() { suite CudaInferenceBenchmark; }
step_wide() { suite CudaWideUpdateBenchmark; }
step_upload() { suite CudaUploadBenchmark; }
step_gae() { suite CudaGaeBenchmark; }

torch() {
  python3 -u peers/torch_update.py --seconds 1 | tee -a "$raw/torch.jsonl"
  return "${PIPESTATUS[0]}"
}

step_torch() {
  if ! command -v python3 >/dev/null; then
    absent 'the update in PyTorch: no python3'
  elif ! python3 -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)' 2>/dev/null; then
    absent "the update in PyTorch: python3 has no torch"
  else
    attempt "$most" 'the same update in PyTorch' bash -c torch
  fi
}

# train BACKEND THREADS ENVS: a few iterations of CleanRL's setting; the JSON line goes to a file
train() {
  local run=$work/run file=$raw/train-$1-$2x$3.json status iterations=6 less=
  if $smoke; then iterations=3 less='--update-epochs 1 --num-minibatches 4'; fi
  rm -rf "$run" "$file"
  # shellcheck disable=SC2086 # a list of words
  ./stride train "$task" --preset cleanrl --stats-update rollout --backend "$1" --threads "$2" --num-envs "$3" --num-steps 128 \
    --total-timesteps $((iterations * 128 * $3)) --warm-up 0.5 $less --run-dir "$run" --json > "$file"
  status=$?
  rm -rf "$run"
  cat "$file"
  return $status
}

threads=
for k in 16 8 4 2 1; do
  if [ "$k" -le "$(nproc)" ]; then threads="$threads $k"; fi
done
environments='64 256 1024'
if $smoke; then threads=1 environments=8; fi
# shellcheck disable=SC2086 # a list of words
most_threads=$(set -- $threads; echo "$1")

# several BUDGET: trainings, of which stdin has a line each: ENVS THREADS BACKEND
several() {
  local end=$((SECONDS + $1)) n k backend most=60
  if $smoke; then most=200 end=$((SECONDS + 900)); fi
  while read -r n k backend <&3; do
    if [ $((end - SECONDS)) -lt "$most" ]; then most=$((end - SECONDS)); fi
    attempt "$most" "$backend, $k threads, $n environments" bash -c "train $backend $k $n"
  done 3<&0
}

step_train() {
  local n backend
  for n in $environments; do
    if [ "$n" -gt 256 ]; then continue; fi
    for backend in cuda cpu; do echo "$n $most_threads $backend"; done
  done > "$work/list"
  several "$most" < "$work/list"
}

step_trainings() {
  local n k backend
  for k in $threads; do
    for n in $environments; do
      if [ "$k" = "$most_threads" ] && [ "$n" -le 256 ]; then continue; fi
      for backend in cuda cpu; do echo "$n $k $backend"; done
    done
  done > "$work/list"
  several "$most" < "$work/list"
}

step_profile() {
  local envs=64 seconds=1
  if $smoke; then envs=1 seconds=0.1 most=240; fi
  attempt "$most" 'policy on the CPU, update on the GPU' \
    ./stride profile "$task" --backend cuda --envs "$envs" --threads "$(paste -sd , <<< "${threads// /$'\n'}" | sed 's/^,//')" \
    --seconds "$seconds" --out "$raw/bench"
}

sanitize() {
  wrapper="compute-sanitizer --tool $step --target-processes all --error-exitcode 9" classes stride.ppo.CudaTwoMinibatchesTest
}

sanitizer() {
  if command -v compute-sanitizer >/dev/null; then
    attempt "$most" 'an update of two minibatches, each way' bash -c sanitize
  else
    absent 'no compute-sanitizer'
  fi
}

step_racecheck() { sanitizer; }
step_synccheck() { sanitizer; }
step_initcheck() { sanitizer; }
step_memcheck() { sanitizer; }

counters() {
  wrapper="ncu --clock-control none --target-processes all -k regex:minibatch_gradient|ppo_update|ppo_cluster|reduce -c 3 --set full" \
    classes stride.ppo.CudaTwoMinibatchesTest
}

step_ncu() {
  if command -v ncu >/dev/null; then
    attempt "$most" 'counters of three kernels' bash -c counters
  else
    absent 'no ncu'
  fi
}

export -f describe shapes compile junit classes torch train sanitize counters
wrapper=
export raw work smoke task here step wrapper

# ---- CUDA's libraries ---------------------------------------------------------------------------------------------

# both are needed, of one version
has_both() {
  local version
  for version in 12 13; do
    if [ -n "$(find -L "$@" -name "libnvrtc.so.$version" -print -quit 2>/dev/null)" ] \
      && [ -n "$(find -L "$@" -name "libcublas.so.$version" -print -quit 2>/dev/null)" ]; then return 0; fi
  done
  return 1
}

# Stride looks in the usual places by itself; only Python knows where the wheels of the python3 at hand are
if [ -z "${STRIDE_CUDA_LIB:-}" ] && command -v python3 >/dev/null; then
  wheels=$(timeout 20 python3 -c 'import nvidia; print(*nvidia.__path__, sep=":")' 2>/dev/null) || wheels=
  # shellcheck disable=SC2086 # a list of words
  if [ -n "$wheels" ] && has_both ${wheels//:/ }; then STRIDE_CUDA_LIB=$wheels; fi
fi
[ -z "${STRIDE_CUDA_LIB:-}" ] || export STRIDE_CUDA_LIB

# ---- all of them --------------------------------------------------------------------------------------------------

if $smoke && [ -z "$named" ]; then named='info first launch train profile'; fi
say "$(date -u '+%Y-%m-%d %H:%M:%S') Stride $(cut -c 1-7 revision)$(grep -o -e -dirty revision), CUDA libraries: ${STRIDE_CUDA_LIB:-looked for}"
step=info most=40
if $smoke; then most=100; fi
gpu=true
if ! step_info; then
  gpu=false
  say 'Stride does not run here; what needs it is left out'
elif ! grep -q '"cuda":{"available":true' "$raw/info.json" 2>/dev/null; then
  gpu=false
  failures=$((failures + 1))
  say "no GPU: $(sed -n 's/.*"cuda":{"available":false,"reason":"\([^"]*\)".*/\1/p' "$raw/info.json"); what needs one is left out"
fi
while IFS='|' read -r step most what <&4; do
  if [ -n "$named" ] && ! grep -qw -e "$step" <<< "$named" || [ "$step" = info ]; then continue; fi
  if $gpu || [ "$step" = torch ]; then
    if $smoke && [ "$most" -lt 200 ]; then most=200; fi
    "step_$step"
  fi
done 4<<< "$catalogue"

# ---- summary ------------------------------------------------------------------------------------------------------

# the rate of a training, or nothing
rate() {
  sed -n 's/.*"env_steps_per_second_steady":\([0-9]*\).*/\1/p' "$raw/train-$1-$2x$3.json" 2>/dev/null
}

if [ -n "$(find "$raw" -maxdepth 1 -name 'train-*.json' -print -quit)" ]; then
  say
  say 'PPO end to end, env steps/s (median over the last half of a few iterations; - where there was no time)'
  say "$(printf '%-24s %12s %12s' 'environments x threads' cuda cpu)"
  for n in $environments; do
    for k in $threads; do
      cuda=$(rate cuda "$k" "$n") cpu=$(rate cpu "$k" "$n")
      say "$(printf '%-24s %12s %12s' "$n x $k" "${cuda:--}" "${cpu:--}")"
    done
  done
fi
say
if [ "$failures" -gt 0 ]; then
  say "$failures FAILED, $SECONDS s in all; results in $out"
  exit 1
fi
say "all steps passed that there was time for, $SECONDS s in all; results in $out"
