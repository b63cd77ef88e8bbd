# `make run` and `make test` do everything on a fresh machine; both are idempotent.
PYTHON ?= python3
VENV ?= .venv
# Linux with no NVIDIA card: `make run TORCH_INDEX=https://download.pytorch.org/whl/cpu` takes torch's own CPU build.
TORCH_INDEX ?=
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
export HF_HUB_OFFLINE ?= 1

.PHONY: run test unit lint eval clean

run: $(INSTALLED) ## set up, ingest the bundled corpus, serve the chat
	$(BIN)/advisor ingest
	$(BIN)/advisor serve

test: $(INSTALLED) lint ## set up, lint, types, the whole suite
	$(BIN)/python -m pytest

unit: $(INSTALLED) ## the fast suite alone
	$(BIN)/python -m pytest -m "not slow and not browser"

eval: $(INSTALLED) ## ask every question, show the result on the page, write the report, judge by the gate
	$(BIN)/advisor ingest
	rm -rf build/eval
	$(BIN)/advisor eval run advisor --into build/eval
	$(BIN)/advisor eval publish build/eval
	$(BIN)/advisor eval gate build/eval --report build/eval

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(if $(TORCH_INDEX),$(BIN)/python -m pip install -q --index-url $(TORCH_INDEX) torch==2.13.0)
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[test]'
	touch $@

clean:
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache
