# shellcheck shell=bash
# The steps of .ci/run: each adds to `passed` and `failed`. Sourced, not run.

port="${ASBRU_CI_PORT:-8080}"
reports="$(mktemp -d)"
servers=()
postgres_home='' postgres_pid=''
redis_home='' redis_pid=''
passed=0
failed=0
summary=()
trap clean_up EXIT

# begin NAME COMMAND…: runs a command beside what follows; `finished NAME` waits for it, shows what it said, and fails
# as it did. Its status is in a file, because a suite waits in a subshell, whose child it is not.
declare -A begun=()
begin() {
  local name="$1"
  shift
  {
    local status=0
    "$@" || status=$?
    echo "$status" >"$reports/$name.status"
  } >"$reports/$name.log" 2>&1 &
  begun[$name]=$!
}

finished() {
  while [[ ! -s "$reports/$1.status" ]] && kill -0 "${begun[$1]}" 2>/dev/null; do sleep 0.2; done
  cat "$reports/$1.log"
  [[ -s "$reports/$1.status" ]] && return "$(<"$reports/$1.status")"
}

# What the contract suites and the client matrix need; they install what is missing themselves.
install_clients() {
  # shellcheck disable=SC2034 # `here` and `root` are for what is sourced.
  local here="$PWD/test/contract" root="$PWD"
  # shellcheck source=../test/contract/install.sh
  . test/contract/install.sh
  install_node_packages
  install_python_packages .venv requirements.txt
  install_python_packages .venv-apart requirements-apart.txt
}

# check NAME COMMAND…: one check, passed when the command succeeds.
check() {
  local name="$1" from=$SECONDS
  shift
  heading "$name"
  if "$@"; then
    passed=$((passed + 1))
    note "$name" 'passed' "$from"
  else
    failed=$((failed + 1))
    note "$name" 'FAILED' "$from"
  fi
}

# suite NAME COUNTER COMMAND…: as many checks as the command has tests. The counter prints "passed failed".
# A suite that fails without a failed test, or that has no test at all, counts as one failure.
suite() {
  local name="$1" counter="$2" from=$SECONDS status=0 counts good bad
  shift 2
  heading "$name"
  "$@" 2>&1 | tee "$reports/output" || status=1
  counts="$("$counter" 2>/dev/null)"
  good="${counts%% *}" bad="${counts##* }"
  [[ $good =~ ^[0-9]+$ ]] || good=0
  [[ $bad =~ ^[0-9]+$ ]] || bad=0
  if ((bad == 0 && (status != 0 || good == 0))); then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  note "$name" "$good passed, $bad failed" "$from"
}

# A skipped test tests nothing, so it counts as failed; so does a file that could not be loaded.
jest_counts() {
  node -p "
    const r = JSON.parse(require('node:fs').readFileSync('$reports/jest.json', 'utf8'));
    [r.numPassedTests, r.numFailedTests + r.numPendingTests + r.numTodoTests + r.numRuntimeErrorTestSuites].join(' ')"
}

# Reads the line that test/contract/run.sh ends with.
contract_counts() {
  sed -nE 's/^contract: node ([0-9]+) of ([0-9]+) passed, python ([0-9]+) of ([0-9]+) passed$/\1 \2 \3 \4/p' \
    "$reports/output" | awk '{ print $1 + $3, $2 - $1 + $4 - $3 }'
}

clients_counts() {
  sed -nE 's/^clients: [0-9]+ clients, ([0-9]+) passed, ([0-9]+) failed.*/\1 \2/p' "$reports/output"
}

docs_counts() {
  sed -nE 's/^commands: ([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$reports/output"
}

# governance_program NAME ARGUMENT…: whole gateways on one PostgreSQL and one Redis, under load.
governance_program() {
  node --import ./test/support/source-hooks.mjs "test/governance/$1.cli.ts" "${@:2}"
}

# Three gateways behind HAProxy are restarted one by one under load. HAProxy comes from Debian when it is not there.
rolling_restart() {
  command -v haproxy >/dev/null || install_package haproxy || return 1
  node test/rolling-restart/rolling-restart.cli.ts
}

