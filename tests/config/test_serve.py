"""The first start of the site on a machine where nothing is prepared, and the second."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.servers import PATIENCE, free_port, until

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def serve(tmp_path):
    """Starts the site; returns what it has printed once it answers, and a function that gets a page."""
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PORT": str(port), "METRICS": "1"}
    running = []

    def get(address):
        with urlopen(f"http://127.0.0.1:{port}{address}", timeout=PATIENCE) as response:
            return response.read().decode()

    def serve():
        log = tmp_path / f"log-{len(running)}"
        with log.open("w") as out:
            command = [sys.executable, "manage.py", "serve"]
            running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT))

        def answers():
            assert running[-1].poll() is None, log.read_text()
            return get("/")

        until(answers)
        return log.read_text(), get

    def stop():
        running[-1].send_signal(signal.SIGTERM)
        running[-1].wait(timeout=PATIENCE)

    serve.stop, serve.environment = stop, environment
    yield serve
    for process in running:
        process.terminate()
        process.wait(timeout=PATIENCE)


def test_the_first_start_shows_the_sample_and_the_second_keeps_everything(serve, tmp_path):
    printed, get = serve()
    assert re.search(r"Reprise:\s+http://127\.0\.0\.1:\d+/\n", printed)
    password = re.search(r"Sign in:  admin, password (\S+) ", printed)[1]
    assert "Busan plays itself" in get("/films/hard-hit-2021/")
    assert get("/families/retribution-2015/").count("/films/") >= 4
    stylesheet = re.search(r'href="(/static/css/base\.[0-9a-f]+\.css)"', get("/"))[1]
    assert "font" in get(stylesheet)
    serve.stop()
    database = tmp_path / "reprise.sqlite3"
    assert database.stat().st_mode & 0o777 == 0o600
    database.chmod(0o644)

    printed, get = serve()
    rights = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("reprise.sqlite3*")}
    assert {name: rights[f"reprise.sqlite3{name}"] for name in ("", "-wal", "-shm")} == {
        "": 0o600, "-wal": 0o600, "-shm": 0o600,
    }  # fmt: skip
    assert "loading the sample" not in printed
    assert f"password {password} " in printed
    assert "Busan plays itself" in get("/films/hard-hit-2021/")
    assert (tmp_path / "admin-password").stat().st_mode & 0o777 == 0o600


def test_a_second_one_on_the_same_port_is_refused_and_leaves_the_first_alone(serve):
    _, get = serve()
    port = serve.environment["PORT"]
    second = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=serve.environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr == (
        f"CommandError: Port {port} of 127.0.0.1 cannot be served on: Address already in use. "
        f"Stop what uses it, or give another one: PORT={int(port) + 1} make run\n"
    )
    assert 'reprise_requests_total{method="GET",status="200"}' in get("/metrics")
    # Nor does one on another port empty the counts of the first.
    serve.environment["PORT"] = str(free_port())
    serve()
    assert 'reprise_requests_total{method="GET",status="200"}' in get("/metrics")
