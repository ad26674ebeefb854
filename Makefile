# The workflow of this project. `make run` and `make test` need python3 (3.11 to 3.13) and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
# A process for each core, 4 at most; each takes whole files, whose tests share what is slow to set up.
SHARED := --numprocesses auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder

.PHONY: setup run demo test test-long bench bench-crash bench-crash-cluster bench-memory format schema lock clean

setup: $(STAMP)  ## only sets up: .venv with the locked dependencies and this package

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

run: $(STAMP)  ## the bot; with no token its messages go to this terminal
	$(BIN)/kentongan run

demo: $(STAMP)  ## the whole job against a news site of its own: no network, no token, no leftovers
	$(BIN)/kentongan demo

test: $(STAMP)  ## all checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest $(SHARED) -m "not long"

test-long: $(STAMP)  ## several machines, faults and moves by real programs, which mostly wait
	$(BIN)/pytest $(SHARED) -m long

bench: $(STAMP)  ## speed, as ratios against a peer or the sum of the parts in the same run
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

bench-crash: $(STAMP)  ## 200 kills on each engine, at every stage and at random moments (ENGINE=sqlite: on one)
	$(BIN)/python benchmarks/crash.py --kills 200 --engine $(or $(ENGINE),both)

bench-crash-cluster: $(STAMP)  ## 40 kills of three machines over one PostgreSQL, one every two seconds
	$(BIN)/python benchmarks/crash_cluster.py

bench-memory: $(STAMP)  ## what each process takes with a hostile web and an archive of 200,000 articles
	$(BIN)/python benchmarks/memory.py

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(STAMP)  ## writes config/schema from the models
	$(BIN)/python -m bot.schema config/schema

lock:  ## writes requirements.lock from pyproject.toml (needs uv); names no package index
	uv pip compile pyproject.toml --extra cluster --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --quiet --output-file requirements.lock

clean:
	rm -rf .venv build dist
