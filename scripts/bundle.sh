#!/usr/bin/env bash
# Everything an installation without a network needs, in build/bundle: our wheel with the built front end and division
# tables, the wheels it stands on for this Python on x86_64 and aarch64, install.sh, deploy examples, licences, sums.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
out=build/bundle
rm -rf "$out" build/wheel build/lib
mkdir -p "$out/wheels" build/wheel

echo "building our own wheel"
"$python" -m pip wheel --quiet --no-deps --wheel-dir build/wheel .
wheel=$(ls build/wheel/qingyuan-*.whl)
cp "$wheel" "$out/wheels/"

# What runs, without what only tests: our requirements, held to the versions of the lock.
sed -nE 's/^([A-Za-z0-9_.\[\],-]+==[^ \\;]+).*/\1/p' requirements.lock >build/constraints.txt
"$python" - "$wheel" >build/requirements.txt <<'PY'
import sys, zipfile
from email import message_from_bytes
with zipfile.ZipFile(sys.argv[1]) as wheel:
    name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    about = message_from_bytes(wheel.read(name))
print("\n".join(one for one in about.get_all("Requires-Dist", []) if "extra ==" not in one))
PY
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
for machine in ${QINGYUAN_BUNDLE_MACHINES:-x86_64 aarch64}; do
  echo "fetching wheels for Python $version on $machine"
  platforms=()
  for glibc in 17 24 26 27 28 31 34 35; do platforms+=(--platform "manylinux_2_${glibc}_$machine"); done
  platforms+=(--platform "manylinux2014_$machine")
  "$python" -m pip download --quiet --only-binary :all: --no-build-isolation --python-version "$version" --implementation cp \
    "${platforms[@]}" --dest "$out/wheels" --constraint build/constraints.txt --requirement build/requirements.txt
done

cp deploy/install.sh "$out/install.sh"
cp -r deploy "$out/deploy"
cp LICENSE README.md README.zh-CN.md "$out/"
"$python" scripts/licences.py >"$out/LICENCES.md"
printf '%s\n' "$version" >"$out/PYTHON"
(cd "$out" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
echo "build/bundle: $(ls "$out/wheels" | wc -l) wheels, $(du -sh "$out" | cut -f1); install with: sh install.sh /opt/qingyuan"
