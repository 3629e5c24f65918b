# Needs Python 3.11 or newer with its venv module; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := $(shell find frontend -type f -not -path "*/node_modules/*")

.PHONY: serve test bench clean

serve: $(VENV)/installed
	$(BIN)/sjkg serve

test: $(VENV)/installed-test
	scripts/install-chromium.sh
	scripts/install-java.sh
	$(BIN)/pytest

bench: $(VENV)/installed-test
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sjkg needs Python 3.11 or newer; say which with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt hatch_build.py $(FRONTEND) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed tests/clients/comunica/package-lock.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	$(BIN)/python tests/clients/comunica/install.py
	touch $@
