// What both programs share: time, sockets, and a way to give up.
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define MICROSECOND 1000LL

/// Each streamed piece carries the time when it was written: this mark, then STAMP_DIGITS digits of microseconds.
#define STAMP_MARK "@t"
#define STAMP_DIGITS 16

static inline int64_t now_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * SECOND + at.tv_nsec;
}

__attribute__((noreturn)) static inline void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, errno ? strerror(errno) : "wrong");
  exit(1);
}

static inline void *must(void *memory) {
  if (!memory) die("memory");
  return memory;
}

/// Answers are small and must not wait for each other's acknowledgement.
static inline void set_up_socket(int fd) {
  int on = 1;
  if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0) die("fcntl");
  if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) die("TCP_NODELAY");
}

static inline struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// epoll_wait up to a point of time, exact to microseconds; 0: for ever.
static inline int wait_until(int epoll, struct epoll_event *events, int room, int64_t due) {
  int64_t wait = due - now_ns();
  if (wait < 0) wait = 0;
  struct timespec timeout = {.tv_sec = wait / SECOND, .tv_nsec = wait % SECOND};
  int ready = epoll_pwait2(epoll, events, room, due ? &timeout : NULL, NULL);
  if (ready < 0 && errno != EINTR) die("epoll_pwait2");
  return ready < 0 ? 0 : ready;
}
