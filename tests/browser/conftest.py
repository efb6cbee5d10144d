import os
import shutil

import pytest
from playwright.sync_api import expect

PATIENCE = 30_000  # milliseconds, on a machine that others use too
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
# What Chromium reports where it passes from one page to the next without the fade between them, as when the next one's
# styles come late: there is no script of ours behind it, and the page is there.
LEFT_OUT = "Transition was aborted because of invalid state"
# Playwright runs an event loop in the tests' thread, which Django takes for an asynchronous caller.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items):
    """Without a browser its tests are skipped, but never in CI, where nobody would notice."""
    if CHROMIUM or os.environ.get("CI"):
        return
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine; see `make browser`"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": arguments}


@pytest.fixture
def page(page):
    """A page on which every error of a script, and everything that the content policy forbids, fails the test."""
    complaints = []
    page.on("pageerror", lambda error: str(error).startswith(LEFT_OUT) or complaints.append(str(error)))
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.set_default_timeout(PATIENCE)
    yield page
    assert complaints == []
