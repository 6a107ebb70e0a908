# 首办 Shouban: the commands of the front door. Everything is installed into .venv, nothing outside it
# (but the browser and the PostgreSQL of `make test`, which come from Debian's packages where they are missing).

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q
ROOM   := bot intents storage tests bench

.PHONY: run setup test check bench pictures lock clean

run: setup                       ## the demo hall at http://127.0.0.1:8080
	$(BIN)/hall serve

setup: $(VENV)/.hall             ## .venv with the command `hall` in it

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.hall: $(VENV)/.python requirements-build.lock requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements-build.lock
	$(PIP) install --require-hashes --no-build-isolation -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.hall requirements-dev.lock
	$(PIP) install --require-hashes --no-build-isolation -r requirements-dev.lock
	@touch $@

test: $(VENV)/.dev browser database certificates check ## every test and check; fails on any fault, on a missing browser or database
	$(BIN)/python -m pytest -n 3 --dist loadgroup

check: $(VENV)/.dev
	$(BIN)/ruff format --check $(ROOM)
	$(BIN)/ruff check $(ROOM)
	$(BIN)/mypy
	$(BIN)/lint-imports
	HALL_DATA_DIR=$${TMPDIR:-/tmp}/shouban-test $(BIN)/hall check # what is learned here is there for the tests

.PHONY: browser
browser:
	@command -v chromium >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei >/dev/null; } || \
	  { echo "浏览器测试需要 chromium（Debian：apt-get install chromium fonts-wqy-microhei）"; exit 1; }

.PHONY: database
database:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } || \
	  { echo "数据库测试需要 PostgreSQL（Debian：apt-get install postgresql）"; exit 1; }

.PHONY: certificates
certificates:
	@command -v openssl >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends openssl >/dev/null; } || { echo "反向代理的测试需要 openssl"; exit 1; }

bench: $(VENV)/.dev              ## the measurements, as ratios; JSON with BENCH_JSON=FILE
	$(BIN)/python -m bench

pictures: $(VENV)/.dev browser   ## the README's pictures, from the real product
	$(BIN)/python -m bench.pictures

lock:                            ## the hash-pinned locks, without any address (needs uv)
	uv pip compile -q --generate-hashes --universal --no-emit-index-url --no-header --python-version 3.11 --group build -o requirements-build.lock
	uv pip compile -q --generate-hashes --universal --no-emit-index-url --no-header --python-version 3.11 --extra semantic pyproject.toml -o requirements.lock
	uv pip compile -q --generate-hashes --universal --no-emit-index-url --no-header --python-version 3.11 --extra semantic pyproject.toml --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
