// Times in nanoseconds, counted in buckets that are at most 1.6 % wide, so that a run of any length takes 16 kB.
#pragma once
#include "common.h"

#define SUB_BITS 6
#define SUB_BUCKETS (1 << SUB_BITS)
#define BUCKETS (SUB_BUCKETS * (64 - SUB_BITS))

typedef struct {
  uint64_t counts[BUCKETS];
  uint64_t total;
  double sum;
  int64_t max;
} Histogram;

static inline int bucket_of(uint64_t value) {
  if (value < SUB_BUCKETS) return (int)value;
  int shift = 63 - __builtin_clzll(value) - SUB_BITS;
  return (shift + 1) * SUB_BUCKETS + (int)((value >> shift) & (SUB_BUCKETS - 1));
}

/// The middle of a bucket.
static inline double value_of(int bucket) {
  if (bucket < SUB_BUCKETS) return bucket;
  int shift = bucket / SUB_BUCKETS - 1;
  return ((double)(SUB_BUCKETS + bucket % SUB_BUCKETS) + 0.5) * (double)(1ULL << shift);
}

static inline void record(Histogram *histogram, int64_t value) {
  if (value < 0) value = 0;
  histogram->counts[bucket_of((uint64_t)value)]++;
  histogram->total++;
  histogram->sum += (double)value;
  if (value > histogram->max) histogram->max = value;
}

static inline double percentile(const Histogram *histogram, double share) {
  uint64_t wanted = (uint64_t)(share * (double)histogram->total + 0.5), seen = 0;
  if (wanted == 0) wanted = 1;
  for (int bucket = 0; bucket < BUCKETS; bucket++) {
    seen += histogram->counts[bucket];
    if (seen >= wanted) return value_of(bucket) < (double)histogram->max ? value_of(bucket) : (double)histogram->max;
  }
  return (double)histogram->max;
}

/// As a member of a JSON object, in microseconds; null when nothing was counted.
static inline void print_histogram(const char *name, const Histogram *histogram) {
  if (histogram->total == 0) {
    printf("\"%s\":null", name);
    return;
  }
  printf("\"%s\":{\"count\":%lu,\"mean\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}", name,
         (unsigned long)histogram->total, histogram->sum / (double)histogram->total / 1e3,
         percentile(histogram, 0.5) / 1e3, percentile(histogram, 0.9) / 1e3, percentile(histogram, 0.99) / 1e3,
         percentile(histogram, 0.999) / 1e3, (double)histogram->max / 1e3);
}
