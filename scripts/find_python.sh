#!/usr/bin/env bash
# Makes the virtual environment with the first Python that is new enough. Argument: where.
set -euo pipefail
for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
  if command -v "$python" >/dev/null && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    if "$python" -m venv "$1"; then exit 0; fi
    rm -rf "$1"
    echo "$python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2
    exit 1
  fi
done
echo "Python 3.11 or newer is needed and was not found" >&2
exit 1
