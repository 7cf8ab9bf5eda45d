// The products of mlp.cuh on the tensor cores, which take factors of 11 significant bits: each
// factor is split in two, and of the four products of these parts three are added.
//
//   x   = high + low            high = x rounded to 11 bits, low = x - high, exact, of 12 bits
//   a b = (low_a high_b + high_a low_b) + high_a high_b         within about 2^-21
//
// The tensor cores pass over the last bit of low. What is no number stays so in low.
//
// The small terms come first, eight terms of a sum at a time. Since the tensor cores cut sums off,
// they add these eight terms only, and ordinary additions, which round, add them up: in order, from
// b in the forward pass and from 0 elsewhere. So errors are near those of mlp.cuh, and an element's
// bits do not hang on the tile or the block that computes it. Rows that a block lacks are 0.
//
// A warp computes tiles of 16 x 16 elements. Which rows, columns and terms of memory a lane's
// fragments stand for is free, as long as both factors agree. Here a lane of number 4 g + t has the
// terms 2t and 2t + 1 of eight, and the columns 2g and 2g + 1 of 16, in two products of 16 x 8 that
// lie between each other. Then lanes load two floats at once and store four, and since rows in
// shared memory are an odd number of four-float words long, no two lanes meet in a bank (where
// lanes stand for rows, see spread).

#pragma once

#include "activation.cuh"
#include "network.cuh"

constexpr int WARPS = HALF / 32;

__device__ constexpr int tiles16(int n) { return (n + 15) / 16; }

// which of eight rows the lanes 4 g .. 4 g + 3 stand for: four in a row of g lie 2 apart, and two
// lie 4 apart, as loads of two floats by 16 lanes and stores of four by 8 lanes want it
__device__ constexpr int spread(int g) { return 4 * (g % 2) + g / 2 % 2 * 2 + g / 4; }

// How many tiles a warp takes at once, below and beside each other: the more, the fewer fragments
// are fetched and split, as long as no warp idles. Of a block's four chunks up to three sums wait
// in registers, so fewer tiles fit there.
struct Tiling {
  int down, across;
};

__device__ constexpr Tiling tiling(int down, int across) {
  constexpr int most = BLOCK_CHUNKS > 2 ? 2 : 4;
  Tiling best = {1, 1};
  int least = 1 << 30;
  for (int m = 1; m <= 2; m++) {
    for (int n = 1; n <= 2; n++) {
      if (m * n > most || down % m != 0 || across % n != 0) continue;
      const int turns = (down / m * (across / n) + WARPS - 1) / WARPS;
      const int time = turns * (2 * m * n + m + n);  // products of fragments, and fetching these
      if (time < least) {
        best = {m, n};
        least = time;
      }
    }
  }
  return best;
}

// M x N tiles. sum[m][n][i] is lane 4 g + t's part of a product of 16 x 8 elements: rows g and
// g + 8 in its halves, and in each of them columns 4 t + i and 4 t + 2 + i of the 16 of a tile.
template <int M, int N>
struct WarpTiles {
  static constexpr int DOWN = M, ACROSS = N;
  float sum[M][N][2][4];
};

// of a matrix of so many tiles
template <int DOWN, int ACROSS>
using TilesOf = WarpTiles<tiling(DOWN, ACROSS).down, tiling(DOWN, ACROSS).across>;

// Calls work(row, column) with the first element of each WarpTiles of this warp's.
template <int DOWN, int ACROSS, class Work>
__device__ __forceinline__ void for_tiles(int thread, Work work) {
  constexpr int height = TilesOf<DOWN, ACROSS>::DOWN, width = TilesOf<DOWN, ACROSS>::ACROSS;
  constexpr int down = DOWN / height, across = ACROSS / width;
  for (int i = thread / 32; i < down * across; i += WARPS) {
    work(i % down * 16 * height, i / down * 16 * width);
  }
}

template <int M, int N>
__device__ __forceinline__ void add(WarpTiles<M, N>& to, const WarpTiles<M, N>& from) {
#pragma unroll
  for (int i = 0; i < M * N * 8; i++) {
    float& sum = to.sum[i / (8 * N)][i / 8 % N][i / 4 % 2][i % 4];
    sum = __fadd_rn(sum, from.sum[i / (8 * N)][i / 8 % N][i / 4 % 2][i % 4]);
  }
}

// four neighbouring columns of a tile
__device__ __forceinline__ void row_of(const float (&sum)[2][4], int half, float (&to)[4]) {
#pragma unroll
  for (int o = 0; o < 4; o++) to[o] = sum[o % 2][2 * half + o / 2];
}

__device__ __forceinline__ void load2(bool there, const float* from, float& first, float& second) {
  const float2 v = there ? *reinterpret_cast<const float2*>(from) : make_float2(0, 0);
  first = v.x;
  second = v.y;
}

