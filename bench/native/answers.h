// The answers of the upstream, written once, so that sending one is a copy.
#pragma once
#include "common.h"

#define MAX_EVENT 512
/// Events of a paced stream that are sent without a pause: its beginning and the first piece.
#define AT_ONCE 2
#define NO_CONTENT "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
#define MODELS "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-oss-120b\",\"object\":\"model\",\"created\":1,\"owned_by\":\"bench\"}]}"
#define SOME_WORDS "The quick brown fox jumps over the lazy dog. "
#define PIECE "\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"gpt-oss-120b\""
#define USAGE "{\"prompt_tokens\":12,\"completion_tokens\":%d,\"total_tokens\":%d}"

typedef struct {
  const char *bytes;
  size_t size, stamp_at;  // 0: without a stamp
} Bytes;

typedef struct {
  int is_stream, event_count;
  int64_t pace;  // nanoseconds
  Bytes whole;
  Bytes *events;
} Answer;

static inline void write_stamp(char *at, int64_t microseconds) {
  for (int digit = STAMP_DIGITS - 1; digit >= 0; digit--, microseconds /= 10) at[digit] = (char)('0' + microseconds % 10);
}

/// A whole answer with this body. @returns its size
static inline int json_answer(char *text, const char *body) {
  return sprintf(text, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
}

/// One event as one chunk of the transfer encoding, as servers send that flush each event.
static inline Bytes event_of(const char *before, const char *data) {
  char *text = must(malloc(MAX_EVENT));
  int size = snprintf(text, MAX_EVENT, "%s%zx\r\ndata: %s\n\n\r\n", before, strlen(data) + 8, data);
  if (size >= MAX_EVENT) die("an event is too long");
  const char *mark = strstr(text, STAMP_MARK);
  return (Bytes){text, (size_t)size, mark ? (size_t)(mark - text) + strlen(STAMP_MARK) : 0};
}

static inline long parameter(const char *query, const char *name, long otherwise) {
  const char *at = strstr(query, name);
  return at ? atol(at + strlen(name)) : otherwise;
}

static inline void set_whole(Answer *answer, long bytes) {
  char *body = must(malloc((size_t)bytes + 1024)), *text = must(malloc((size_t)bytes + 2048));
  int size = sprintf(body, "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"gpt-oss-120b\","
                           "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"");
  while (size < bytes - 113) size += sprintf(body + size, SOME_WORDS);
  sprintf(body + size, "\"},\"finish_reason\":\"stop\"}],\"usage\":" USAGE "}", 250, 262);
  answer->whole = (Bytes){text, (size_t)json_answer(text, body), 0};
  free(body);
}

static inline void set_stream(Answer *answer, int chunks) {
  char data[MAX_EVENT];
  Bytes *events = must(calloc((size_t)chunks + 4, sizeof *events));
  int count = 0;
  events[count++] = event_of("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
                             "{" PIECE ",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}");
  Bytes piece = event_of("", "{" PIECE ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" STAMP_MARK "0000000000000000 \"},\"finish_reason\":null}]}");
  for (int index = 0; index < chunks; index++) events[count++] = piece;
  events[count++] = event_of("", "{" PIECE ",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
  sprintf(data, "{" PIECE ",\"choices\":[],\"usage\":" USAGE "}", chunks, chunks + 12);
  events[count++] = event_of("", data);
  char *last = must(malloc(64));
  events[count++] = (Bytes){last, (size_t)sprintf(last, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"), 0};
  answer->events = events;
  answer->event_count = count;
}

/// Takes effect for requests from now on; none may be under way. What was there before is left to the end of the process.
static inline void set_answer(Answer *answer, const char *query) {
  answer->is_stream = strstr(query, "kind=sse") != NULL;
  answer->pace = parameter(query, "pace_us=", 0) * MICROSECOND;
  if (answer->is_stream) set_stream(answer, (int)parameter(query, "chunks=", 100));
  else set_whole(answer, parameter(query, "bytes=", 1200));
}
