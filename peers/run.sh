#!/bin/sh
# Measures Gymnasium, EnvPool, PyTorch, Stable-Baselines3 and SBX beside Stride: fetches them into build/peers, once,
# then runs side_by_side.py.
# usage: peers/run.sh [--only env|train|values|actor-critics] [--out DIR] [--help for the others]; PYTHON=python3.12
# names another Python.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 2
home=${here%/*}/build/peers
python=${PYTHON:-python3}
pythons="CPython 3.11, 3.12, 3.13 or 3.14"

die() {
  echo "stride: $*" >&2
  exit 2
}

# ---- the Python to build on ---------------------------------------------------------------------------------------

command -v "$python" >/dev/null || die "no $python: install $pythons (packages python3 and python3-venv)"
version=$("$python" -I -c 'import platform as p; print(p.python_implementation(), p.python_version())') \
  || die "$python does not run: its reason is above"
[ "$(uname -sm)" = "Linux x86_64" ] || die "the peers' packages are for Linux x86_64, this is $(uname -sm)"

# EnvPool's newest differs by Python, and with it what is fetched, what stays, and the most that it takes meanwhile
case $version in
  "CPython 3.11."*) other='>= "3.12"' env_sizes="366 MB to fetch, 1.1 GB under build/peers (1.4 GB meanwhile)" ;;
  "CPython 3.1"[234].*) other='< "3.12"' env_sizes="471 MB to fetch, 1.2 GB under build/peers (1.6 GB meanwhile)" ;;
  *) die "peers need $pythons, $python is $version: name one, as in PYTHON=python3.12 make peers" ;;
esac
train_sizes="550 MB to fetch, 1.4 GB more under build/peers (1.9 GB meanwhile)"
values_sizes="136 MB to fetch, 640 MB more under build/peers (780 MB meanwhile)"

# -Es as -I, but with the folder of the scripts on the path
case " $* " in *" -h "* | *" --help "*) exec "$python" -Es "$here/side_by_side.py" --help ;; esac
parts=$("$python" -Es "$here/side_by_side.py" --check "$@") || exit 2

# ---- the packages -------------------------------------------------------------------------------------------------

# Prints why pip failed, in one line, from what it said.
reason() {
  if grep -qiE 'connection broken|timed out|NewConnectionError|NameResolutionError|ConnectTimeout' "$home/pip.log"; then
    echo "pip does not reach its package index; is there a network?"
  else
    grep '^ERROR:' "$home/pip.log" | tail -n 1
  fi
}

# Whether a stamp says that all of a requirements file is there. Stamps are written last, so what an interrupted fetch
# leaves counts for nothing.
complete() {
  [ "$(cat "$home/complete-$1" 2>/dev/null)" = "$version $(cksum < "$here/$1")" ]
}

stamp() {
  echo "$version $(cksum < "$here/$1")" > "$home/complete-$1"
}

# Installs a requirements file: fetch FILE 'PATTERN OF THE NAMES TO SAY' SIZES WHY. pip keeps no cache: a copy of all
# this in the user's home would be one too many.
fetch() {
  pins=$(grep == "$here/$1" | grep -v "$other" | sed 's/[ ;\\].*//')
  named=$(echo "$pins" | grep -E "^($2)==" | paste -sd' ')
  echo "stride: fetching $named and what they need: $(echo "$pins" | wc -l) packages, $3, $4" >&2
  echo "stride: with $version and $("$home/venv/bin/python" -I -m pip --version | cut -d' ' -f1,2)" >&2
  rm -rf "$home/tmp" && mkdir "$home/tmp" || exit 2

  # pip's progress goes to a terminal only, its complaints to the log
  if [ -t 2 ]; then exec 3>&2; else exec 3>>"$home/pip.log"; fi
  PIP_USER=0 PIP_ROOT_USER_ACTION=ignore TMPDIR=$home/tmp "$home/venv/bin/python" -I -m pip install \
    --disable-pip-version-check --no-input --no-deps --require-hashes --only-binary :all: \
    --no-cache-dir --requirement "$here/$1" >&3 2>>"$home/pip.log" \
    || die "$(reason) (all of it is in $home/pip.log)"
  exec 3>&-
  rm -rf "$home/tmp"
}

if ! complete requirements.txt || ! "$home/venv/bin/python" -I -c '' 2>/dev/null; then
  "$python" -I -c 'import ensurepip, venv' 2>/dev/null \
    || die "$python has no venv module: install it (package python3-venv), or name a Python: PYTHON=python3.12"
  mkdir -p "$home" && rm -rf "$home"/complete* "$home/venv" || exit 2
  "$python" -I -m venv "$home/venv" > "$home/pip.log" 2>&1 \
    || die "$python -m venv failed: $(tail -n 1 "$home/pip.log") (all of it is in $home/pip.log)"
  fetch requirements.txt "gymnasium|mujoco|envpool" "$env_sizes" "mostly for EnvPool's models"
  stamp requirements.txt
fi

case $parts in
  *train* | *values* | *actor-critics*)
    if ! complete requirements-train.txt; then
      fetch requirements-train.txt "torch|stable-baselines3" "$train_sizes" "half of it CUDA code that is not used"
      sh "$here/cpu_torch.sh" "$home"/venv/lib/python3.*/site-packages/torch/lib 2>>"$home/pip.log" \
        && "$home/venv/bin/python" -I -c 'import torch; assert not torch.cuda.is_available()' 2>>"$home/pip.log" \
        || die "PyTorch does not start: $(tail -n 1 "$home/pip.log"); make peers ARGS='--only env' does without it"
      stamp requirements-train.txt
    fi
    ;;
esac

case $parts in
  *values* | *actor-critics*)
    if ! complete requirements-values.txt; then
      # in a process of its own: the others are measured without SBX, and peers.json says that it was left out
      if (fetch requirements-values.txt "sbx-rl|jax" "$values_sizes" "mostly for JAX"); then
        stamp requirements-values.txt
      else
        echo "stride: SBX is left out" >&2
      fi
    fi
    ;;
esac

# ---- the measurement ----------------------------------------------------------------------------------------------

exec "$home/venv/bin/python" -Es "$here/side_by_side.py" "$@"
