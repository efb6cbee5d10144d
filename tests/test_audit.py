"""The audit of dependencies, asked of a service on this machine."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests import audit

WEAKNESS = {
    "id": "GHSA-0000-0000-0000",
    "summary": "A weakness.",
    "published": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "polib", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9"}]}],
        }
    ],
}


class Service(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = [WEAKNESS] if asked["package"]["name"] in self.server.weak else []
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"vulns": known} if known else {}).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        server.weak = set()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def pinned(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text(f"polib==1.2.0 --hash=sha256:{'0' * 64}\nhtml5lib==1.1 --hash=sha256:{'1' * 64}\n")
    return str(file)


def address(server):
    return f"http://127.0.0.1:{server.server_port}/v1/query"


def test_what_has_no_known_weakness_passes(service, pinned, capsys):
    assert audit.main(["--service", address(service), pinned]) == 0
    assert capsys.readouterr().out == "2 dependencies audited, 0 known weaknesses.\n"


def test_a_known_weakness_fails_and_says_what_mends_it(service, pinned, capsys):
    service.weak.add("polib")
    assert audit.main(["--service", address(service), pinned]) == 1
    assert capsys.readouterr().out == (
        "polib 1.2.0: GHSA-0000-0000-0000, mended in 9.9\n2 dependencies audited, 1 known weaknesses.\n"
    )


@pytest.mark.parametrize(("needed", "status"), [([], 0), (["--needed"], 2)])
def test_a_service_that_does_not_answer_is_said_and_fails_only_where_it_is_needed(pinned, capsys, needed, status):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        silent = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        assert audit.main([*needed, "--service", silent, pinned]) == status
    assert capsys.readouterr().out == (
        "Dependencies were not audited: the database of known weaknesses (osv.dev) cannot be reached from here.\n"
    )


def test_a_file_that_cannot_be_read_is_no_clean_bill(service, tmp_path, capsys):
    assert audit.main(["--service", address(service), str(tmp_path / "missing.txt")]) == 2
    assert capsys.readouterr().out.startswith("The audit itself failed: ")


def test_all_that_is_pinned_is_audited():
    assert set(audit.FILES) == set(audit.ROOT.glob("requirements*.txt"))
