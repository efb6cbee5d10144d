import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.template import loader

from config.observing import ID, JsonLine, Observed, request_id
from pagecache.shelf import Shelf


def ask(application, **environ):
    told = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/films/"} | environ
    body = b"".join(application(environ, lambda status, headers, *failure: told.append((status, dict(headers)))))
    return *told[0], body


def page(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ[ID]} {request_id.get()}".encode()]


def test_a_request_keeps_the_id_that_it_came_with():
    status, headers, body = ask(Observed(page), HTTP_X_REQUEST_ID="abc-1.2_3")
    assert (status, headers["X-Request-ID"], body) == ("200 OK", "abc-1.2_3", b"abc-1.2_3 abc-1.2_3")
    assert request_id.get() == ""


@pytest.mark.parametrize("given", ["", "a b", "a\nb", "<b>", "x" * 65, "é"])
def test_what_is_no_id_is_replaced_by_one(given):
    first = ask(Observed(page), HTTP_X_REQUEST_ID=given)[1]["X-Request-ID"]
    second = ask(Observed(page), HTTP_X_REQUEST_ID=given)[1]["X-Request-ID"]
    assert len(first) == len(second) == 16
    assert first != second != given


def test_every_answer_is_counted_once():
    counted = []
    ask(Observed(page, lambda *said: counted.append(said[:2])))
    assert counted == [("GET", "200")]


def test_the_count_of_prometheus_takes_no_method_that_somebody_made_up(settings, tmp_path):
    settings.METRICS_DIR = tmp_path
    from config import metrics  # noqa: PLC0415

    for method in ("GET", "BREW", "BREW"):
        metrics.count(method, "200", 0.001)
    said = {(s.labels["method"], s.labels["status"]): s.value for m in metrics.REQUESTS.collect() for s in m.samples
            if s.name.endswith("_total")}  # fmt: skip
    assert said[("other", "200")] == 2
    assert ("BREW", "200") not in said


def test_prometheus_is_told_what_each_process_keeps_while_it_lives(settings, tmp_path):
    settings.METRICS_DIR = tmp_path
    from config import metrics  # noqa: PLC0415

    # Where the client writes since it was loaded, by this test or an earlier one.
    settings.METRICS_DIR = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    Shelf(1000, "things").put("one", "a thing", 300)
    metrics.count("GET", "200", 0.001)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for own in settings.METRICS_DIR.glob(f"gauge_liveall_{os.getpid()}.db"):
        shutil.copy(own, own.with_name(f"gauge_liveall_{ended.pid}.db"))
    lines = [line for line in metrics.text({}).decode().splitlines() if 'kept="things"' in line]
    assert lines == [
        f'reprise_kept_bytes{{kept="things",pid="{os.getpid()}"}} 300.0',
        f'reprise_kept_entries{{kept="things",pid="{os.getpid()}"}} 1.0',
    ]


def test_the_log_can_be_json_with_a_line_for_each_request(settings, caplog):
    settings.LOG_FORMAT = "json"
    with caplog.at_level(logging.INFO, "reprise.requests"):
        ask(Observed(page), HTTP_X_REQUEST_ID="abc")
    line = json.loads(JsonLine().format(caplog.records[0]))
    said = {name: line[name] for name in ("level", "logger", "message", "method", "path", "status")}
    assert said == {
        "level": "INFO", "logger": "reprise.requests", "message": "GET /films/ 200",
        "method": "GET", "path": "/films/", "status": 200,
    }  # fmt: skip


def test_a_line_of_the_log_cannot_be_forged_and_names_its_request():
    token = request_id.set("abc")
    record = logging.LogRecord("reprise", logging.ERROR, "", 1, 'two\nlines and a "quote"', (), None)
    written = JsonLine().format(record)
    request_id.reset(token)
    assert "\n" not in written
    assert (json.loads(written)["message"], json.loads(written)["request_id"]) == (record.msg, "abc")


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_pages_of_faults_name_the_request(name):
    assert "<code>abc</code>" in loader.get_template(name).render({"request_id": "abc"})
    assert "<code>" not in loader.get_template(name).render({"request_id": ""})
