// The upstream of the benchmark: a provider that costs next to nothing. One thread, epoll, HTTP/1.1 with keep-alive.
// Reads requests and ignores what they say; answers every POST in the way it was last told to.
//
//   upstream PORT                  0 takes a free one; prints "port N"
//   PUT /bench/answer?kind=json&bytes=1200
//   PUT /bench/answer?kind=sse&chunks=100&pace_us=0      the first piece comes at once, the others at this pace
//   GET /bench/served              what it has served since its start
//   GET anything else              a list of one model
#include "connection.h"

#define READ_SIZE 262144
#define MAX_EVENTS 512

static int epoll;
static Answer answer;
static unsigned long served, chunks_sent, open_streams;

// --- connections

static void watch(Connection *connection, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  if (epoll_ctl(epoll, operation, connection->fd, &event) < 0) die("epoll_ctl");
}

static void end_connection(Connection *connection) {
  if (connection->streaming) open_streams--;
  heap_remove(connection);
  close(connection->fd);
  free(connection);
}

/// @returns what was left over, or -1 when the connection is broken
static ssize_t send_some(Connection *connection, const char *bytes, size_t size) {
  ssize_t sent = send(connection->fd, bytes, size, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return -1;
  if (sent < 0) sent = 0;
  if ((size_t)sent < size) watch(connection, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  return (ssize_t)size - sent;
}

static int send_whole(Connection *connection, const char *bytes, size_t size) {
  ssize_t left = send_some(connection, bytes, size);
  if (left < 0) return -1;
  connection->whole = bytes + size - left;
  connection->whole_left = (size_t)left;
  return 0;
}

/// Sends the next event. @returns 1 when the socket took it, 0 when it is full, -1 when it is broken
static int send_event(Connection *connection) {
  Bytes event = answer.events[connection->event];
  char stamped[MAX_EVENT];
  memcpy(stamped, event.bytes, event.size);
  if (event.stamp_at) {
    write_stamp(stamped + event.stamp_at, now_ns() / MICROSECOND);
    chunks_sent++;
  }
  connection->event++;
  ssize_t left = send_some(connection, stamped, event.size);
  if (left <= 0) return left < 0 ? -1 : 1;
  memcpy(connection->rest, stamped + event.size - left, (size_t)left);
  connection->rest_at = 0;
  connection->rest_size = (size_t)left;
  return 0;
}

/// Sends what is due. @returns -1 when the connection is broken
static int send_stream(Connection *connection, int64_t now) {
  while (connection->event < answer.event_count) {
    if (answer.pace && connection->event == AT_ONCE) {
      // Streams that begin together must not go on together.
      if (!connection->due) connection->due = now + (int64_t)((double)rand() / RAND_MAX * (double)answer.pace);
    }
    if (answer.pace && connection->due > now) {
      heap_add(connection);
      return 0;
    }
    if (connection->due) connection->due += answer.pace;
    int taken = send_event(connection);
    if (taken <= 0) return taken;
  }
  connection->streaming = 0;
  open_streams--;
  return 0;
}

/// What the socket did not take before. @returns -1 when the connection is broken
static int send_rest(Connection *connection) {
  watch(connection, EPOLLIN, EPOLL_CTL_MOD);
  if (connection->whole_left) return send_whole(connection, connection->whole, connection->whole_left);
  if (connection->rest_size) {
    ssize_t left = send_some(connection, connection->rest + connection->rest_at, connection->rest_size);
    if (left < 0) return -1;
    connection->rest_at += connection->rest_size - (size_t)left;
    connection->rest_size = (size_t)left;
    if (left > 0) return 0;
  }
  return connection->streaming && !connection->in_heap ? send_stream(connection, now_ns()) : 0;
}

// --- requests

static int answer_request(Connection *connection) {
  static char text[MAX_HEAD];
  const char *head = connection->head;
  if (strncmp(head, "PUT /bench/answer?", 18) == 0) {
    set_answer(&answer, head + 18);
    return send_whole(connection, NO_CONTENT, strlen(NO_CONTENT));
  }
  if (strncmp(head, "GET /bench/served", 17) == 0) {
    char body[128];
    sprintf(body, "{\"requests\":%lu,\"chunks\":%lu,\"open_streams\":%lu}", served, chunks_sent, open_streams);
    return send_whole(connection, text, (size_t)json_answer(text, body));
  }
  if (strncmp(head, "POST", 4) != 0) return send_whole(connection, text, (size_t)json_answer(text, MODELS));
  served++;
  if (!answer.is_stream) return send_whole(connection, answer.whole.bytes, answer.whole.size);
  connection->streaming = 1;
  connection->event = 0;
  connection->due = 0;
  open_streams++;
  return send_stream(connection, now_ns());
}

static int header_is(const char *line, const char *name) { return strncasecmp(line, name, strlen(name)) == 0; }

static int read_head(Connection *connection) {
  connection->left = 0;
  connection->state = LENGTH;
  for (char *line = connection->head; (line = strstr(line, "\r\n")) != NULL;) {
    line += 2;
    if (header_is(line, "content-length:")) connection->left = strtoul(line + 15, NULL, 10);
    if (header_is(line, "transfer-encoding:")) connection->state = CHUNK_SIZE;
  }
  connection->is_last = connection->line_size = 0;
  if (connection->state == LENGTH && connection->left == 0) {
    connection->state = HEAD;
    return answer_request(connection);
  }
  return 0;
}

/// Takes bytes of a head up to its end. @returns how many, or -1 when the connection is to be closed
static ssize_t take_head(Connection *connection, const char *bytes, size_t size) {
  size_t before = connection->head_size, room = MAX_HEAD - 1 - before;
  size_t taken = size < room ? size : room;
  memcpy(connection->head + before, bytes, taken);
  connection->head[before + taken] = 0;
  char *end = strstr(connection->head + (before > 3 ? before - 3 : 0), "\r\n\r\n");
  if (!end) {
    connection->head_size += taken;
    return taken == room ? -1 : (ssize_t)taken;
  }
  end[4] = 0;
  size_t used = (size_t)(end + 4 - connection->head) - before;
  connection->head_size = 0;
  return read_head(connection) < 0 ? -1 : (ssize_t)used;
}

/// One byte of what stands between chunks of a body.
static int take_between(Connection *connection, char byte) {
  if (connection->state == CHUNK_END) {
    if (byte != '\n') return 0;
    connection->state = connection->is_last ? HEAD : CHUNK_SIZE;
    connection->left = 0;
    connection->line_size = 0;
    return connection->is_last ? answer_request(connection) : 0;
  }
  if (byte == '\n') {
    connection->is_last = connection->left == 0;
    connection->state = connection->is_last ? CHUNK_END : CHUNK_DATA;
    return 0;
  }
  int digit = byte >= '0' && byte <= '9' ? byte - '0' : (byte | 32) >= 'a' && (byte | 32) <= 'f' ? (byte | 32) - 'a' + 10 : -1;
  if (digit >= 0) connection->left = connection->left * 16 + (size_t)digit;
  return 0;
}

static int take(Connection *connection, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t used = 1;
    if (connection->state == HEAD) {
      if ((used = take_head(connection, bytes, size)) < 0) return -1;
    } else if (connection->state == LENGTH || connection->state == CHUNK_DATA) {
      used = (ssize_t)(size < connection->left ? size : connection->left);
      connection->left -= (size_t)used;
      if (connection->left == 0 && connection->state == CHUNK_DATA) connection->state = CHUNK_END;
      if (connection->left == 0 && connection->state == LENGTH) {
        connection->state = HEAD;
        if (answer_request(connection) < 0) return -1;
      }
    } else if (take_between(connection, *bytes) < 0) {
      return -1;
    }
    bytes += used;
    size -= (size_t)used;
  }
  return 0;
}

static void serve(Connection *connection, uint32_t events) {
  static char bytes[READ_SIZE];
  if ((events & EPOLLOUT) && send_rest(connection) < 0) return end_connection(connection);
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
  ssize_t size = recv(connection->fd, bytes, sizeof bytes, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0 || take(connection, bytes, (size_t)size) < 0) end_connection(connection);
}

static void accept_all(int listener) {
  for (int fd; (fd = accept(listener, NULL, NULL)) >= 0;) {
    set_up_socket(fd);
    Connection *connection = must(calloc(1, sizeof *connection));
    connection->fd = fd;
    watch(connection, EPOLLIN, EPOLL_CTL_ADD);
  }
}


static void send_due(void) {
  for (int64_t now = now_ns(); heap_size > 0 && heap[1]->due <= now;) {
    Connection *connection = heap[1];
    heap_remove(connection);
    if (send_stream(connection, now) < 0) end_connection(connection);
  }
}

int main(int count, char **arguments) {
  struct sockaddr_in address = loopback(count > 1 ? atoi(arguments[1]) : 0);
  socklen_t size = sizeof address;
  int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0) die("listen");
  getsockname(listener, (struct sockaddr *)&address, &size);
  epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN}, events[MAX_EVENTS];
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) die("epoll_ctl");
  set_answer(&answer, "kind=json");
  printf("port %d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int ready = wait_until(epoll, events, MAX_EVENTS, heap_size > 0 ? heap[1]->due : 0);
    for (int index = 0; index < ready; index++) {
      if (events[index].data.ptr) serve(events[index].data.ptr, events[index].events);
      else accept_all(listener);
    }
    send_due();
  }
}
