# The two commands of the README, and what developers use. Everything is set up in .venv and .tools.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: report test check bench docs clean

report: .venv/for-use
	@$(BIN)/aicapex report -o aicapex-report.xlsx

test: .venv/for-tests
	@sh tests/install_tools.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadfile

bench: .venv/for-tests
	@sh tests/install_tools.sh
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python -m benchmarks

docs: .venv/for-tests
	$(BIN)/python -m addin.reference
	$(BIN)/python -m workbooks.lint.reference
	$(BIN)/python -m tests.parity
	$(BIN)/python -m tests.pictures
	$(BIN)/python -m tests.screenshot

clean:
	rm -rf .venv .tools build *.egg-info

.venv/for-use: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'aicapex needs Python 3.11 or later: make report PYTHON=/path/to/python3.11'; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo 'Python cannot make a virtual environment here (Debian: apt-get install python3-venv)'; exit 1; }
	@echo 'Setting up .venv (once, about a minute) ...'
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/for-tests: .venv/for-use
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@
