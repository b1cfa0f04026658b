# make run    opens the window with the XOR example (or does the same job without a display)
# make test   runs the tests
# make check  everything that must be clean: ruff, mypy, import contracts, tests
# make parity compares with PyTorch, scikit-learn and ONNX's test vectors
# make bench  measures speed beside PyTorch and scikit-learn
# make screenshots walks a new user's path on a real screen (Xvfb, xdotool) into build/screenshots

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin


.PHONY: run test parity check lint types contracts format bench schema screenshots clean

$(VENV)/.run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --group dev
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[bench]"
	@touch $@

$(VENV)/.parity: $(VENV)/.dev
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[parity]"
	@touch $@

run: $(VENV)/.run
	@$(BIN)/netbuilder examples/xor.json

test: $(VENV)/.dev
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -n auto --dist worksteal $(ARGS)

parity: $(VENV)/.parity
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest tests/parity $(ARGS)

check: lint types contracts test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy netbuilder tests

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.bench
	QT_QPA_PLATFORM=offscreen $(BIN)/python tests/benchmarks/bench.py $(ARGS)

screenshots: $(VENV)/.dev
	$(BIN)/python tests/end2end/screenshots.py $(ARGS)

schema: $(VENV)/.run
	$(BIN)/python -m netbuilder.project.schema > resources/schema/project-v1.json

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
