# Builds, tests and measures Stride. Every target does its own set-up on a fresh clone: `make help` lists them.
#
# What is fetched and compiled outside Maven lies in build/, Maven's output in target/. Maven, and the repositories
# and mirrors in the user's own settings, fetch the Java libraries; pip, and its settings, the two others.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
shim := build/native/libstride_mujoco.so
ale_shim := build/native/libstride_ale.so

.PHONY: help build install test test-kill test-long test-fuzz test-kernels test-nvrtc test-gpu portable-bundle bundle-dry-run bench bench-full compare \
  profile gpu-model \
  peers verify fmt check \
  readme clean cuda atari \
  tools fetch fetch-mujoco fetch-models fetch-nvrtc fetch-nvrtc13 fetch-cublas fetch-ale fetch-readers readers nvrtc13 \
  native emulation

# in the C locale a JVM finds no file whose name is not ASCII, such as a checkout in another language's folder
ifneq ($(filter C POSIX,$(or $(LC_ALL),$(LC_CTYPE),$(LANG),C)),)
unexport LC_ALL
export LC_CTYPE := C.UTF-8
endif

# ---- Maven --------------------------------------------------------------------------------------------------------

# added to every mvn command, by users: make test MVN_ARGS='-Dtest=GaeTest'
MVN_ARGS ?=

# keep JDK 25 from commenting on the libraries inside Maven 3.8, and Maven from ending in escape codes
mvn_opts := --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Djansi.noreset=true

# Maven says nothing but errors and what the compiler complained of; make test also wants to hear how the tests go
mvn_log := -q -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.compiler=warn
mvn_log_tests := -Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.surefire=info

# the formatter and Error Prone run inside Maven's JVM, so the machine's default java (often 17) will not do
mvn = JAVA_HOME=$$(tools/find-jdk.sh) || exit 2; export JAVA_HOME; \
  $(has_mvn) || exit 2; MAVEN_OPTS="$$MAVEN_OPTS $(mvn_opts)" mvn $(mvn_log) $(MVN_ARGS)

# ---- tools --------------------------------------------------------------------------------------------------------

comma := ,

# $(call lacks,TEXT) ends a check that failed
lacks = { echo "stride: $(1)" >&2; false; }
has_mvn = { command -v mvn >/dev/null || $(call lacks,no mvn: install Maven 3.8 or newer (package maven)); }
has_cc = { command -v $(firstword $(CC)) >/dev/null \
  || $(call lacks,no C compiler '$(CC)': install one (package gcc) or name yours by CC=); }
has_gxx = command -v g++ >/dev/null
has_pip = { python3 -m pip --version >/dev/null 2>&1 \
  || $(call lacks,no python3 with pip: install them (packages python3 and python3-pip) to fetch MuJoCo$(comma) its models and CUDA); }
has_cxx = { command -v $(firstword $(CXX)) >/dev/null \
  || $(call lacks,no C++ compiler '$(CXX)': install one (package g++) or name yours by CXX=); }
has_cmake = { command -v cmake >/dev/null || $(call lacks,no cmake: install it (package cmake) to compile the emulator of Atari games); }
has_zlib = { printf '\#include <zlib.h>\n' | $(CXX) -E -x c++ - >/dev/null 2>&1 \
  || $(call lacks,no zlib.h: install it (package zlib1g-dev) to compile the emulator of Atari games); }

# says all that is missing at once, before anything is fetched or compiled; asks only for what is still needed
tools:
	@ok=true; \
	tools/find-jdk.sh >/dev/null || ok=false; \
	[ -e target/.built ] || $(has_mvn) || ok=false; \
	[ -e $(shim) ] || $(has_cc) || ok=false; \
	for folder in gymnasium $(if $(MUJOCO_HOME),,mujoco); do \
	  [ -e build/fetched/$$folder/.requirement ] || $(has_pip) || { ok=false; break; }; done; \
	$$ok || exit 2

# ---- targets ------------------------------------------------------------------------------------------------------

help: ## this list
	@echo 'usage: make TARGET (the two to know: bench and test)'
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'
	@echo 'MUJOCO_HOME=DIR uses a MuJoCo 4.0.0 of your own; MVN_ARGS=... reaches every mvn command'

build: fetch native target/.built ## fetch the libraries, compile C and Java: all that ./stride needs

install: build ## the library for Maven projects of this user: jar, sources and Javadoc; examples/ shows its use
	@$(mvn) -Dmaven.test.skip=true install
	@sed -n 's|^  <version>\(.*\)</version>|stride: installed stride:stride:\1; examples/README.md says how to use it|p' pom.xml >&2

