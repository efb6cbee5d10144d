.DEFAULT_GOAL := help
PYTHON := .venv/bin/python

.PHONY: help run setup test check audit bench browser servers fuzz soak lock translations

help:
	@echo "make run     serve the site on 127.0.0.1:8000 (PORT=… for another port); the first time it is set up and filled with a sample"
	@echo "make test    install what the tests need, and run them all: on SQLite, and what touches the database on PostgreSQL and Redis too"
	@echo "make check   linters, formatting, Django's own checks, known weaknesses of dependencies where they can be asked for"
	@echo "make audit   known weaknesses of dependencies, and a failure where they cannot be asked for"
	@echo "make bench   simulate the order, time import, pages, votes, lists and search beside limits and peers, and say which targets are missed (half an hour)"
	@echo "make fuzz    seek new examples that break a property or the site: other ones at each run, and ten times as many as the tests try (a quarter of an hour)"
	@echo "make soak    ten minutes of mixed traffic: is anything refused, lost, wrong or growing?"
	@echo "make setup   install only"
	@echo "make translations   compile locale/ after a change"
	@echo "make lock    resolve requirements*.in into the hashed requirements*.txt"

run: setup
	@$(PYTHON) manage.py serve

setup: .venv/installed

test: .venv/installed-dev browser servers
	@$(PYTHON) -m pytest
	@$(PYTHON) -m tests.servers $(PYTHON) -m pytest

check: .venv/installed-dev
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) manage.py makemigrations --check --dry-run
	DEBUG=0 SITE_URL=https://reprise.example $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) -m tests.audit

# For a machine that can ask: fails where `check` only says that it could not.
audit: .venv/installed-dev
	@$(PYTHON) -m tests.audit --needed

fuzz: .venv/installed-dev
	@$(PYTHON) -m pytest --hypothesis-profile=long -m hypothesis

soak: .venv/installed-dev
	@$(PYTHON) -m benchmarks.soak

bench: .venv/installed-dev
	@$(PYTHON) -m benchmarks.ranking
	@$(PYTHON) -m benchmarks.import_reviews
	@$(PYTHON) -m benchmarks.import_peer
	@$(PYTHON) -m benchmarks.votes_during_import
	@$(PYTHON) -m benchmarks.pages
	@$(PYTHON) -m benchmarks.pages_peer
	@$(PYTHON) -m benchmarks.votes
	@$(PYTHON) -m benchmarks.lists
	@$(PYTHON) -m benchmarks.search --count 100000
	@$(PYTHON) -m benchmarks.growth

.venv/bin/python:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Reprise needs Python 3.11 or newer.")'
	@echo "Making the environment in .venv"
	@python3 -m venv .venv || { rm -rf .venv; echo "Python has no venv here; on Debian: apt-get install python3-venv"; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing what the site runs on"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing what the tests need"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/installed

# PostgreSQL, Redis and nginx too; RUNLEVEL keeps the package manager from starting them as services of the machine.
servers:
	@$(PYTHON) -c 'from tests import servers; raise SystemExit(bool(servers.missing()))' || { \
		SUDO=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
		command -v apt-get >/dev/null && echo "Installing PostgreSQL and Redis for the tests" \
		&& $$SUDO apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $$SUDO apt-get install -y -qq \
			--no-install-recommends postgresql redis-server nginx-light >/dev/null; } \
		|| echo "No PostgreSQL or Redis here: the tests will run on SQLite only."

# The browser comes from the system's package manager where there is one that we may use; elsewhere its tests are skipped.
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
		SUDO=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
		command -v apt-get >/dev/null && echo "Installing Chromium for the browser tests" \
		&& $$SUDO apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$SUDO apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
		|| echo "No Chromium here: the browser tests will be skipped."

translations: .venv/installed-dev
	@$(PYTHON) -c 'import polib, glob; [polib.pofile(po).save_as_mofile(po[:-2] + "mo") for po in glob.glob("locale/*/*/*.po")]'

lock: .venv/installed-dev
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@for name in requirements requirements-scale requirements-dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
			--no-emit-index-url $$name.in -o $$name.txt; \
	done
