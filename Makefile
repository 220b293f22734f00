# From a machine with Python 3.11+ and make, and nothing else.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: demo test check fix bench lock

# The exact environment: every wheel by version and hash, then this package in place.
.venv/ready: requirements/dev.txt pyproject.toml
	@echo 'Setting up .venv (once; about a minute)' >&2
	@$(PYTHON) -m venv .venv >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e . >&2
	@touch $@

demo: .venv/ready
	@$(BIN)/hub demo $(ARGS)

test: check
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(ARGS)

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
	$(LOCK) pyproject.toml --extra demo --group dev -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra demo -c requirements/dev.txt -o requirements/run.txt