template <int COUNT>
__device__ __forceinline__ void split(const float (&x)[COUNT], float (&high)[COUNT],
                                      float (&low)[COUNT]) {
#pragma unroll
  for (int i = 0; i < COUNT; i++) {
    high[i] = round_tf32(x[i]);
    low[i] = __fsub_rn(x[i], high[i]);
  }
}

template <int M, int N>
__device__ __forceinline__ void multiply(WarpTiles<M, N>& tiles, const float (&left)[M][4],
                                         const float (&right)[N][2][2]) {
#pragma unroll
  for (int i = 0; i < M * N * 2; i++) {
    const int m = i / (2 * N), n = i / 2 % N;
    float(&sum)[4] = tiles.sum[m][n][i % 2];
    multiply_tf32(sum, left[m], right[n][i % 2], sum);
  }
}

// tiles.sum += eight terms from term k. left(m, k, to) loads the fragment of tiles m in a row,
// right(n, k, to) the two of tiles n in a column.
template <int M, int N, class Left, class Right>
__device__ __forceinline__ void add_terms(WarpTiles<M, N>& tiles, int k, Left left, Right right) {
  float left_high[M][4], left_low[M][4], right_high[N][2][2], right_low[N][2][2];
#pragma unroll
  for (int m = 0; m < M; m++) {
    float x[4];
    left(m, k, x);
    split(x, left_high[m], left_low[m]);
  }
#pragma unroll
  for (int n = 0; n < N; n++) {
    float x[2][2];
    right(n, k, x);
#pragma unroll
    for (int i = 0; i < 2; i++) split(x[i], right_high[n][i], right_low[n][i]);
  }
  // step by step over all tiles: the three products of one wait for each other
  WarpTiles<M, N> terms = {};
  multiply(terms, left_low, right_high);
  multiply(terms, left_high, right_low);
  multiply(terms, left_high, right_high);
  add(tiles, terms);
}

// the sum over so many terms from term `first`, in order
template <int TERMS, int M, int N, class Left, class Right>
__device__ __forceinline__ void add_all_terms(WarpTiles<M, N>& tiles, int first, Left left,
                                              Right right) {
#pragma unroll 4
  for (int k = 0; k < TERMS; k += 8) add_terms(tiles, first + k, left, right);
}

//---------------------------------- kernels of one layer ------------------------------------------

// as linear of mlp.cuh
template <int K, int O, int XS, int YS, int F>
__device__ inline void linear_tf32x3(const float* x, const float* w, float* y, int thread) {
  constexpr int down = BLOCK_ROWS / 16, across = tiles16(O), WS = odd4(O);
  const int g = thread % 32 / 4, t = thread % 4;
  for_tiles<down, across>(thread, [&](int row, int output) {
    const float* own_x = x + (row + spread(g)) * XS + 2 * t;
    const float* own_w = w + 2 * t * WS + output + 2 * g;
    const auto left = [&](int m, int k, float (&to)[4]) {
      const bool there = k + 2 * t < pad4(K);
      load2(there, own_x + 16 * m * XS + k, to[0], to[2]);
      load2(there, own_x + (16 * m + 8) * XS + k, to[1], to[3]);
    };
    const auto right = [&](int n, int k, float (&to)[2][2]) {
      const bool there = k + 2 * t < pad4(K) && output + 16 * n + 2 * g < pad4(O);
      load2(there, own_w + k * WS + 16 * n, to[0][0], to[1][0]);
      load2(there, own_w + (k + 1) * WS + 16 * n, to[0][1], to[1][1]);
    };
    TilesOf<down, across> tiles;
    const auto column = [&](int n) { return output + 16 * n + 4 * t; };
#pragma unroll
    for (int n = 0; n < tiles.ACROSS; n++) {
      float bias[4] = {};
      if (column(n) < pad4(O)) load4(w + pad4(K) * WS + column(n), bias);
#pragma unroll
      for (int i = 0; i < tiles.DOWN * 8; i++) {
        tiles.sum[i / 8][n][i / 4 % 2][i % 4] = bias[i % 2 * 2 + i / 4 % 2];
      }
    }
    add_all_terms<pad4(K)>(tiles, 0, left, right);
#pragma unroll
    for (int i = 0; i < tiles.DOWN * 2; i++) {
#pragma unroll
      for (int n = 0; n < tiles.ACROSS; n++) {
        float out[4];
        row_of(tiles.sum[i / 2][n], i % 2, out);
#pragma unroll
        for (int o = 0; o < 4; o++) out[o] = activate<F>(out[o]);
        if (column(n) < pad4(O)) store4(y + (row + 8 * i + spread(g)) * YS + column(n), out);
      }
    }
  });
}

