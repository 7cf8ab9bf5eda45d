#!/bin/sh
# Packs all that a GPU machine without Java and without internet needs into one file: a Java runtime, Stride, its
# libraries, MuJoCo, the tasks' models, the GPU's tests and benchmarks. There, run.sh does them all.
# usage: tools/portable-bundle.sh [OUT.tar.xz], after make portable-bundle has compiled the tests;
#        tools/portable-bundle.sh --check says what is missing. The unpacked bundle stays in build/bundle.
set -eu

most_bytes=25000000
root=$(dirname "$(dirname "$(readlink -f "$0")")")
folder=$root/build/bundle

die() {
  echo "stride: $*" >&2
  exit 2
}

missing=
for tool in strip xz python3 tar; do
  command -v "$tool" >/dev/null || missing="$missing $tool"
done
[ -z "$missing" ] || die "the bundle needs$missing: install them (packages binutils, xz-utils, python3, tar)"
java_home=$("$root/tools/find-jdk.sh")
[ "${1:-}" != --check ] || exit 0

out=$(readlink -m "${1:-$root/build/stride-bundle.tar.xz}")
jars=$root/target/bundle-lib # of the tests
for built in "$root/target/.built" "$root/target/test-classes/stride" "$jars"; do
  [ -e "$built" ] || die "no $built: run make portable-bundle"
done

rm -rf "$folder"
mkdir -p "$folder/lib/natives/lib" "$folder/tests" "$folder/build/native" "$folder/build/fetched/mujoco" \
  "$folder/build/fetched/gymnasium/envs/mujoco/assets" "$folder/peers"

# ---- the Java runtime ---------------------------------------------------------------------------------------------

# java.xml writes the tests' reports, java.logging is JCuda's, the others are JMH's and Stride's own;
# not compressed: xz does that better over all
"$java_home/bin/jlink" --strip-debug --no-man-pages --no-header-files --compress zip-0 --output "$folder/jre" --add-modules \
  java.base,java.logging,java.management,java.xml,jdk.incubator.vector,jdk.management,jdk.unsupported
find "$folder/jre" -name '*.so' -exec strip --strip-unneeded {} +

# ---- libraries ----------------------------------------------------------------------------------------------------

# Jars are stored, not deflated, again for xz. Of JCuda's native code three files are needed; they lie in a folder of
# the class path, as they lay in their jars.
python3 - "$root" "$folder" <<'PYTHON'
import pathlib, sys, zipfile

root, folder = map(pathlib.Path, sys.argv[1:])
NATIVES = ("libJCudaDriver", "libJNvrtc", "libJCublas2")
STAMP = (2026, 1, 1, 0, 0, 0)


def write(jar, entries):
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_STORED) as target:
        for name, data in entries:
            target.writestr(zipfile.ZipInfo(name, STAMP), data)


def entries_of(classes):
    return [(str(file.relative_to(classes)), file.read_bytes()) for file in sorted(classes.rglob("*")) if file.is_file()]


for jars, to in (("target/lib", "lib"), ("target/bundle-lib", "tests")):
    for jar in sorted((root / jars).glob("*.jar")):
        if jar.name.startswith("chart.js-"):
            continue  # for reports, which are written where the results are brought
        with zipfile.ZipFile(jar) as source:
            names = [name for name in source.namelist() if not name.endswith("/")]
            if "-natives-" in jar.name:
                for name in names:
                    if name.split("/")[-1].split("-")[0] in NATIVES:
                        (folder / "lib/natives" / name).write_bytes(source.read(name))
            else:
                write(folder / to / jar.name, [(name, source.read(name)) for name in names])
for classes, to in (("classes", "lib/stride.jar"), ("jmh-classes", "lib/stride-bench.jar")):
    write(folder / to, entries_of(root / "target" / classes))
PYTHON
[ "$(find "$folder/lib/natives/lib" -name '*.so' | wc -l)" = 3 ] || die "JCuda's native code is not as expected in target/lib"

cp -r "$root/target/test-classes" "$folder/tests/classes" # a folder: to look for tests in a jar takes another module
rm -rf "$folder"/tests/classes/golden/*.jsonl.gz "$folder"/tests/classes/golden/values.json.gz

# ---- MuJoCo, models, scripts --------------------------------------------------------------------------------------

cp "$(cat "$root/build/native/mujoco")" "$folder/build/fetched/mujoco/"
cp "$root/build/native/libstride_mujoco.so" "$folder/build/native/" # it has no path of this machine in it
find "$folder/lib" "$folder/build" -name '*.so*' -exec strip --strip-unneeded {} +
for model in hopper walker2d_v5 walker2d half_cheetah inverted_pendulum; do
  file=$root/build/fetched/gymnasium/envs/mujoco/assets/$model.xml
  if [ -e "$file" ]; then cp "$file" "$folder/build/fetched/gymnasium/envs/mujoco/assets/"; fi
done
cp "$root/peers/torch_update.py" "$root/peers/torch_ppo.py" "$root/peers/ppo_program.py" "$folder/peers/"
cp "$root/jvm.args" "$root/LICENSE" "$root/tools/bundle/run.sh" "$root/tools/bundle/stride" "$folder/"
chmod +x "$folder/run.sh" "$folder/stride"

# which version it is: there is no git in a bundle; a copy within another repository has no commit of its own
commit=unknown
if [ "$(git -C "$root" rev-parse --show-toplevel 2>/dev/null)" = "$(readlink -f "$root")" ]; then
  commit=$(git -C "$root" rev-parse --verify HEAD 2>/dev/null || echo unknown)
  [ -z "$(git -C "$root" status --porcelain --untracked-files=no 2>/dev/null)" ] || commit=$commit-dirty
fi
echo "$commit" > "$folder/revision"

# ---- one file -----------------------------------------------------------------------------------------------------

mkdir -p "$(dirname "$out")"
tar -C "$root/build" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$out.tar" bundle
xz -6 -T1 -c "$out.tar" > "$out.part"
rm "$out.tar"
mv "$out.part" "$out"
bytes=$(wc -c < "$out")
echo "$out: $bytes bytes, unpacked $(du -sb "$folder" | cut -f1)"
[ "$bytes" -le "$most_bytes" ] || { echo "stride: the bundle is larger than $most_bytes bytes" >&2; exit 1; }
