// Tests the emulation itself: what the kernels' tests rely on, and that it finds the faults it is
// there to find.

#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "../../grid_barrier.cuh"

static int failures = 0;

static void check(bool holds, const std::string& what) {
  if (!holds) {
    std::printf("FAILED: %s\n", what.c_str());
    failures++;
  }
}

template <class... A>
static void launch(void (*kernel)(A...), int grid, int threads, int shared, bool cooperative,
                   A... arguments) {
  void* pointers[] = {&arguments...};
  emu::launch(kernel, dim3(grid), dim3(threads), shared, pointers, cooperative);
}

//---------------------------------- what must work ------------------------------------------------

// reverses a block's elements through shared memory, and adds up lanes in two ways
static void reverse_and_sum(const int* x, int* reversed, int* sums) {
  DYN_SHARED(int, shared);
  const int i = threadIdx.x, n = blockDim.x;
  shared[i] = x[i];
  __syncthreads();
  reversed[i] = shared[n - 1 - i];
  int sum = x[i];
  for (int mask = 16; mask > 0; mask /= 2) sum += __shfl_xor_sync(~0u, sum, mask);
  int above = x[i];
  for (int delta = 16; delta > 0; delta /= 2) above += __shfl_down_sync(~0u, above, delta);
  sums[i] = sum == __shfl_sync(~0u, above, 0) ? sum : -1;
  check(__ballot_sync(~0u, i % 2) == 0xAAAAAAAAu, "ballot");
  check(__syncthreads_count(i < 40) == 40 && __syncthreads_or(i == 70) && !__syncthreads_or(0),
        "votes");
}

// two halves go through different numbers of named barriers; a thread that has left is not waited
// for
static void halves(int* order) {
  const int half = threadIdx.x / 64;
  for (int i = 0; i < 3 + half; i++) sync_threads(1 + half, 64);
  if (threadIdx.x == 5) return;
  __syncthreads();
  if (threadIdx.x == 0) *order = 7;
}

// what each block finds of the others' numbers behind meetings
template <class Meet>
static void count_rounds(int* numbers, int* seen, Meet meet) {
  for (int round = 1; round <= 3; round++) {
    if (threadIdx.x == 40) numbers[blockIdx.x] = round;
    meet();
    for (unsigned b = 0; threadIdx.x == 3 && b < gridDim.x; b++) seen[blockIdx.x] += numbers[b];
    meet();
  }
}

static void all_blocks_meet(unsigned* words, int* numbers, int* seen) {
  GridBarrier barrier(words);
  count_rounds(numbers, seen, [&] {
    barrier.come();
    barrier.wait();
  });
}

static void cluster_meets(int* numbers, int* seen) { count_rounds(numbers, seen, [] {
    come_to_cluster();
    wait_for_cluster();
  }); }

// d = a b + c, by fragments as the device's manual lays them out; a [16, 8], b [8, 8], c, d [16, 8]
static void multiply_matrices(const float* a, const float* b, const float* c, float* d) {
  const int g = threadIdx.x / 4, t = threadIdx.x % 4;
  const float left[4] = {a[g * 8 + t], a[(g + 8) * 8 + t], a[g * 8 + t + 4],
                         a[(g + 8) * 8 + t + 4]};
  const float right[2] = {b[t * 8 + g], b[(t + 4) * 8 + g]};
  float sum[4];
  for (int i = 0; i < 4; i++) sum[i] = c[(g + i / 2 * 8) * 8 + 2 * t + i % 2];
  multiply_tf32(sum, left, right, sum);
  for (int i = 0; i < 4; i++) d[(g + i / 2 * 8) * 8 + 2 * t + i % 2] = sum[i];
}

static void test_tensor_cores() {
  std::vector<float> a(16 * 8), b(8 * 8), c(16 * 8), d(16 * 8);
  for (int i = 0; i < 16 * 8; i++) a[i] = std::sin(0.7f * i), c[i] = std::cos(0.3f * i);
  for (int i = 0; i < 8 * 8; i++) b[i] = std::sin(1.1f * i + 2);
  launch(multiply_matrices, 1, 32, 0, false, static_cast<const float*>(a.data()),
         static_cast<const float*>(b.data()), static_cast<const float*>(c.data()), d.data());
  const auto cut = [](float x) {
    return static_cast<double>(__uint_as_float(__float_as_uint(x) & 0xFFFFE000u));
  };
  for (int i = 0; i < 16 * 8; i++) {
    double sum = c[i];
    for (int k = 0; k < 8; k++) sum += cut(a[i / 8 * 8 + k]) * cut(b[k * 8 + i % 8]);
    check(std::abs(d[i]) <= std::abs(sum) && std::abs(d[i] - sum) < std::ldexp(std::abs(sum), -23),
          "product of matrices, element " + std::to_string(i));
  }
  const float one = 1, unit = std::ldexp(1.0f, -10);
  check(round_tf32(one + 0.49f * unit) == one && round_tf32(-one - 0.51f * unit) == -one - unit &&
            round_tf32(2 - 0.1f * unit) == 2 && round_tf32(INFINITY) == INFINITY,
        "rounding to TF32");
}

