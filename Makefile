# Every target does the whole set-up first; it is skipped while .venv is current.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_STAMP := $(VENV)/.installed_for_demo

.PHONY: install demo test lint docs bench

install: $(STAMP)

# The demo trains, exports and serves: it needs no tool of development.
demo: $(DEMO_STAMP)
	$(BIN)/infogan-demo --workdir=demo

test: install
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

bench: install
	@set -e; for benchmark in benchmarks/*.py; do \
		echo "== $$benchmark"; $(BIN)/python "$$benchmark"; \
	done

$(STAMP): EXTRA := dev
$(DEMO_STAMP): EXTRA := serve

# The old stamp goes first: an installation that fails half-way must not look current.
$(STAMP) $(DEMO_STAMP): setup.py pyproject.toml constraints.txt
	@rm -f $@
	@command -v $(PYTHON) >/dev/null || { \
		echo "keras-infogan needs Python 3.11 or newer. Received: no command named $(PYTHON)." >&2; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and \
		"keras-infogan needs Python 3.11 or newer. Received: " + sys.version.split()[0] + \
		"; name a newer one with make PYTHON=...")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "make needs the venv module (Debian and Ubuntu: apt-get install python3-venv)." >&2; \
		exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[$(EXTRA)]'
	@touch $@ $(DEMO_STAMP)
