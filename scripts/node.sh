#!/usr/bin/env bash
# Runs a command in frontend/ with Node 20 or newer: the system's, else the one PyPI carries, put into .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
new_enough() { command -v node >/dev/null && command -v npm >/dev/null && [ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ]; }
if ! new_enough; then
  export PATH="$root/.venv/bin:$PATH"
  if ! new_enough; then
    echo "no Node 20 here: taking the one from PyPI" >&2
    .venv/bin/python -m pip install --quiet --require-hashes --no-deps -r scripts/node.lock
    hash -r
  fi
fi
cd frontend
exec "$@"