# mvn's status is kept over the closing line, which adds up the runs with full-width and with 256-bit vectors
test: build emulation fetch-nvrtc nvrtc13 readers ## all tests; MVN_ARGS='-Dtest=NAME' for some, '-Dstride.golden=DIR' for other golden files
	@rm -rf target/surefire-reports*
	@$(mvn) $(mvn_log_tests) test; status=$$?; $(closing_line); exit $$status

test-kill: build ## two tests at length: trainings, with a replay memory and without, that are killed fifty times end in the same bytes; KILLS=20
	@$(mvn) $(mvn_log_tests) -Dtest='*KillTest' -Dstride.kills=$(or $(KILLS),50) test

test-long: build ## the tests that train for many minutes: PPO with mistakes planted in it, on Hopper and HalfCheetah
	@$(mvn) $(mvn_log_tests) -Dgroups=long -DexcludedGroups= process-test-classes surefire:test@default-test

test-fuzz: build ## every reader on ten thousand damaged files; MVN_ARGS=-Dstride.fuzz.seed=N for those of an earlier run
	@$(mvn) $(mvn_log_tests) -Dgroups=fuzz -DexcludedGroups= process-test-classes surefire:test@default-test

test-nvrtc: build fetch-nvrtc fetch-nvrtc13 ## the CUDA kernels in all shapes for all cards, by NVIDIA's compilers of CUDA 12 and 13
	@$(mvn) $(mvn_log_tests) -Dgroups=nvrtc -DexcludedGroups= process-test-classes surefire:test@default-test

test-gpu: build cuda ## the tests that need an NVIDIA GPU; they fail where there is none
	@$(mvn) $(mvn_log_tests) -Dgroups=gpu -DexcludedGroups= -Dtests.gpu=required -Dtests.forks=1 \
	  -Dtests.cuda.driver= -Dtests.cuda.lib= process-test-classes surefire:test@default-test

portable-bundle: build ## all of it for a GPU machine without Java and internet, in one file: build/stride-bundle.tar.xz
	@tools/portable-bundle.sh --check
	@$(mvn) process-test-classes dependency:copy@bundle
	@tools/portable-bundle.sh build/stride-bundle.tar.xz

bundle-dry-run: portable-bundle emulation ## the bundle's whole run on the emulation, kernels skipped: what each step takes; ARGS='STEP...'
	@tools/bundle-dry-run.sh $(ARGS)

bench: build ## the main job, some five minutes: quick suites, steps-per-second profile, short training
	@./stride bench --quick --with-profile Hopper-v5 --with-training $(ARGS)

bench-full: build ## all JMH suites in full length, for hours; ARGS='--resume FOLDER' goes on with an interrupted run
	@./stride bench $(if $(filter --resume%,$(ARGS)),,--forks 5) $(ARGS)

compare: build ## two results folders: A=baseline B=bench-results/<run>; exit 1 if B is slower by more than 5 %
	@./stride compare $(or $(A),baseline) $(or $(B),$(error B= is missing: make compare B=bench-results/<run>)) $(ARGS)

profile: build ## env steps per second over environment counts; TASK=Hopper-v5, ARGS='--envs 1,8,64'
	@./stride profile $(or $(TASK),Hopper-v5) $(ARGS)

peers: build ## what others reach on this machine, beside Stride in one run; ARGS='--only env --envs 1,8,64,256' or --help
	@peers/run.sh $(ARGS)

verify: build ## the speed-ups of bench-results/ledger-plan.json that bench-results/ledger.json lacks for this code, then test-long; or ARGS=--estimate
	@./stride ledger $(ARGS)
	@[ -n "$(ARGS)" ] || $(MAKE) --no-print-directory test-long

cuda: fetch-nvrtc fetch-cublas ## fetch NVRTC and cuBLAS of CUDA 12.6, some 420 MB, for the GPU backend

atari: $(ale_shim) ## optional: fetch the Arcade Learning Environment, 11 MB, and compile it, for the task ALE/Pong-v5

fmt: ## format the Java sources, and the C ones if clang-format is there
	@$(mvn) spotless:apply
	@if command -v clang-format >/dev/null; then find native -name '*.[ch]' -o -name '*.cpp' -o -name '*.cu' -o -name '*.cuh' | xargs clang-format -i; fi

check: build ## formatting, warnings, documentation of the API, and that generated docs are up to date
	@$(mvn) -DskipTests verify
	@./stride readme --check

