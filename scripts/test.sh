#!/usr/bin/env bash
# The whole suite on SQLite, then on a PostgreSQL cluster of its own, browser journeys included.
# What the machine lacks is installed (Debian, as root) or named as left out; with CI=true leaving out is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
unset PYTHONDONTWRITEBYTECODE # hundreds of tests start processes; each would compile the package again
left_out=()
failed=()
what=("$@") # folders or files; all of tests/ when none is named
once=()     # what touches no database is run once
[ ${#what[@]} -gt 0 ] || { what=(tests); once=(--ignore=tests/core --ignore=tests/packs); }

server_programs() { # the folder with initdb and pg_ctl of PostgreSQL 15 or newer
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) "$(pg_config --bindir 2>/dev/null)"; do
    [ -x "$folder/initdb" ] || continue
    [ "$("$folder/postgres" --version | grep -oE '[0-9]+' | head -1)" -ge 15 ] && { echo "$folder"; return; }
  done
  return 1
}
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
chinese_font() { command -v fc-list >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; }

missing=()
browser >/dev/null || missing+=(chromium)
chinese_font || missing+=(fonts-noto-cjk fontconfig)
server_programs >/dev/null || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

mark="not slow"
if found=$(browser); then
  export QINGYUAN_CHROMIUM="$found"
else
  mark="not slow and not browser"
  left_out+=("browser journeys: no Chromium")
fi
chinese_font || left_out+=("a look at Chinese text: no Chinese font")

rm -f build/clauses-shown.json
run() { # name, the database's address, then what is left out of this run
  local name=$1 address=$2
  shift 2
  echo "== the suite on $name"
  QINGYUAN_DATABASE_URL=$address "$python" -m pytest -q -n 2 -m "$mark" --durations 15 "$@" "${what[@]}" ||
    failed+=("$name")
}
run SQLite ""

if programs=$(server_programs); then
  cluster=$(mktemp -d /tmp/qingyuan-cluster.XXXXXX)
  as=()
  if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
    id postgres >/dev/null 2>&1 && owner=postgres || owner=nobody
    chown "$owner" "$cluster"
    as=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
  fi
  stop() {
    (cd /tmp && "${as[@]}" "$programs/pg_ctl" -D "$cluster/data" -m immediate stop >/dev/null 2>&1)
    rm -rf "$cluster"
  }
  trap stop EXIT
  trap 'exit 130' INT TERM
  (
    cd /tmp && set -e
    "${as[@]}" "$programs/initdb" -D "$cluster/data" -U qingyuan -A trust -E UTF8 --locale=C.UTF-8 >"$cluster.log"
    "${as[@]}" "$programs/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w start >/dev/null \
      -o "-k $cluster -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200 \
        -c autovacuum=off" # it would count tables as empty whose rows no test has committed, and plans would follow it
  )
  if [ $? = 0 ]; then
    run PostgreSQL "postgresql://qingyuan@${cluster//\//%2F}/postgres" "${once[@]}"
  else
    failed+=("PostgreSQL did not start")
    cat "$cluster/log" 2>/dev/null
  fi
  rm -f "$cluster.log"
else
  left_out+=("PostgreSQL: no server of version 15 or newer")
fi

"$python" scripts/clauses.py --brief
for each in "${left_out[@]}"; do echo "left out: $each"; done
for each in "${failed[@]}"; do echo "failed: $each"; done
if [ ${#failed[@]} -gt 0 ]; then exit 1; fi
if [ "${CI:-}" = true ] && [ ${#left_out[@]} -gt 0 ]; then exit 1; fi
