# From a machine with Python 3.11+ and make, and nothing else.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# Processes that share the tests, file by file; tests/conftest.py puts the files that take longest first.
WORKERS ?= 3

.PHONY: demo test check fix bench lock

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# The exact environment, every wheel by version and hash, and this package in place: first what runs the hub, then
# what builds, trains and tests it.
.venv/run: requirements/run.txt requirements/build.txt pyproject.toml
	@echo 'Setting up .venv (once; about half a minute)' >&2
	@$(PYTHON) -m venv .venv >&2
	@$(INSTALL) --require-hashes -r requirements/run.txt -r requirements/build.txt >&2
	@$(INSTALL) --no-build-isolation --no-deps -e . >&2
	@touch $@

.venv/ready: .venv/run requirements/dev.txt
	@echo 'Adding what tests and benchmarks need (once; about a minute)' >&2
	@$(INSTALL) --require-hashes -r requirements/dev.txt >&2
	@touch $@

demo: .venv/run
	@$(BIN)/hub demo $(ARGS)

test: check
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered $(ARGS)

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/ready
	@$(BIN)/python -m benchmarks $(ARGS)

# For whoever changes a dependency; needs uv.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
lock:
	$(LOCK) pyproject.toml --extra demo --extra train --group dev -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra demo -c requirements/dev.txt -o requirements/run.txt
	$(LOCK) --group build -c requirements/dev.txt -o requirements/build.txt
