// The load of the benchmark. One thread, epoll, HTTP/1.1 with keep-alive, one request at a time on a connection.
//
//   load closed PORT REQUEST SECONDS CONNECTIONS          each connection sends when it has its answer
//   load open   PORT REQUEST SECONDS CONNECTIONS RATE     RATE requests a second, whatever becomes of them
//   load hold   PORT REQUEST SECONDS CONNECTIONS RATE     opens that many streams, RATE a second, and reads them
//
// REQUEST is a file with the bytes of a request. KEYS=file,offset puts one of its lines (all of one length) at that
// place of each request. In `open`, times are taken from when a request was due, not from when there was a connection
// free for it: a server that stands still is charged for all requests of that time (no coordinated omission).
// Prints one JSON object. `hold` prints "held N" before, when all streams have begun; only from then on it counts.
#include "histogram.h"
#include "request.h"
#include "response.h"
#include <sys/resource.h>

#define READ_SIZE 262144
#define MAX_EVENTS 512
#define LINE 1024
#define DRAIN (10 * SECOND)
#define MAX_FAILURES 2000

typedef struct Connection {
  int fd, busy, got_piece, got_done;
  size_t sent;
  int64_t due;
  Response response;
  size_t line_size;
  char line[LINE];
  struct Connection *next_free;
} Connection;

static enum { CLOSED, OPEN, HOLD } mode;
static int epoll, port, busy_count, held, holding;
static Connection *free_list;
static int64_t deadline;
static unsigned long sent_count, done, failed, events_read, cut, statuses[600];
static unsigned long long bytes_read;
static Histogram latency, first, delay;

// --- what an answer holds

static void read_line(Connection *connection) {
  const char *line = connection->line;
  connection->line[connection->line_size] = 0;
  if (strncmp(line, "data:", 5) != 0) return;
  events_read++;
  if (strstr(line, "[DONE]")) connection->got_done = 1;
  const char *stamp = strstr(line, STAMP_MARK);
  if (!stamp || connection->line_size - (size_t)(stamp - line) < strlen(STAMP_MARK) + STAMP_DIGITS) return;
  int64_t now = now_ns();
  record(&delay, now - strtoll(stamp + strlen(STAMP_MARK), NULL, 10) * MICROSECOND);
  if (connection->got_piece) return;
  connection->got_piece = 1;
  held++;
  record(&first, now - connection->due);
}

static void take_body(void *context, const char *bytes, size_t size) {
  Connection *connection = context;
  bytes_read += size;
  // A whole answer has no lines worth reading.
  if (connection->line_size == 0 && size > 0 && *bytes == '{') return;
  while (size > 0) {
    const char *end = memchr(bytes, '\n', size);
    size_t part = end ? (size_t)(end - bytes) : size, room = LINE - 1 - connection->line_size;
    size_t kept = part < room ? part : room;
    memcpy(connection->line + connection->line_size, bytes, kept);
    connection->line_size += kept;
    if (!end) return;
    read_line(connection);
    connection->line_size = 0;
    bytes = end + 1;
    size -= part + 1;
  }
}

// --- connections

static void watch(Connection *connection, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  if (epoll_ctl(epoll, operation, connection->fd, &event) < 0) die("epoll_ctl");
}

