"""What lies in deploy/ is understood by what it is for, and starts."""

import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.servers import free_port, until
from tests.sites import ROOT, Node, Reader, alive

DEPLOY = ROOT / "deploy"
PROGRAMS = Path(sys.executable).parent


def commands(unit, key):
    text = (DEPLOY / unit).read_text().replace("/opt/reprise/.venv/bin", str(PROGRAMS))
    return [shlex.split(line) for line in re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
@pytest.mark.parametrize("unit", sorted(path.name for path in DEPLOY.glob("reprise-*")))
def test_systemd_understands_the_units(unit, tmp_path):
    for path in DEPLOY.glob("reprise-*"):
        text = path.read_text().replace("/opt/reprise/.venv/bin", str(PROGRAMS)).replace("/opt/reprise", str(ROOT))
        (tmp_path / path.name).write_text(text)
    verify = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", tmp_path / unit]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if unit in line]) == (0, [])


def test_the_commands_of_the_web_unit_start_reload_and_stop_it(site):
    for command in commands("reprise-web.service", "ExecStartPre"):
        subprocess.run(command, cwd=ROOT, env=site.environment, check=True)
    (command,) = commands("reprise-web.service", "ExecStart")
    node = Node(site, {}, command)
    command[command.index("8000")] = str(node.port)
    site.nodes.append(node)
    node.start()
    assert Reader(node.port).get("/").status == 200
    before = node.workers()
    assert commands("reprise-web.service", "ExecReload") == [["/bin/kill", "-HUP", "$MAINPID"]]
    os.kill(node.pid, signal.SIGHUP)
    until(lambda: not any(map(alive, before)))
    assert Reader(node.port).get("/").status == 200


@pytest.mark.parametrize("unit", ["reprise-worker.service", "reprise-daily.service"])
def test_the_commands_of_the_other_units_work(site, unit):
    site.prepare()
    for command in commands(unit, "ExecStart"):
        once = ["--once"] if "import_worker" in command else []
        subprocess.run([*command, *once], cwd=ROOT, env=site.environment, capture_output=True, check=True)


@pytest.mark.skipif(not shutil.which("nginx") or not shutil.which("openssl"), reason="no nginx on this machine")
def test_nginx_passes_on_what_the_site_needs_to_know(site, tmp_path):
    name = "reprise.example"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name},DNS:localhost",
         "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    site.environment["SITE_URL"] = f"https://{name}"
    there, node, port = site.prepare(), site.node(METRICS="1"), free_port()
    conf = (DEPLOY / "nginx.conf").read_text().replace(f"/etc/letsencrypt/live/{name}", str(tmp_path))
    for theirs, ours in {"443": port, "80": free_port()}.items():
        conf = conf.replace(f"listen {theirs}", f"listen 127.0.0.1:{ours}").replace(f"listen [::]:{theirs}", "#")
    conf = conf.replace("127.0.0.1:8000 max", f"127.0.0.1:{node.port} max")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    http = f"http {{ access_log off; {folders}\n{conf} }}"
    whole = f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error; events {{}} {http}"
    (tmp_path / "nginx.conf").write_text(whole)
    command = ["nginx", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-e", str(tmp_path / "error")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    nginx = subprocess.Popen(command)
    trusted = ssl.create_default_context(cafile=tmp_path / "fullchain.pem")

    def get(address, **headers):
        request = urllib.request.Request(f"https://localhost:{port}{address}", headers={"Host": name} | headers)
        try:
            return urllib.request.urlopen(request, context=trusted)
        except urllib.error.HTTPError as error:
            return error

    try:
        until(lambda: get("/healthz").status == 200)
        page = get(there["film"])
        assert (page.status, page.url) == (200, f"https://localhost:{port}{there['film']}")
        assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert get("/metrics").status == 404
        # Whoever makes up where they come from is not believed, and what has no id gets one.
        assert re.fullmatch("[0-9a-f]{32}", page.headers["X-Request-ID"])
        assert get("/", **{"X-Forwarded-For": "127.0.0.1"}).status == 200
        assert Reader(node.port).get("/metrics", Host=name).status == 200
    finally:
        nginx.terminate()
        nginx.wait()