readme: build ## write the measured figures of README.md and docs/ anew
	@./stride readme

# git keeps a list of the worktrees that `stride bench --against` made
clean: ## remove what was built and fetched; results and runs stay
	@for tree in build/against/*/; do \
	  [ ! -d "$$tree" ] || git worktree remove --force "$$tree" 2>/dev/null || rm -rf "$$tree"; done
	rm -rf build target examples/target

# ---- Java ---------------------------------------------------------------------------------------------------------

# folders are listed too: theirs is the time that tells of a deleted file
java_sources := pom.xml $(wildcard .mvn/* native/cuda/*) $(shell find src/main src/jmh 2>/dev/null)

# stamped with the time the build began, so that an edit during it counts as newer;
# lib is filled afresh, for its wildcard takes whatever lies there
target/.built: $(java_sources) | tools
	@mkdir -p target && touch target/.started && rm -rf target/lib $@
	@$(mvn) -Dmaven.test.skip=true package
	@mv target/.started $@

# Surefire's closing line over all reports, kept for .ci/run
closing_line = cat target/surefire-reports*/TEST-*.xml 2>/dev/null | awk ' \
  function count(name) { return match($$0, " " name "=\"[0-9]+") ? substr($$0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 } \
  /<testsuite / { run += count("tests"); failed += count("failures"); errors += count("errors"); skipped += count("skipped") } \
  END { if (NR) printf "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n", run, failed, errors, skipped }' \
  | tee target/closing-line

# ---- fetched libraries --------------------------------------------------------------------------------------------

# the wheels are named in full, so that any Python can fetch them; they are unpacked, never imported
pip := PIP_USER=0 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check \
  --no-deps --no-compile --require-hashes --only-binary=:all: \
  --python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64

# $$new is a folder that goes when the recipe ends, however it does; what is complete is moved out of it
new_folder = mkdir -p build/fetched && new=$$(mktemp -d build/fetched/.new-XXXXXX) || exit 2; \
  trap 'rm -rf "$$new"' EXIT; trap 'exit 2' HUP INT TERM

# $(call fetched,REQUIREMENT,FOLDER,PART): build/fetched/FOLDER holds the part of the wheel that native/requirements.txt
# asks for; without PART it is called as the folder is. The folder gets its name when it is complete, with the line it
# was made from inside, so what an interrupted fetch leaves counts for nothing, and what is there needs no network. Each
# wheel is unpacked on its own: pip leaves out what another one has put into a folder of the same name.
fetched = @wanted=$$(grep '^$(1)==' native/requirements.txt) || exit 2; \
  if [ "$$(cat build/fetched/$(2)/.requirement 2>/dev/null)" != "$$wanted" ]; then \
    $(has_pip) || exit 2; \
    echo "stride: fetching $${wanted%% *}" >&2; \
    mkdir -p build/fetched/$(dir $(2)) || exit 2; \
    $(new_folder); \
    echo "$$wanted" > "$$new/wanted"; \
    $(pip) --target "$$new/site" --requirement "$$new/wanted" \
      || { echo "stride: pip could not fetch $${wanted%% *}: its reason is above" >&2; exit 2; }; \
    mv "$$new/wanted" "$$new/site/$(or $(3),$(2))/.requirement" || exit 2; \
    if [ -e build/fetched/$(2) ]; then mv -T build/fetched/$(2) "$$new/old"; fi; \
    mv -T "$$new/site/$(or $(3),$(2))" build/fetched/$(2); \
  fi

fetch: $(if $(MUJOCO_HOME),,fetch-mujoco) fetch-models

fetch-mujoco: | tools
	$(call fetched,mujoco-core,mujoco)

fetch-models: | tools
	$(call fetched,gymnasium,gymnasium)

fetch-nvrtc: | tools ## fetch NVRTC of CUDA 12 alone, 24 MB: the tests compile the kernels for real GPUs
	$(call fetched,nvidia-cuda-nvrtc-cu12,cuda/nvrtc,nvidia/cuda_nvrtc)

# lies apart from build/fetched/cuda, which runs look into: CUDA 13 is of use to them only with a cuBLAS of its own
fetch-nvrtc13: | tools ## fetch NVRTC of CUDA 13, 90 MB: the tests compile the kernels by it too
	$(call fetched,nvidia-cuda-nvrtc,cuda13/nvrtc,nvidia/cu13)

