#!/usr/bin/env bash
# Lets coding agents work through the built gateway against the sandbox, in a network that has nothing but loopback.
# Installs them into this folder: about 800 MB. Fails when a test fails, and when none ran.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
report="$(mktemp)"
trap 'rm -f "$report"' EXIT

# The project's own Node, of a version that the system may not have, comes with the root install.
[[ -x "$root/node_modules/.bin/node" ]] || (cd "$root" && npm ci)
export PATH="$root/node_modules/.bin:$PATH"

if [[ ! "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]]; then
  (cd "$here" && npm ci --ignore-scripts)
  touch "$here/node_modules/.package-lock.json"
fi

[[ -f "$root/dist/main.js" && -f "$root/dist/sandbox.cli.js" ]] || (cd "$root" && npm run build)

# A network namespace of its own: no address but loopback's, so that nothing can be reached outside.
if unshare --map-root-user --net true 2>/dev/null; then
  isolate=(unshare --map-root-user --net bash -c 'ip link set lo up && exec "$@"' --)
  export ASBRU_AGENTS_NETWORK=loopback
else
  echo 'agents: no network namespace can be made here: the network is not cut off' >&2
  isolate=()
fi

failed=0
(cd "$here" && ${isolate[@]+"${isolate[@]}"} node --test --test-timeout=180000 \
  --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$report" \
  'agents.test.ts') || failed=1

passed="$(grep -oE '^# pass [0-9]+' "$report" | grep -oE '[0-9]+' || echo 0)"
tests="$(grep -oE '^# tests [0-9]+' "$report" | grep -oE '[0-9]+' || echo 0)"
echo
echo "agents: $passed of $tests passed"
if [[ "$passed" -eq 0 ]]; then
  echo 'agents: no test ran' >&2
  failed=1
fi
exit "$failed"
