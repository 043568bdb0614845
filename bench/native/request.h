// The request that the load sends, and the keys that it puts into it.
#pragma once
#include "common.h"
#include <sys/stat.h>

static struct {
  char *bytes;
  size_t size;
} request;

static struct {
  char *bytes;
  size_t length, count, offset;
} keys;

static inline char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  struct stat about;
  if (!file || fstat(fileno(file), &about) < 0) die(path);
  char *bytes = must(malloc((size_t)about.st_size + 1));
  *size = fread(bytes, 1, (size_t)about.st_size, file);
  fclose(file);
  return bytes;
}

static inline void read_keys(char *option) {
  if (!option) return;
  char *comma = strrchr(option, ',');
  size_t size;
  if (!comma) die("KEYS");
  *comma = 0;
  keys.bytes = read_file(option, &size);
  keys.offset = strtoul(comma + 1, NULL, 10);
  char *end = memchr(keys.bytes, '\n', size);
  if (!end) die("KEYS");
  keys.length = (size_t)(end - keys.bytes);
  keys.count = size / (keys.length + 1);
}

static inline void read_request(const char *path, char *keys_option) {
  request.bytes = read_file(path, &request.size);
  read_keys(keys_option);
}

/// The key stands in the head, which a socket takes in one piece: whoever sends the rest later sends the same.
static inline void put_key(size_t number) {
  if (keys.count == 0) return;
  size_t index = (number * 2654435761UL) % keys.count;
  memcpy(request.bytes + keys.offset, keys.bytes + index * (keys.length + 1), keys.length);
}