// as input_gradient of mlp.cuh
template <int K, int O, int DS, int YS, int F>
__device__ inline void input_gradient_tf32x3(const float* d, const float* w, const float* y,
                                             float* dx, int thread) {
  constexpr int down = BLOCK_ROWS / 16, across = tiles16(K), WS = odd4(O);
  const int g = thread % 32 / 4, t = thread % 4;
  for_tiles<down, across>(thread, [&](int row, int input) {
    const float* own_d = d + (row + spread(g)) * DS + 2 * t;
    const float* own_w = w + (input + 2 * g) * WS + 2 * t;
    const auto left = [&](int m, int k, float (&to)[4]) {
      const bool there = k + 2 * t < pad4(O);
      load2(there, own_d + 16 * m * DS + k, to[0], to[2]);
      load2(there, own_d + (16 * m + 8) * DS + k, to[1], to[3]);
    };
    const auto right = [&](int n, int k, float (&to)[2][2]) {
      const bool there = k + 2 * t < pad4(O) && input + 16 * n + 2 * g < pad4(K);
      load2(there, own_w + 16 * n * WS + k, to[0][0], to[0][1]);
      load2(there, own_w + (16 * n + 1) * WS + k, to[1][0], to[1][1]);
    };
    TilesOf<down, across> tiles = {};
    add_all_terms<pad4(O)>(tiles, 0, left, right);
#pragma unroll
    for (int i = 0; i < tiles.DOWN * 2; i++) {
#pragma unroll
      for (int n = 0; n < tiles.ACROSS; n++) {
        const int column = input + 16 * n + 4 * t;
        if (column >= pad4(K)) continue;
        const int at = (row + 8 * i + spread(g)) * YS + column;
        float in[4], out[4];
        load4(y + at, in);
        row_of(tiles.sum[i / 2][n], i % 2, out);
#pragma unroll
        for (int o = 0; o < 4; o++) out[o] = activate_backward<F>(in[o], out[o]);
        store4(dx + at, out);
      }
    }
  });
}

// COUNT chunks from chunk FIRST of the block, added as GROUP says
template <int FIRST, int COUNT, class Tiles, class Left, class Right>
__device__ __forceinline__ Tiles chunk_tiles(Left left, Right right) {
  if constexpr (COUNT > 1) {
    Tiles sum = chunk_tiles<FIRST, COUNT / 2, Tiles>(left, right);
    add(sum, chunk_tiles<FIRST + COUNT / 2, COUNT / 2, Tiles>(left, right));
    return sum;
  } else {
    Tiles tiles = {};
    add_all_terms<CHUNK>(tiles, FIRST * CHUNK, left, right);
    return tiles;
  }
}

// the sum of a column of d over these chunks, as weight_gradient adds it
template <int FIRST, int COUNT, int DS>
__device__ __forceinline__ float column_sum(const float* d) {
  if constexpr (COUNT > 1) {
    return __fadd_rn(column_sum<FIRST, COUNT / 2, DS>(d),
                     column_sum<FIRST + COUNT / 2, COUNT / 2, DS>(d));
  } else {
    float sum = 0;
#pragma unroll
    for (int r = 0; r < CHUNK; r++) sum += d[(FIRST * CHUNK + r) * DS];
    return sum;
  }
}

// as weight_gradient of mlp.cuh; b's by single additions
template <int K, int O, int XS, int DS, int S>
__device__ inline void weight_gradient_tf32x3(const float* x, const float* d, float* gradients,
                                              int thread) {
  constexpr int down = tiles16(K), across = tiles16(O);
  static_assert(S == 16 * across, "tiles cover the padding");
  for (int o = thread; o < S; o += HALF) {
    gradients[K * S + o] = o < pad4(O) ? column_sum<0, BLOCK_CHUNKS, DS>(d + o) : 0;
  }
  const int g = thread % 32 / 4, t = thread % 4;
  for_tiles<down, across>(thread, [&](int input, int output) {
    const float* own_x = x + 2 * t * XS + input + 2 * g;
    const float* own_d = d + 2 * t * DS + output + 2 * g;
    const auto left = [&](int m, int r, float (&to)[4]) {
      const bool there = input + 16 * m + 2 * g < pad4(K);
      load2(there, own_x + r * XS + 16 * m, to[0], to[1]);
      load2(there, own_x + (r + 1) * XS + 16 * m, to[2], to[3]);
    };
    const auto right = [&](int n, int r, float (&to)[2][2]) {
      const bool there = output + 16 * n + 2 * g < pad4(O);
      load2(there, own_d + r * DS + 16 * n, to[0][0], to[1][0]);
      load2(there, own_d + (r + 1) * DS + 16 * n, to[0][1], to[1][1]);
    };
    const auto tiles = chunk_tiles<0, BLOCK_CHUNKS, TilesOf<down, across>>(left, right);
#pragma unroll
    for (int i = 0; i < tiles.DOWN * 2; i++) {
      const int row = input + i / 2 * 16 + 2 * g + i % 2;
      if (row >= K) continue;
#pragma unroll
      for (int n = 0; n < tiles.ACROSS; n++) {
        float out[4];
        row_of(tiles.sum[i / 2][n], i % 2, out);
        store4(gradients + row * S + output + 16 * n + 4 * t, out);
      }
    }
  });
}
