# The commands of this house. `make demo` and `make test` need nothing but git, make and python3-venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SCENARIO ?= demo
SHAPE ?= one
# Hundreds of commands are started: each is compiled once.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check bench bench-amd bench-api bench-connect bench-engine bench-feed bench-leads bench-pacing bench-pages screens test-browser soak lock fmt clean
.DELETE_ON_ERROR:

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(READY)
	@$(BIN)/outpace demo --scenario $(SCENARIO) --shape $(SHAPE)

# Live calls are held to the hundredth of a second: nothing that only computes runs beside them. What
# failed beside other tests is run once more, alone: it fails then if it is at fault, not the machine.
TOGETHER := --dist loadfile --no-loadscope-reorder
test: $(READY)
	$(BIN)/outpace asterisk install
	$(BIN)/python -m simulation.browser
	$(BIN)/python -m pytest $(TOGETHER) -n 5 -m "live and not soak" || { test $$? -eq 1 && \
	    $(BIN)/python -m pytest --last-failed -m "live and not soak"; }
	$(BIN)/python -m pytest $(TOGETHER) -n 3 -m "not live and not soak" || { test $$? -eq 1 && \
	    $(BIN)/python -m pytest --last-failed -m "not live and not soak"; }

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.check_pages

soak: $(READY)
	$(BIN)/outpace asterisk install
	$(BIN)/python -m pytest -m soak
	OUTPACE_CONTRACT_EXAMPLES=50 $(BIN)/python -m pytest tests/unit/api/test_whole_contract.py

bench: bench-connect bench-engine

bench-connect: $(READY)
	$(BIN)/python -m benchmarks.connect

bench-engine: $(READY)
	$(BIN)/python -m benchmarks.engine

bench-amd: $(READY)
	$(BIN)/python -m benchmarks.amd

bench-api: $(READY)
	$(BIN)/python -m benchmarks.api

bench-leads: $(READY)
	$(BIN)/python -m benchmarks.leads

bench-feed: $(READY)
	$(BIN)/python -m benchmarks.feed

bench-pacing: $(READY)
	$(BIN)/python -m benchmarks.pacing

bench-pages: $(READY)
	$(BIN)/outpace asterisk install
	$(BIN)/python -m simulation.browser
	PYTHONPATH=tests/integration:tests $(BIN)/python -m benchmarks.pages

test-browser: $(READY)
	$(BIN)/outpace asterisk install
	$(BIN)/python -m simulation.browser
	$(BIN)/python -m simulation.turn
	$(BIN)/python -m pytest -s -m soak tests/integration/test_agent_page.py tests/integration/test_far_agent.py

screens: $(READY)
	PYTHONPATH=tests/integration:tests $(BIN)/python -m tools.make_screens

fmt: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The lock holds for Python 3.11 and newer on any machine; the resolver itself is not part of the project.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --group dev pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
