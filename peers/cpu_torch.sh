#!/bin/sh
# Lets PyTorch's usual wheel for Linux, which is built for CUDA, run without CUDA's libraries, 2 GB to fetch: puts a
# small one in their place, whose functions all answer "no device".
# usage: peers/cpu_torch.sh .../site-packages/torch/lib
set -eu

cd "$1"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# All names that the libraries here want from CUDA's, with their versions. They are bound when PyTorch is loaded, so all
# must be there; 100 is cudaErrorNoDevice. libcuda is the driver's, and PyTorch asks for that itself.
nm -D --undefined-only --with-symbol-versions ./*.so | awk -v code="$scratch/none.c" -v map="$scratch/none.map" '
  $1 != "U" { next }
  { split($2, part, "@"); name = part[1]; version = part[2] }
  (version ~ /^lib(cu|nv)/ || version == "NVSHMEM" || name ~ /^(nccl|cuFile|cusparseLt)/) && !seen[name]++ {
    print "long " name "(void) { return 100; }" > code
    if (version != "") names[version] = names[version] name ";"
  }
  END { for (version in names) print version " { " names[version] " };" > map }'
"${CC:-cc}" -w -fno-builtin -shared -o libno_cuda.so "$scratch/none.c" "-Wl,--version-script=$scratch/none.map"

readelf -dW ./*.so | sed -n 's/.*(NEEDED).*\[\(lib\(cu\|nv\|nccl\).*\)\]/\1/p' | sort -u | grep -v '^libcuda\.' \
  | while read -r library; do ln -sf libno_cuda.so "$library"; done
