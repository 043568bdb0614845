#!/usr/bin/env bash
# Runs real client SDKs against the built gateway: a suite for Node and one for Python.
# Fails when a test fails, and when a suite ran no test at all.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
reports="$(mktemp -d)"
trap 'rm -rf "$reports"' EXIT

# shellcheck source=install.sh
. "$here/install.sh"
install_node_packages
install_python_packages .venv requirements.txt
build_gateway

failed=0

# Python's suite waits more than it computes, and has a gateway of its own: it runs beside the one for Node.
(cd "$here/python" && PYTHONDONTWRITEBYTECODE=1 "$here/.venv/bin/python" -m pytest -q -p no:cacheprovider --junit-xml="$reports/python.xml") >"$reports/python.log" 2>&1 &
python_suite=$!

(cd "$here" && node --test --test-concurrency=2 --test-timeout=120000 \
  --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination="$reports/node.tap" \
  'node/*.test.ts') || failed=1

wait "$python_suite" || failed=1
cat "$reports/python.log"

# Prints the first number after a word in a report; 0 if there is no report.
number_after() { grep -oE "$1[0-9]+" "$2" 2>/dev/null | grep -oE '[0-9]+' | head -n 1 || echo 0; }

node_tests="$(number_after '^# tests ' "$reports/node.tap")"
node_passed="$(number_after '^# pass ' "$reports/node.tap")"
python_tests="$(number_after ' tests="' "$reports/python.xml")"
python_passed="$((python_tests - $(number_after ' failures="' "$reports/python.xml") - $(number_after ' errors="' "$reports/python.xml") - $(number_after ' skipped="' "$reports/python.xml")))"

echo
echo "contract: node $node_passed of $node_tests passed, python $python_passed of $python_tests passed"
if [[ "$node_passed" -eq 0 || "$python_passed" -eq 0 ]]; then
  echo "contract: a suite ran no test" >&2
  failed=1
fi
exit "$failed"
