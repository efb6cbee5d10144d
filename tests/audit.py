"""Holds what is pinned against the known weaknesses, as the database of OSV has them.

    python -m tests.audit [--needed] [--service URL] [FILE…]

Exits with 1 for a known weakness. Without an answer of the service nothing is known: that is said in a sentence, and
fails (2) only where the answer is `--needed`. By itself pip-audit asks the package index, and a mirror that knows no
weaknesses would pass for a clean bill.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = [ROOT / "requirements.txt", ROOT / "requirements-scale.txt", ROOT / "requirements-dev.txt"]
AWAY = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ConnectionResetError", "ServiceError")


def main(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--needed", action="store_true")
    parser.add_argument("--service", metavar="URL")
    parser.add_argument("files", nargs="*", metavar="FILE")
    asked = parser.parse_args(arguments)
    done = _audited(asked.files or FILES, asked.service)
    if not done.stdout:
        return _without_answer(done.stderr, asked.needed)
    dependencies = json.loads(done.stdout)["dependencies"]
    weak = [(d["name"], d["version"], weakness) for d in dependencies for weakness in d.get("vulns", ())]
    for name, version, weakness in weak:
        fixed = ", ".join(weakness["fix_versions"]) or "no version yet"
        print(f"{name} {version}: {weakness['id']}, mended in {fixed}")
    skipped = [d["name"] for d in dependencies if "skip_reason" in d]
    if skipped:
        print(f"Not audited: {', '.join(skipped)}.")
    print(f"{len(dependencies) - len(skipped)} dependencies audited, {len(weak)} known weaknesses.")
    return 1 if weak or skipped else 0


def _audited(files, service):
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv", "--format", "json", "--no-deps"]
    command += ["--disable-pip", "--progress-spinner", "off", "--timeout", "10"]
    command += ["--osv-url", service] if service else []
    command += [part for file in files for part in ("--requirement", str(file))]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _without_answer(said, needed):
    reason = said.strip().splitlines()[-1]
    if not any(name in reason for name in AWAY):
        print(f"The audit itself failed: {reason}")
        return 2
    print("Dependencies were not audited: the database of known weaknesses (osv.dev) cannot be reached from here.")
    return 2 if needed else 0


if __name__ == "__main__":
    sys.exit(main())
