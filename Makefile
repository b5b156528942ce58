# The commands of the project; CONTRIBUTING.md says what each is for.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt
ROOMS := annotation configs data eval inference models training
SOURCES := $(ROOMS) tests __init__.py __main__.py cli.py

.PHONY: demo test test-slow check lint typecheck imports format types starter corpus-report clean

demo: $(VENV)/.core  ## install the core and extract from the shipped examples
	$(BIN)/reportedly demo -o demo.jsonl

test: $(VENV)/.dev  ## set up and run all default tests, with coverage
	$(BIN)/python -m pytest --cov --cov-report=term --cov-fail-under=85

test-slow: $(VENV)/.dev  ## the tests left out of the default run
	$(BIN)/python -m pytest -m slow

check: lint typecheck imports test  ## everything that must be green before a merge

lint: $(VENV)/.dev
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

typecheck: $(VENV)/.dev types
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

types:  ## links that let type checkers see the repository root as the package
	@mkdir -p build/types/reportedly
	@for name in $(ROOMS) __init__.py __main__.py cli.py py.typed; do \
		ln -sfn "$(CURDIR)/$$name" build/types/reportedly/$$name; done

corpus-report: $(VENV)/.core  ## count every phenomenon of the corpus by language; TEXTS=FOLDER also looks for copies
	$(BIN)/reportedly corpus $(if $(TEXTS),--compare $(TEXTS))

starter: $(VENV)/.dev  ## train the shipped model anew and put it in its place
	$(BIN)/reportedly train configs/starter.yaml output=models/starter export.keep_weights=false

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("reportedly needs Python 3.11 or newer; call make with PYTHON=python3.x") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml $(CONSTRAINTS) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(CONSTRAINTS) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --editable ".[dev]"
	@touch $@ $(VENV)/.core

clean:
	rm -rf $(VENV) build dist *.egg-info