static void open_connection(Connection *connection) {
  struct sockaddr_in address = loopback(port);
  connection->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connection->fd < 0) die("socket");
  if (connect(connection->fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
  set_up_socket(connection->fd);
  watch(connection, EPOLLIN, EPOLL_CTL_ADD);
}

static void set_free(Connection *connection) {
  if (connection->busy) busy_count--;
  connection->busy = 0;
  connection->next_free = free_list;
  free_list = connection;
}

/// It is opened again when it is needed.
static void close_connection(Connection *connection) {
  close(connection->fd);
  connection->fd = -1;
}

static void fail(Connection *connection) {
  failed++;
  if (failed > MAX_FAILURES) errno = 0, die("too many connections were broken");
  close_connection(connection);
  set_free(connection);
}

static void send_request(Connection *connection) {
  while (connection->sent < request.size) {
    ssize_t size = send(connection->fd, request.bytes + connection->sent, request.size - connection->sent, MSG_NOSIGNAL);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return watch(connection, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    if (size < 0) return fail(connection);
    connection->sent += (size_t)size;
  }
}

static void start(Connection *connection, int64_t due) {
  put_key(sent_count);
  sent_count++;
  busy_count++;
  connection->busy = 1;
  connection->due = due;
  connection->sent = connection->line_size = 0;
  connection->got_piece = connection->got_done = 0;
  connection->response.state = R_HEAD;
  connection->response.head_size = 0;
  if (connection->fd < 0) open_connection(connection);
  send_request(connection);
}

static void finish(Connection *connection) {
  int status = connection->response.status;
  statuses[status > 0 && status < 600 ? status : 0]++;
  done++;
  if (status == 200 && events_read && !connection->got_done) cut++;
  record(&latency, now_ns() - connection->due);
  if (connection->response.closes) close_connection(connection);
  set_free(connection);
}

static void serve(Connection *connection, uint32_t events) {
  static char bytes[READ_SIZE];
  if (events & EPOLLOUT) {
    watch(connection, EPOLLIN, EPOLL_CTL_MOD);
    send_request(connection);
  }
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
  ssize_t size = recv(connection->fd, bytes, sizeof bytes, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0 || !connection->busy) {
    // An idle connection that the server closes is no failure; it is on the free list already.
    if (connection->busy) return fail(connection);
    return close_connection(connection);
  }
  int end = take_response(&connection->response, bytes, (size_t)size, take_body, connection);
  if (end < 0) fail(connection);
  else if (end > 0) finish(connection);
}

// --- the three ways to load

static void pump(int64_t due) {
  struct epoll_event events[MAX_EVENTS];
  int ready = wait_until(epoll, events, MAX_EVENTS, due);
  for (int index = 0; index < ready; index++) serve(events[index].data.ptr, events[index].events);
}

static Connection *take_free(void) {
  Connection *connection = free_list;
  if (connection) free_list = connection->next_free;
  return connection;
}

static void drain(void) {
  for (int64_t limit = now_ns() + DRAIN; busy_count > 0 && now_ns() < limit;) pump(limit);
}

static void run_closed(void) {
  while (now_ns() < deadline) {
    for (Connection *connection; (connection = take_free());) start(connection, now_ns());
    pump(deadline);
  }
  drain();
}

static unsigned long run_open(double rate, double seconds) {
  int64_t begin = now_ns();
  unsigned long due_count = 0, wanted = (unsigned long)(rate * seconds);
  while (due_count < wanted && now_ns() < deadline) {
    int64_t now = now_ns(), due;
    Connection *connection;
    while (due_count < wanted && (due = begin + (int64_t)((double)due_count * SECOND / rate)) <= now && (connection = take_free())) {
      start(connection, due);
      due_count++;
    }
    int64_t next = begin + (int64_t)((double)due_count * SECOND / rate);
    pump(free_list && next < deadline ? next : deadline);
  }
  drain();
  return wanted - due_count;
}

static void run_hold(int connections, double rate, double seconds) {
  int64_t begin = now_ns(), limit = begin + (int64_t)((connections / rate + 30) * SECOND);
  // Refused ones are not waited for.
  for (int count = 0; held + (int)(done + failed) < connections && now_ns() < limit;) {
    int64_t due = begin + (int64_t)((double)count * SECOND / rate);
    Connection *connection;
    while (count < connections && due <= now_ns() && (connection = take_free())) {
      start(connection, now_ns());
      due = begin + (int64_t)((double)++count * SECOND / rate);
    }
    pump(count < connections ? due : limit);
  }
  printf("held %d\n", held);
  fflush(stdout);
  memset(&delay, 0, sizeof delay);
  events_read = 0;
  holding = 1;
  for (deadline = now_ns() + (int64_t)(seconds * SECOND); now_ns() < deadline;) pump(deadline);
}

// --- result

static void print_result(double seconds, unsigned long unsent) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  printf("{\"requests\":%lu,\"failed\":%lu,\"unsent\":%lu,\"unanswered\":%d,\"cut\":%lu,\"seconds\":%.6f,\"events\":%lu,\"bytes\":%llu,\"cpu_seconds\":%.6f,\"statuses\":{",
         done, failed, unsent, busy_count, cut, seconds, events_read, bytes_read, cpu);
  const char *comma = "";
  for (int status = 0; status < 600; status++)
    if (statuses[status]) printf("%s\"%d\":%lu", comma, status, statuses[status]), comma = ",";
  printf("},");
  print_histogram("latency", &latency);
  printf(",");
  print_histogram("first", &first);
  printf(",");
  print_histogram("delay", &delay);
  printf("}\n");
}

int main(int count, char **arguments) {
  if (count < 6) die("load closed|open|hold PORT REQUEST SECONDS CONNECTIONS [RATE]");
  mode = arguments[1][0] == 'o' ? OPEN : arguments[1][0] == 'h' ? HOLD : CLOSED;
  port = atoi(arguments[2]);
  read_request(arguments[3], getenv("KEYS"));
  double seconds = atof(arguments[4]), rate = count > 6 ? atof(arguments[6]) : 0;
  int connections = atoi(arguments[5]);
  if (mode != CLOSED && rate <= 0) die("RATE");
  epoll = epoll_create1(0);
  for (int index = 0; index < connections; index++) {
    Connection *connection = must(calloc(1, sizeof *connection));
    connection->fd = -1;
    // Servers close connections that say nothing for long.
    if (mode != HOLD) open_connection(connection);
    set_free(connection);
  }
  unsigned long unsent = 0;
  int64_t begin = now_ns();
  deadline = begin + (int64_t)(seconds * SECOND);
  if (mode == OPEN) unsent = run_open(rate, seconds);
  else if (mode == HOLD) run_hold(connections, rate, seconds);
  else run_closed();
  print_result((double)(now_ns() - begin) / SECOND, unsent);
}
