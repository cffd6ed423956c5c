#!/usr/bin/env bash
# Everything that can be said about the code without running the suite. Runs to the end, then says what failed.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" QINGYUAN_SECRET_KEY=check DJANGO_SETTINGS_MODULE=qingyuan.project.settings
QINGYUAN_HOME=$(mktemp -d)
export QINGYUAN_HOME
trap 'rm -rf "$QINGYUAN_HOME"' EXIT
failed=()

check() { # what it says, then the command
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "ok      $name"
  else
    echo "FAILED  $name"
    echo "$output" | tail -n 60 | sed 's/^/        /'
    failed+=("$name")
  fi
}
append_only() { python -m django migrate --verbosity 0 && qingyuan ledger verify; } # a missing trigger is a break
no_address() { ! grep -nE '://' requirements.lock scripts/node.lock && ! grep -nE '"resolved"' frontend/package-lock.json; }

check "format" ruff format --check .
check "lint" ruff check .
check "types" mypy src
check "storeys" lint-imports
check "packs are plain YAML" yamllint --strict -c .yamllint src/qingyuan/packs
check "migrations are complete" python -m django makemigrations --check --dry-run
check "deployment settings" python -m django check
check "ledger is append-only" append_only
check "packs" qingyuan packs check
check "lock files hold no address" no_address
check "generated pages are current" python scripts/reference.py --check
check "clauses.csv is whole" python scripts/clauses.py --known
check "front end types" bash scripts/node.sh npx --no-install tsc --noEmit
check "catalogue" python scripts/catalogue.py

if [ ${#failed[@]} -gt 0 ]; then
  echo "failed: ${failed[*]}"
  exit 1
fi
