#!/bin/bash
# Runs the whole bundle at full size on the emulation of CUDA, without executing kernels, and prints what each step takes:
# whether all fits into the time that there is on a machine with a GPU. Half a minute of building comes before it.
# usage: make bundle-dry-run [ARGS='STEP...'], after which build/bundle-dry-run holds the results
#
# As on such a machine are: starts of JVMs, rollouts, warm-ups and iterations of JMH, everything the host does for an
# update, and copies. Modelled are
#   kernels        5 us each, so proofs and tests of their numbers fail, as they must; the failures are printed
#   NVRTC          g++, which is no measure of it: its seconds are shown apart
#   PyTorch        100 s of waiting (TORCH_SECONDS), of the step's 150
#   the profilers  absent: compute-sanitizer and ncu
# Steps that compile or test in parallel have this machine's cores.
set -eu

root=$(dirname "$(dirname "$(readlink -f "$0")")")
emulation=$root/build/emulation
out=$root/build/bundle-dry-run
for built in "$root/build/stride-bundle.tar.xz" "$emulation/libcuda.so.1"; do
  [ -e "$built" ] || { echo "stride: no $built: run make bundle-dry-run" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
tar -C "$work" -xf "$root/build/stride-bundle.tar.xz"

mkdir "$work/bin" "$work/home"
gxx=$(command -v g++) || { echo "stride: no g++ for the emulation (package g++)" >&2; exit 2; }
cat > "$work/bin/g++" <<SCRIPT
#!/bin/bash
start=\$EPOCHREALTIME
"$gxx" "\$@"
status=\$?
echo "\$start \$EPOCHREALTIME" >> "$work/compilations"
exit \$status
SCRIPT
cat > "$work/bin/python3" <<SCRIPT
#!/bin/sh
case "\$*" in *torch_update.py*) sleep ${TORCH_SECONDS:-100}; echo '{"way": "modelled"}' ;; *nvidia*) exit 1 ;; esac
SCRIPT
chmod +x "$work"/bin/*
touch "$work/compilations"

set +e
env -i PATH="$work/bin:/usr/bin:/bin" HOME="$work/home" TMPDIR="$work" LC_ALL=C.UTF-8 OUT="$out" \
  LD_LIBRARY_PATH="$emulation" STRIDE_CUDA_LIB="$emulation" ${STRIDE_BUNDLE_SECONDS:+STRIDE_BUNDLE_SECONDS=$STRIDE_BUNDLE_SECONDS} \
  CUDAEMU_SKIP_KERNELS=1 CUDAEMU_MULTIPROCESSORS=132 "$work/bundle/run.sh" "$@"
status=$?
set -e

# seconds of a step in which a compiler ran: the intervals' union, within the step's
tar -xzOf "$out/raw.tar.gz" raw/steps.tsv > "$work/steps.tsv"
printf '\n%-10s %-44s %9s %9s\n' step '' seconds compiling
sort -n "$work/compilations" | awk -F '\t' '
  function compiling(from, to,   k, a, b, end, sum) {
    end = from; sum = 0
    for (k = 1; k <= n; k++) {
      a = start[k] > end ? start[k] : end; b = stop[k] < to ? stop[k] : to
      if (b > a) { sum += b - a; end = b }
    }
    return sum
  }
  NR == FNR { split($0, pair, " "); start[++n] = pair[1]; stop[n] = pair[2]; next }
  { spent = compiling($5 - $4, $5); seconds += $4; all += spent
    printf "%-10s %-44s %9d %9.0f   %s\n", $1, $2, $4, spent, $3 }
  END { printf "%-55s %9d %9.0f\n", "in all", seconds, all }' - "$work/steps.tsv"
echo "run.sh ended with $status; results in $out"
