# Two commands: `make episode` (hear it) and `make test` (trust it). Both only do what is left to do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: episode test check voice clean help

help:
	@echo "make episode   render examples/article.txt and say where to listen"
	@echo "make test      install what the tests need and run them all"
	@echo "make check     ruff and mypy"
	@echo "make voice     train the bundled voice again (resumable; up to two hours on two cores)"

episode: $(VENV)/.installed
	$(BIN)/podcast generate examples/article.txt

test: $(VENV)/.installed-test $(VENV)/.system
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

check: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

voice: $(VENV)/.installed-test
	$(BIN)/python -m voices.training

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "podcast needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# torch first and pinned: asked for by another package, it may come with gigabytes of drivers.
$(VENV)/.installed-test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,dev,bench,cloud,cluster,coqui,fast,pocket,serve,train]'
	@touch $@ $(VENV)/.installed

# Debian packages that some tests use as independent instruments; without root they skip by name.
$(VENV)/.system: .ci/system-packages | $(BIN)/python
	sh .ci/system-packages
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
