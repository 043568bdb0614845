// A connection of the upstream, and the heap of those whose streams wait for their time, the next one first.
#pragma once
#include "answers.h"
#include "common.h"

#define MAX_HEAD 16384

enum { HEAD, LENGTH, CHUNK_SIZE, CHUNK_DATA, CHUNK_END };

typedef struct {
  int fd, state;
  size_t head_size;
  char head[MAX_HEAD];
  size_t left;     // of the body, or of a chunk of it
  int line_size;   // characters of the line of a chunk's size
  int is_last;     // whether that chunk was the last
  int streaming;   // whether a stream is being sent
  int event;       // the next event of the stream
  int64_t due;     // when it is to be sent, when it is paced
  int in_heap;     // place in the heap of paced streams, from 1; 0: not there
  char rest[MAX_EVENT];  // what the socket did not take
  size_t rest_at, rest_size;
  const char *whole;  // a whole answer that the socket did not take at once
  size_t whole_left;
} Connection;

static Connection **heap;
static int heap_size, heap_room;

static inline void heap_put(int place, Connection *connection) {
  heap[place] = connection;
  connection->in_heap = place;
}

static inline void heap_up(int place) {
  Connection *moved = heap[place];
  for (; place > 1 && heap[place / 2]->due > moved->due; place /= 2) heap_put(place, heap[place / 2]);
  heap_put(place, moved);
}

static inline void heap_down(int place) {
  Connection *moved = heap[place];
  for (int child; (child = 2 * place) <= heap_size; place = child) {
    if (child < heap_size && heap[child + 1]->due < heap[child]->due) child++;
    if (heap[child]->due >= moved->due) break;
    heap_put(place, heap[child]);
  }
  heap_put(place, moved);
}

static inline void heap_add(Connection *connection) {
  if (heap_size + 1 >= heap_room) {
    heap_room = heap_room ? heap_room * 2 : 1024;
    heap = must(realloc(heap, sizeof *heap * (size_t)heap_room));
  }
  heap_put(++heap_size, connection);
  heap_up(heap_size);
}

static inline void heap_remove(Connection *connection) {
  int place = connection->in_heap;
  if (place == 0) return;
  connection->in_heap = 0;
  Connection *last = heap[heap_size--];
  if (last == connection) return;
  heap_put(place, last);
  heap_up(place);
  heap_down(last->in_heap);
}