static void test_what_works() {
  std::vector<int> x(96), reversed(96), sums(96);
  for (int i = 0; i < 96; i++) x[i] = i * i;
  for (const char* order : {"0", "1", "2", "9"}) {
    setenv("EMU_ORDER", order, 1);
    launch(reverse_and_sum, 1, 96, 96 * 4, false, static_cast<const int*>(x.data()),
           reversed.data(), sums.data());
    for (int i = 0; i < 96; i++) check(reversed[i] == x[95 - i], "reversed");
    check(sums[0] == 10416 && sums[31] == 10416 &&
              sums[64] == 31 * 32 * 63 / 6 + 128 * 496 + 32 * 4096,
          "sums");
  }
  setenv("EMU_ORDER", "0", 1);
  int done = 0;
  launch(halves, 1, 128, 0, false, &done);
  check(done == 7, "named barriers");
  std::vector<unsigned> words(8, 0xFFFFFFFEu);  // counts begin again from 0 on the way
  std::vector<int> numbers(5), seen(5);
  for (int number = 1; number <= 2; number++) {
    launch(all_blocks_meet, 5, 64, 0, true, words.data(), numbers.data(), seen.data());
    check(seen == std::vector<int>(5, number * 30), "cooperative blocks meet");
  }
  launch(cluster_meets, 5, 64, 0, true, numbers.data(), seen.data());
  check(seen == std::vector<int>(5, 3 * 30), "blocks of a cluster meet");
}

//---------------------------------- what must be found --------------------------------------------

static void divergent_barrier() {
  if (threadIdx.x < 16) {
    __syncthreads();
  } else {
    __shfl_xor_sync(~0u, 1, 1);
  }
}

static void test_deadlock() {
  std::fflush(stdout);
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], 2);
    launch(divergent_barrier, 1, 32, 0, false);
    _exit(0);
  }
  close(ends[1]);
  char text[512] = {};
  const ssize_t length = read(ends[0], text, sizeof text - 1);
  int status = 0;
  waitpid(child, &status, 0);
  check(length > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
        "a deadlock ends the process");
  check(std::string(text).find(
            "deadlock in block 0: 16 threads wait at __syncthreads, 0 at a named barrier, "
            "16 at a warp sync") != std::string::npos,
        std::string("a deadlock is explained: ") + text);
}

// reads a neighbour's element without waiting for it
static void missing_barrier(float* y) {
  DYN_SHARED(float, shared);
  shared[threadIdx.x] = threadIdx.x;
  y[threadIdx.x] = shared[(threadIdx.x + 1) % blockDim.x];
}

// reads what it has not waited for
static void missing_wait(float* from, float* y) {
  DYN_SHARED(float, shared);
  copy_16_bytes(shared, from);
  y[0] = shared[0];
  wait_for_copies();
  y[1] = shared[0];
}

static int count_nan(const std::vector<float>& x) {
  int count = 0;
  for (float v : x) count += std::isnan(v);
  return count;
}

static void test_missing_barriers() {
  std::vector<float> y(64);
  launch(missing_barrier, 1, 64, 64 * 4, false, y.data());
  check(count_nan(y) == 63, "what nobody has written is NaN");
  setenv("EMU_ORDER", "1", 1);
  launch(missing_barrier, 1, 64, 64 * 4, false, y.data());
  check(count_nan(y) == 1, "another order gives another result");
  setenv("EMU_ORDER", "0", 1);
  alignas(16) float from[4] = {3, 3, 3, 3};
  launch(missing_wait, 1, 1, 16, false, &from[0], y.data());
  check(std::isnan(y[0]) && y[1] == 3, "a copy is there only when it was waited for");
}

int main() {
  test_what_works();
  test_tensor_cores();
  test_deadlock();
  test_missing_barriers();
  std::printf(failures ? "emulation: %d failures\n" : "emulation: passed\n", failures);
  return failures > 0;
}
