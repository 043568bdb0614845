# shellcheck shell=bash
# Installs what the contract suites and the client matrix need, and builds the gateway where it is not built. Sourced:
# `here` is test/contract, and `root` the repository.

# The project's own Node, of a version that the system may not have, comes with the root install.
[[ -x "$root/node_modules/.bin/node" ]] || (cd "$root" && npm ci)
export PATH="$root/node_modules/.bin:$PATH"

# npm writes the inner lockfile at the end of an install: an older one is of another lockfile, or of none.
install_node_packages() {
  [[ "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]] && return
  (cd "$here" && npm ci)
  touch "$here/node_modules/.package-lock.json"
}

# install_python_packages ENVIRONMENT REQUIREMENTS: a virtual environment with exactly these packages.
# uv, at a version of its own, takes a fifth of the time that pip takes for as many.
install_python_packages() {
  local environment="$here/$1" requirements="$here/python/$2"
  cmp -s "$requirements" "$environment/requirements.txt" && return
  python3 -m venv --clear "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check uv==0.13.9
  "$environment/bin/uv" pip install --quiet --python "$environment/bin/python" -r "$requirements"
  cp "$requirements" "$environment/requirements.txt"
}

build_gateway() {
  [[ -f "$root/dist/main.js" && -f "$root/dist/sandbox.cli.js" ]] || (cd "$root" && npm run build)
}
