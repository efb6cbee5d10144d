"""Whole sites in processes of their own, that can be killed: web nodes, workers, and people who read and vote."""

import atexit
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from tests.servers import PATIENCE, free_port, until

ROOT = Path(__file__).parent.parent
SECRET = "a secret of many characters that all nodes of a site share, as they must"
# A film with reviews, and readers who may vote, each with the key of a session.
POPULATE = """
import json, sys
from importlib import import_module
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from accounts.models import User
from films.models import Film
from reviews.models import Review

film, _ = Film.objects.get_or_create(title="Hard Hit", year=2021)
reviews = [
    Review.objects.create(film=film, headline=f"Headline {n}", body=f"Text {n} of a review.") for n in range(REVIEWS)
]
sessions = []
for n in range(READERS):
    user = User.objects.create_user(f"voter{n}", f"voter{n}@example.org")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    sessions.append(session.session_key)
print(json.dumps({"film": film.get_absolute_url(), "reviews": [r.pk for r in reviews], "sessions": sessions}))
"""


@cache
def collected():
    """The static files as a site serves them, beside an empty database: both take longer to make than to copy."""
    folder = Path(tempfile.mkdtemp(prefix="reprise-static-"))
    atexit.register(shutil.rmtree, folder)
    site = Site(folder)
    site.manage("collectstatic", "-v0", "--noinput", "--ignore", "*.map")
    site.manage("migrate", "-v0")
    return folder / "static"


class Site:
    """A database and a folder, with commands and web nodes that use them."""

    def __init__(self, folder, **environment):
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder),
            "SECRET_KEY": SECRET,
            "PYTHONUNBUFFERED": "1",
            # A few readers vote here as often as many do.
            "LIMITS": "vote=1000000/h,search=1000000/m",
        } | environment
        self.nodes = []

    def manage(self, *arguments, **environment):
        """Runs a command; returns what it has printed."""
        command = [sys.executable, "manage.py", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment | environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def lay(self):
        """The tables, empty, and the static files."""
        if "DATABASE_URL" in self.environment:
            self.manage("migrate", "-v0")
        else:
            shutil.copy(collected().parent / "reprise.sqlite3", self.folder)
        (self.folder / "static").symlink_to(collected())

    def prepare(self, reviews=3, readers=0):
        self.lay()
        counts = f"REVIEWS, READERS = {reviews}, {readers}\n"
        return json.loads(self.manage("shell", "-v0", "-c", counts + POPULATE))

    def node(self, **environment):
        node = Node(self, environment)
        self.nodes.append(node)
        node.start()
        return node

    def stop(self):
        for node in self.nodes:
            node.stop()

    def recounted(self):
        """What recounting all totals finds, which is never anything to mend."""
        return self.manage("recount_votes").strip()


def children(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def said(pid):
    """How a process was called."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""


def alive(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


class Node:
    """A web server with two workers."""

    def __init__(self, site, environment, command=None):
        self.port, self._process = free_port(), None
        self._environment = site.environment | environment | {"PORT": str(self.port)}
        self.log = site.folder / f"node-{self.port}.log"
        self._command = command or [
            str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--port", str(self.port), "--no-ws",
            "--workers", "2", "--blocking-threads", "2", "--respawn-failed-workers", "--workers-kill-timeout", "5",
            "config.wsgi:application",
        ]  # fmt: skip

    @property
    def pid(self):
        return self._process.pid

    def start(self):
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        self.wait()
        return self

    def wait(self):
        until(lambda: Reader(self.port).get("/healthz").status == 200)

    def workers(self):
        return [pid for pid in children(self.pid) if "resource_tracker" not in said(pid)]

    def stop(self, how=signal.SIGTERM):
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=PATIENCE)

    def kill(self):
        """The web server and its workers at once, as when the machine goes."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(timeout=PATIENCE)


class Answer:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    @property
    def text(self):
        return self.body.decode()


class Reader:
    """Somebody with a browser that keeps its cookies, whichever node answers."""

    TOKEN = "t" * 32

    def __init__(self, port, session=None):
        self.port = port
        self.cookies = {"sessionid": session, "csrftoken": self.TOKEN} if session else {}

    def get(self, address, **headers):
        return self._ask("GET", address, None, headers)

    def vote(self, review, helpful):
        """Returns the status of the answer; 302 says that the vote is stored."""
        form = {"helpful": "yes" if helpful else "no", "csrfmiddlewaretoken": self.TOKEN}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", f"/reviews/{review}/vote/", urlencode(form), headers).status

    def sign_in(self, name, password):
        form = {"login": name, "password": password, "csrfmiddlewaretoken": self.TOKEN}
        self.cookies["csrftoken"] = self.TOKEN
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", "/accounts/login/", urlencode(form), headers)

    def _ask(self, method, address, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, address, body, headers | ({"Cookie": cookies} if cookies else {}))
            answer = Answer(connection.getresponse())
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer
