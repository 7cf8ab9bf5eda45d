// Sizes of the launches for wide networks.

#pragma once

#include "frame.cuh"

constexpr int COLUMN_ROWS = 128;  // rows that one block of wide_column_sums adds up
constexpr int WIDE_LOSS_THREADS = (CHUNK + 31) / 32 * 32;
