#!/usr/bin/env bash
# Serves the site in QINGYUAN_HOME (default ./var); where there is none, a demonstration site is made first.
set -euo pipefail
cd "$(dirname "$0")/.."
export QINGYUAN_HOME="${QINGYUAN_HOME:-$PWD/var}"
qingyuan=.venv/bin/qingyuan

if [ ! -e "$QINGYUAN_HOME/qingyuan.sqlite3" ] && [ -z "${QINGYUAN_DATABASE_URL:-}" ]; then
  # Made beside and moved in one step: a site that was interrupted in the making is never taken for a whole one.
  making="$QINGYUAN_HOME.making"
  rm -rf "$making"
  mkdir -p "$making"
  echo "making the demonstration site (five schemes, every record marked 演示)"
  QINGYUAN_HOME="$making" "$qingyuan" demo | tee "$making/log-ins.txt"
  mkdir -p "$QINGYUAN_HOME"
  cp -a "$making/." "$QINGYUAN_HOME/"
  rm -rf "$making"
elif [ -n "${QINGYUAN_DATABASE_URL:-}" ]; then
  "$qingyuan" demo || [ $? = 1 ] # 1: a site is there already, and is left alone
elif [ -e "$QINGYUAN_HOME/log-ins.txt" ]; then
  cat "$QINGYUAN_HOME/log-ins.txt"
fi
exec "$qingyuan" serve
