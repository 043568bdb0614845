#!/usr/bin/env bash
# The client matrix: real SDKs, each with only its base URL changed, against the built gateway. Arguments go to
# matrix.cli.ts, which says what they mean.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
root="$(cd "$here/../.." && pwd)"
# shellcheck source=../install.sh
. "$here/install.sh"
install_node_packages
install_python_packages .venv requirements.txt
install_python_packages .venv-apart requirements-apart.txt
build_gateway

exec node "$here/clients/matrix.cli.ts" "$@"
