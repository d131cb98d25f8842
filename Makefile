# Guiyan. The two commands: `make run` (a city at work) and `make test` (everything proved on real servers).
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: run test check test-compose test-faults test-decade test-versions bench format generate lock clean help

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

run:  ## start everything on this machine; ARGS=--exit runs the journey and ends with its exit code
	@$(PYTHON) deploy/bootstrap.py run
	@exec $(BIN)/guiyan up $(ARGS)

test: .dev  ## the fast suite on real servers
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: .dev  ## style, types, import direction, generated files fresh
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m guiyan.events.generate --check
	@$(BIN)/python -m guiyan.service.generate --check
	@$(BIN)/python -m guiyan.cli.reference --check

test-compose: .dev  ## the same system from docker-compose.yml (needs a container engine)
	@$(BIN)/python -m pytest -p no:xdist -m compose --timeout 900 tests/compose cli/tests/servers/test_sources.py $(ARGS)

test-faults: .dev  ## 100 SIGKILLs at random points; ARGS="--kills 20 --seed 7" for another run
	@$(BIN)/python -m tests.faults.kills $(ARGS)

test-decade: .dev  ## ten years of contact for 1,000 members in simulated time, half of them on each of two cores
	@GUIYAN_DECADE_MEMBERS=1000 $(BIN)/python -m pytest -n 2 services/contact/tests/test_decade.py $(ARGS)

test-versions: .dev  ## a transfer between services of this release and of the one before (deploy/previous-release)
	@$(BIN)/python -m pytest -p no:xdist -m versions tests/versions $(ARGS)

bench: .dev  ## every figure of the speed table, as a ratio to the bare client
	@$(BIN)/guiyan bench $(ARGS)

format: .dev
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

generate: .dev  ## schemas and reference pages
	@$(BIN)/python -m guiyan.events.generate
	@$(BIN)/python -m guiyan.service.generate
	@$(BIN)/python -m guiyan.cli.reference

lock:  ## lock the requirements again (needs uv on PATH)
	uv pip compile --generate-hashes --universal --no-header --python-version 3.11 requirements/run.in -o requirements/run.txt -q
	uv pip compile --generate-hashes --universal --no-header --python-version 3.11 requirements/dev.in -c requirements/run.txt -o requirements/dev.txt -q

.PHONY: .dev
.dev:
	@$(PYTHON) deploy/bootstrap.py dev

clean:  ## forget the virtual environment and the sample data
	rm -rf $(VENV) data
