# Each target makes its own .venv first: on a fresh machine with Python 3.11+ and make, one command is enough.
.PHONY: demo test check docs format bench soak clean

PYTHON ?= python3
BIN = .venv/bin
ARGS ?=
JOBS ?= 3

demo: .venv/run.stamp  ## everything on this machine, no account needed (ARGS=--once: count instead of show)
	$(BIN)/newswire demo $(ARGS)

test: .venv/dev.stamp  ## the tests, three files at a time: many of them wait for processes (JOBS=0: one after the other)
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/dev.stamp  ## style, types, floors, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest tests/docs

docs: .venv/dev.stamp  ## write the pages of docs/ that come from the code
	$(BIN)/python -m cli._reference

bench: .venv/bench.stamp  ## speed and size beside baselines (ARGS="deliver --write": one suite, into docs/benchmarks.md)
	$(BIN)/python -m benchmarks $(ARGS)

soak: .venv/dev.stamp  ## long battles: processes killed at random while posts flow (ARGS="--kills 20" for fewer)
	$(BIN)/python tests/soak $(ARGS)

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m cli._reference

.venv/run.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

.venv/dev.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@ .venv/run.stamp

.venv/bench.stamp: .venv/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