install_package() {
  local as_root=()
  ((EUID == 0)) || as_root=(sudo -n)
  "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

# A server of PostgreSQL on a free port of 127.0.0.1, in a folder of its own, that ends with the run. The tests make
# their databases on it; without it they are skipped, which counts as failed.
start_postgres() {
  local bin as_postgres=() at
  bin="$(postgres_bin)" || { install_package postgresql && bin="$(postgres_bin)"; } || return 1
  # The server refuses to run as root.
  ((EUID == 0)) && as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  postgres_home="$(mktemp -d)"
  ((EUID == 0)) && chown postgres "$postgres_home"
  at="$(free_port)" &&
    "${as_postgres[@]}" "$bin/initdb" -D "$postgres_home/data" -U postgres --auth=trust --no-sync -E UTF8 --no-locale \
      >"$reports/initdb.log" || return 1
  setsid "${as_postgres[@]}" "$bin/postgres" -D "$postgres_home/data" -p "$at" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c fsync=off >"$reports/postgres.log" 2>&1 &
  postgres_pid=$!
  for _ in {1..100}; do
    "$bin/pg_isready" -q -h 127.0.0.1 -p "$at" && break
    sleep 0.1
  done
  "$bin/createdb" -h 127.0.0.1 -p "$at" -U postgres asbru_migrations || { cat "$reports/postgres.log"; return 1; }
  export ASBRU_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$at/postgres"
}

# A server of Redis on a free port of 127.0.0.1, in a folder of its own, that ends with the run. Tests that kill and empty
# one start their own; without this one they are skipped, which counts as failed.
start_redis() {
  local at
  command -v redis-server >/dev/null || install_package redis-server || return 1
  redis_home="$(mktemp -d)"
  at="$(free_port)" || return 1
  setsid redis-server --port "$at" --bind 127.0.0.1 --dir "$redis_home" --save '' --appendonly no \
    >"$reports/redis.log" 2>&1 &
  redis_pid=$!
  for _ in {1..100}; do
    [[ $(redis-cli -p "$at" ping 2>/dev/null) == PONG ]] && break
    kill -0 "$redis_pid" 2>/dev/null || { cat "$reports/redis.log"; return 1; }
    sleep 0.1
  done
  export ASBRU_TEST_REDIS_URL="redis://127.0.0.1:$at/0"
}

free_port() {
  node -e "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })"
}

# The folder of the newest server's programs; Debian keeps them out of PATH.
postgres_bin() {
  local found
  found="$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)"
  [[ -n $found ]] || found="$(command -v initdb)"
  [[ -n $found ]] && dirname "$found"
}

# The committed migrations make what the entities say, on each engine: without a server as on a developer's machine, and
# on a real one.
migrations() {
  node tools/migrations.mjs check &&
    ASBRU_MIGRATION_CHECK_URL="${ASBRU_TEST_POSTGRES_URL%/*}/asbru_migrations" node tools/migrations.mjs check
}

# The README's way to start, on its port, and beside it what docs/sandbox.md starts: a sandbox alone and a gateway
# in front of it. Those two do not build again, which would take the files from under the first. The setup token is for
# docs/governance-tour.md, whose reader takes the one that the gateway prints.
start_as_the_readme_says() {
  local sandbox="http://127.0.0.1:$((port + 1))"
  ASBRU_SETUP_TOKEN="$(node -p "require('node:crypto').randomBytes(32).toString('hex')")"
  export ASBRU_SETUP_TOKEN
  serve "http://127.0.0.1:$port/health/ready" env PORT="$port" npm start &&
    serve "$sandbox/public/v1/models" env PORT=$((port + 1)) node dist/sandbox.cli.js &&
    serve "http://127.0.0.1:$((port + 2))/health/ready" env PORT=$((port + 2)) CEREBRAS_API_KEY=csk-sandbox \
      DATABASE_URL=sqlite::memory: ASBRU_DATA_DIR="$reports/data" CEREBRAS_BASE_URL="$sandbox" node dist/main.js
}

# serve URL COMMAND…: starts a server in a process group of its own and waits until the URL answers.
serve() {
  local url="$1" log
  shift
  if curl -s -o /dev/null "$url"; then
    echo "Something answers at $url already: free the port, or set ASBRU_CI_PORT." >&2
    return 1
  fi
  log="$(mktemp -p "$reports")"
  setsid "$@" >"$log" 2>&1 &
  servers+=($!)
  for _ in {1..120}; do
    curl -sf -o /dev/null "$url" && return 0
    kill -0 "${servers[-1]}" 2>/dev/null || break
    sleep 0.5
  done
  echo "$* did not start:" >&2
  cat "$log" >&2
  return 1
}

clean_up() {
  local server
  for server in "${servers[@]}"; do kill -TERM -- "-$server" 2>/dev/null; done
  if [[ -n $postgres_pid ]]; then
    # Fast shutdown; its files are gone when it is.
    kill -INT "$postgres_pid" 2>/dev/null && wait "$postgres_pid"
  fi
  if [[ -n $redis_pid ]]; then
    kill -TERM "$redis_pid" 2>/dev/null && wait "$redis_pid"
  fi
  rm -rf "$reports" ${postgres_home:+"$postgres_home"} ${redis_home:+"$redis_home"}
}

heading() { printf '\n=== %s\n' "$1"; }

note() { summary+=("$(printf '%5d s  %-28s %s' $((SECONDS - $3)) "$1" "$2")"); }

report() {
  heading 'summary'
  printf '%s\n' "${summary[@]}"
  printf '%5d s  in all\n\n' "$SECONDS"
  echo "$passed passed, $failed failed"
  ((failed == 0))
}