nvrtc13:
	@$(MAKE) -s --no-print-directory fetch-nvrtc13 \
	  || echo "stride: the tests of CUDA 13's compiler will be skipped, for that reason" >&2

fetch-cublas: | tools
	$(call fetched,nvidia-cublas-cu12,cuda/cublas,nvidia/cublas)

# The emulator comes as source. pip asks whoever builds a package for its name before it hands over an archive; the file in
# tools/sdist answers instead of that builder, with which pip would fetch a hundred times as much.
fetch-ale:
	@wanted=$$(grep '^ale-py==' native/requirements.txt) || exit 2; \
	if [ "$$(cat build/fetched/ale/.requirement 2>/dev/null)" != "$$wanted" ]; then \
	  $(has_pip) || exit 2; \
	  echo "stride: fetching $${wanted%% *}" >&2; \
	  $(new_folder); \
	  mkdir "$$new/ale" && echo "$$wanted" > "$$new/ale/.requirement" || exit 2; \
	  PYTHONPATH="$$PWD/tools/sdist" python3 -m pip download --quiet --disable-pip-version-check --no-deps \
	    --require-hashes --no-binary=ale-py --no-build-isolation --ignore-requires-python \
	    --dest "$$new" --requirement "$$new/ale/.requirement" \
	    || { echo "stride: pip could not fetch $${wanted%% *}: its reason is above" >&2; exit 2; }; \
	  tar -xzf "$$new"/*.tar.gz --strip-components=1 -C "$$new/ale" || exit 2; \
	  rm -rf build/fetched/ale && mv -T "$$new/ale" build/fetched/ale; \
	fi

# The tests read Stride's files with what others read them with, in the Python that is here. Where that cannot be fetched
# those tests skip.
readers_requirements := src/test/python/requirements.txt
readers_of = $$(python3 -V) $$(cksum < $(readers_requirements))

readers:
	@$(MAKE) -s --no-print-directory fetch-readers \
	  || echo "stride: the tests of files read by Python will be skipped, for that reason" >&2

fetch-readers: | tools ## fetch ONNX Runtime, TensorBoard and NumPy, 48 MB: the tests read exported files with them
	@$(has_pip) || exit 2; \
	if [ "$$(cat build/fetched/readers/.complete 2>/dev/null)" != "$(readers_of)" ]; then \
	  echo "stride: fetching onnxruntime, safetensors, tensorboard and what they need" >&2; \
	  $(new_folder); \
	  PIP_USER=0 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps \
	    --require-hashes --only-binary=:all: --target "$$new/site" --requirement $(readers_requirements) \
	    || { echo "stride: pip could not fetch $(readers_requirements): its reason is above" >&2; exit 2; }; \
	  echo "$(readers_of)" > "$$new/site/.complete" || exit 2; \
	  rm -rf build/fetched/readers && mv -T "$$new/site" build/fetched/readers; \
	fi

# ---- the C shim ---------------------------------------------------------------------------------------------------

CFLAGS ?= -O2
# no array on the stack has a size that a model or a caller chooses
c_warnings := -Wall -Wextra -Wvla -Werror
mujoco := $(or $(MUJOCO_HOME),build/fetched/mujoco)

native: $(shim)

# the compiler lists the headers it read, MuJoCo's included, in the .d file; no rpath: Java loads libmujoco first
$(shim): native/stride_mujoco.c build/native/mujoco
	@$(has_cc) || exit 2
	@$(CC) -std=c11 $(CFLAGS) $(c_warnings) -fPIC -fvisibility=hidden -pthread -shared -Wl,-z,defs \
	  -I build/native/include -MMD -MP -MF build/native/stride_mujoco.d -o $@ $< \
	  "$$(cat build/native/mujoco)" -lm

# names the libmujoco to link with, and is touched only when that is another one; headers are found as <mujoco/...>
# whether or not their folder is called so
build/native/mujoco: fetch
	@home=$$(realpath -e "$(mujoco)" 2>/dev/null) || home="$(mujoco)"; \
	library=; for place in "$$home" "$$home/lib"; do \
	  if [ -z "$$library" ] && [ -f "$$place/libmujoco.so.4.0.0" ]; then library=$$place/libmujoco.so.4.0.0; fi; done; \
	headers=; for place in "$$home/include/mujoco" "$$home/include"; do \
	  if [ -z "$$headers" ] && [ -f "$$place/mujoco.h" ]; then headers=$$place; fi; done; \
	if [ -z "$$library" ] || [ -z "$$headers" ]; then \
	  echo "stride: $(if $(MUJOCO_HOME),MUJOCO_HOME=)$(mujoco) is no MuJoCo 4.0.0: it needs libmujoco.so.4.0.0 (there or in lib/) and include/mujoco/mujoco.h" >&2; exit 2; fi; \
	mkdir -p build/native/include && ln -sfn "$$headers" build/native/include/mujoco; \
	[ "$$(cat $@ 2>/dev/null)" = "$$library" ] || echo "$$library" > $@

-include $(wildcard build/native/stride_mujoco.d)

# ---- the emulator of Atari games ----------------------------------------------------------------------------------

# The ALE is under the GPL, so that nothing of it is in the repository, the jar or a bundle. It is built without Python,
# SDL and OpenCV. RelWithDebInfo is the build without link-time optimisation, which takes minutes and wins nothing here.
ale := build/ale
ale_library := $(ale)/cmake/src/ale/libale.a
CXXFLAGS ?= -O2

# says all that is missing at once, before anything is fetched or compiled
$(ale)/tools:
	@ok=true; \
	[ -e build/fetched/ale/.requirement ] || $(has_pip) || ok=false; \
	$(has_cmake) || ok=false; \
	if $(has_cxx); then $(has_zlib) || ok=false; else ok=false; fi; \
	$$ok || exit 2; \
	mkdir -p $(ale) && touch $@

# what was fetched; touched only when that is something else
$(ale)/source: native/requirements.txt | $(ale)/tools
	@$(MAKE) -s --no-print-directory fetch-ale
	@cmp -s build/fetched/ale/.requirement $@ || cp build/fetched/ale/.requirement $@

# the folder is new each time, because CMake refuses one that was copied from elsewhere; the stamp says that it is whole
$(ale)/built: $(ale)/source
	@echo 'stride: compiling the Arcade Learning Environment, which takes some minutes' >&2
	@rm -rf $(ale)/cmake
	@env -u VCPKG_ROOT -u VCPKG_INSTALLATION_ROOT cmake -S build/fetched/ale -B $(ale)/cmake \
	  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_FLAGS_RELWITHDEBINFO='-O2 -DNDEBUG' \
	  -DCMAKE_CXX_COMPILER='$(firstword $(CXX))' -DBUILD_PYTHON_LIB=OFF -DBUILD_SHARED_LIBS=OFF > $(ale)/log 2>&1 \
	  && cmake --build $(ale)/cmake --target ale-lib --parallel $$(nproc) >> $(ale)/log 2>&1 \
	  || { tail -n 20 $(ale)/log >&2; echo 'stride: the emulator does not compile: $(ale)/log says why' >&2; exit 2; }
	@touch $@

# only the C face is seen from outside; the library gets its name when it is whole
$(ale_shim): native/stride_ale.cpp $(ale)/built
	@mkdir -p build/native
	@$(CXX) -std=c++17 $(CXXFLAGS) $(c_warnings) -fPIC -fvisibility=hidden -pthread -shared -Wl,-z,defs \
	  -Wl,--exclude-libs,ALL -isystem build/fetched/ale/src -isystem $(ale)/cmake/src/ale -o $@.new $< $(ale_library) -lz
	@mv $@.new $@

# ---- the emulation of CUDA ----------------------------------------------------------------------------------------

# stands in for a GPU in the tests: see native/cuda/emulation. Without g++ those tests skip, and say so.
emulation_sources := native/cuda/emulation
emulation := build/emulation
emulation_headers := $(wildcard $(emulation_sources)/cudaemu*.h)
doubles := $(addprefix $(emulation)/,libcuda.so.1 libnvrtc.so.12 libcublas.so.12 cuda13/libnvrtc.so.13 cuda13/libcublas.so.13)
emulation_cc = $(CC) -std=c11 $(CFLAGS) -O3 $(c_warnings) -fPIC -fvisibility=hidden -pthread -shared

emulation: ## the doubles of CUDA's libraries that the tests run on, where there is g++
	@if $(has_gxx); then $(MAKE) -s --no-print-directory $(doubles); \
	else echo "stride: no g++: the tests of the GPU backend will be skipped (package g++)" >&2; fi

$(emulation)/libcuda.so.1: $(wildcard $(emulation_sources)/fake_driver.h $(emulation_sources)/fake_*.c)
	@$(has_cc) || exit 2
	@mkdir -p $(@D)
	@$(emulation_cc) -Wl,-soname,$(@F) -o $@ \
	  $(addprefix $(emulation_sources)/fake_,driver.c memory.c streams.c modules.c) -ldl

# JCuda asks for these by a version of their symbols that is called as the library. The fake NVRTC compiles with the
# headers beside it; that it is newer than they tells the cache of compiled kernels that they have changed.
$(filter-out $(emulation)/libcuda%,$(doubles)): \
  $(emulation_sources)/fake_nvrtc.c $(emulation_sources)/fake_cublas.c $(emulation_headers)
	@$(has_cc) || exit 2
	@mkdir -p $(@D)
	@cp $(emulation_headers) $(@D)
	@# parsed once, with the options that the fake NVRTC compiles with; g++ leaves it aside should they differ
	@if $(has_gxx); then g++ -std=c++17 -O2 -march=x86-64-v3 -ffp-contract=off -w -fPIC -pthread -x c++-header \
	  -o $(@D)/cudaemu.h.gch $(@D)/cudaemu.h; fi
	@name=$(firstword $(subst ., ,$(patsubst lib%,%,$(@F)))); \
	echo "$(@F) { global: $$name*; local: *; };" > $@.map; \
	$(emulation_cc) -Wl,-soname,$(@F) -Wl,--version-script=$@.map -o $@ \
	  $(emulation_sources)/fake_$$name.c -ldl

# ---- tests of the CUDA kernels on the CPU -------------------------------------------------------------------------

# one program for the emulation, one for each number of rows that a block of Hopper's update may take, and two for each
# shape of networks that native/cuda/emulation/test/shape.cuh knows
kernel_chunks := 8 16 32
kernel_shapes := HOPPER CARTPOLE STATE_STD ONE_LAYER LINEAR HOPPER_TF32X3 UNEVEN_TF32X3
kernel_tests := build/native/test_emulation $(kernel_chunks:%=build/native/test_schedulers-%) \
  $(foreach shape,$(kernel_shapes),build/native/test_kernels-$(shape) build/native/test_policy-$(shape))
kernel_sources := $(shell find native/cuda -name '*.h' -o -name '*.cu' -o -name '*.cuh')

# listed here, where the names of its programs are known
test-kernels: $(kernel_tests) ## the CUDA kernels' arithmetic, on the CPU: needs g++ alone
	@status=0; for test in $(kernel_tests); do $$test || status=1; done; exit $$status

# warnings are off where GPU code is compiled for the CPU: pragmas and attributes of it mean nothing here
emulated = $(CXX) -std=c++17 -O2 $(if $(filter x86_64,$(shell uname -m)),-march=x86-64-v3) -ffp-contract=off -w \
  -include native/cuda/emulation/cudaemu.h -I native/cuda/emulation/test -pthread -o $@ $<

build/native/test_emulation: native/cuda/emulation/test/test_emulation.cpp $(kernel_sources)
	@$(has_cxx) || exit 2
	@mkdir -p build/native && $(emulated)

$(kernel_shapes:%=build/native/test_kernels-%): build/native/test_kernels-%: native/cuda/emulation/test/test_kernels.cpp $(kernel_sources)
	@$(has_cxx) || exit 2
	@mkdir -p build/native && $(emulated) -DTEST_SHAPE=$*

$(kernel_shapes:%=build/native/test_policy-%): build/native/test_policy-%: native/cuda/emulation/test/test_policy.cpp $(kernel_sources)
	@$(has_cxx) || exit 2
	@mkdir -p build/native && $(emulated) -DTEST_SHAPE=$*

# these count what the kernels do
tallied = $(emulated) -DEMU_TALLY -DTEST_SHAPE=HOPPER_UPDATE

$(kernel_chunks:%=build/native/test_schedulers-%): build/native/test_schedulers-%: native/cuda/emulation/test/test_schedulers.cpp $(kernel_sources)
	@$(has_cxx) || exit 2
	@mkdir -p build/native && $(tallied) -DTEST_CHUNK_ROWS=$* -DTEST_CLUSTER_CHUNKS=1

# for each number of chunks that a block may take
gpu_models := build/native/gpu_model-1 build/native/gpu_model-2
$(gpu_models): build/native/gpu_model-%: native/cuda/emulation/test/gpu_model.cpp $(kernel_sources)
	@$(has_cxx) || exit 2
	@mkdir -p build/native && $(tallied) -DTEST_CHUNK_ROWS=8 -DTEST_CLUSTER_CHUNKS=$*

gpu-model: $(gpu_models) ## how long a minibatch should take on a GPU: what the kernels do is counted, latencies are assumed
	@for model in $(gpu_models); do $$model; done
