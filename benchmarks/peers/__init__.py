"""The software that ours is measured beside, each installed from the package registry, apart from ours."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent.parent / "data" / "peers"


def python_of(peer):
    """The Python of the peer's environment, made anew whenever its list of requirements has changed."""
    wanted, folder = HERE / f"{peer}.txt", ENVIRONMENTS / peer
    python, installed = folder / "bin" / "python", folder / "installed.txt"
    if not installed.exists() or installed.read_bytes() != wanted.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", wanted], check=True)
        installed.write_bytes(wanted.read_bytes())
    return python
