// Reads HTTP/1.1 answers as they arrive, in pieces of any size, and hands on what their bodies hold.
#pragma once
#include "common.h"

#define MAX_RESPONSE_HEAD 8192

enum { R_HEAD, R_LENGTH, R_SIZE, R_DATA, R_DATA_END, R_TRAILER };

typedef struct {
  int state, status, line_size, is_last;
  int closes;  // whether the server said that it closes the connection
  size_t left, head_size;
  char head[MAX_RESPONSE_HEAD];
} Response;

/// Told of each piece of a body.
typedef void BodySink(void *context, const char *bytes, size_t size);

static inline const char *header_of(const char *head, const char *name) {
  size_t size = strlen(name);
  for (const char *line = head; (line = strstr(line, "\r\n")) != NULL;) {
    line += 2;
    if (strncasecmp(line, name, size) == 0) {
      for (line += size; *line == ' ';) line++;
      return line;
    }
  }
  return NULL;
}

static inline void read_response_head(Response *response) {
  const char *length = header_of(response->head, "content-length:");
  const char *connection = header_of(response->head, "connection:");
  response->status = response->head_size > 12 ? atoi(response->head + 9) : 0;
  response->closes = connection && strncasecmp(connection, "close", 5) == 0;
  response->left = length ? strtoul(length, NULL, 10) : 0;
  response->line_size = response->is_last = 0;
  response->state = header_of(response->head, "transfer-encoding:") ? R_SIZE : R_LENGTH;
}

/// @returns how many bytes it took, or -1 when this is no answer
static inline ssize_t take_response_head(Response *response, const char *bytes, size_t size) {
  size_t before = response->head_size, room = MAX_RESPONSE_HEAD - 1 - before;
  size_t taken = size < room ? size : room;
  memcpy(response->head + before, bytes, taken);
  response->head[before + taken] = 0;
  char *end = strstr(response->head + (before > 3 ? before - 3 : 0), "\r\n\r\n");
  response->head_size += taken;
  if (!end) return taken == room ? -1 : (ssize_t)taken;
  size_t used = (size_t)(end + 4 - response->head) - before;
  end[4] = 0;
  response->head_size = before + used;
  read_response_head(response);
  return (ssize_t)used;
}

static inline int hex_of(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  byte |= 32;
  return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/// One byte of what stands between chunks. @returns 1 at the end of the answer
static inline int take_framing(Response *response, char byte) {
  if (response->state == R_SIZE && byte != '\n') {
    int digit = hex_of(byte);
    if (digit >= 0) response->left = response->left * 16 + (size_t)digit;
    return 0;
  }
  if (byte != '\n') {
    if (byte != '\r') response->line_size++;
    return 0;
  }
  if (response->state == R_TRAILER) {
    int is_end = response->line_size == 0;
    response->line_size = 0;
    return is_end;
  }
  if (response->state == R_SIZE) response->state = response->left ? R_DATA : R_TRAILER;
  else response->state = R_SIZE, response->left = 0;
  response->line_size = 0;
  return 0;
}

/// @returns 1 when the answer is whole, 0 when there is more to come, -1 when it is none
static inline int take_response(Response *response, const char *bytes, size_t size, BodySink *sink, void *context) {
  while (size > 0) {
    size_t used = 1;
    if (response->state == R_HEAD) {
      ssize_t head = take_response_head(response, bytes, size);
      if (head < 0) return -1;
      used = (size_t)head;
    } else if (response->state == R_LENGTH || response->state == R_DATA) {
      used = size < response->left ? size : response->left;
      sink(context, bytes, used);
      response->left -= used;
      if (response->left == 0 && response->state == R_DATA) response->state = R_DATA_END;
    } else if (take_framing(response, *bytes)) {
      return 1;
    }
    if (response->state == R_LENGTH && response->left == 0) return 1;
    bytes += used;
    size -= used;
  }
  return 0;
}
