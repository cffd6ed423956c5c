#!/bin/sh
# Installs from this folder, without a network. Usage: sh install.sh [FOLDER]   (default /opt/qingyuan)
# Needs the Python named in the file PYTHON, with venv. An installation that stands is brought to this release.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
there=${1:-/opt/qingyuan}
wanted=$(cat "$here/PYTHON")

(cd "$here" && sha256sum --check --quiet SHA256SUMS) || { echo "the bundle is damaged: see above" >&2; exit 1; }
python=$(command -v "python$wanted" || command -v python3 || true)
[ -n "$python" ] || { echo "Python $wanted is needed and was not found" >&2; exit 1; }
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
[ "$found" = "$wanted" ] || { echo "Python $wanted is needed; $python is $found" >&2; exit 1; }

[ -x "$there/bin/python" ] || "$python" -m venv "$there"
"$there/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \
  --upgrade qingyuan
"$there/bin/qingyuan" --help >/dev/null
echo "installed in $there"
echo "a new site:       QINGYUAN_HOME=/var/lib/qingyuan $there/bin/qingyuan init --unit CODE"
echo "a site that was:  QINGYUAN_HOME=/var/lib/qingyuan $there/bin/qingyuan upgrade"
echo "then:             QINGYUAN_HOME=/var/lib/qingyuan $there/bin/qingyuan serve"
