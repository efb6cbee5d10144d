"""Those who visit the site at once in benchmarks/soak.py: each does one kind of thing over and over."""

import http.client
import re
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

ADDRESSES = 5000  # of strangers, as a proxy tells them; limits are by address
ORDERS = ("helpful", "newest", "oldest", "highest", "lowest")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
BOUNDARY = "a-line-that-no-archive-has"
PATIENCE = 300  # seconds that an import may take


class Unexpected(Exception):  # noqa: N818 -- an answer, not an error of ours
    """An answer that nobody should get."""


class Visitor(threading.Thread):
    """Asks for something, waits a moment, and asks again until told to stop. Keeps how long each answer took."""

    pause = 0.05  # seconds, on the average

    def __init__(self, site, dice):
        super().__init__()
        self.site, self.dice = site, dice
        self.took, self.errors, self.stopped = {}, [], threading.Event()
        self._cookies, self._connection, self._tags = {}, None, {}

    def run(self):
        while not self.stopped.is_set():
            try:
                self.turn()
            except (OSError, http.client.HTTPException, Unexpected) as error:
                self.errors.append(f"{type(self).__name__}: {error!r}")
                self._connection = None
                self._cookies.clear()
            self.stopped.wait(self.dice.expovariate(1 / self.pause))
        self.leave()

    def leave(self):
        if self._connection:
            self._connection.close()
            self._connection = None

    def turn(self):
        raise NotImplementedError

    def get(self, kind, address, **headers):
        """Returns the answer and its text."""
        return self._ask(kind, "GET", address, (200, 304), headers=headers)

    def post(self, kind, address, form):
        return self.send(kind, address, urlencode(form), "application/x-www-form-urlencoded")

    def send(self, kind, address, body, content_type):
        return self._ask(kind, "POST", address, (302,), body=body, headers={"Content-Type": content_type})

    def _ask(self, kind, method, address, expected, *, headers, body=None):
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        begun = time.perf_counter()
        self._connection.request(method, address, body, self._headers(method) | headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self.took.setdefault(kind, []).append((begun, time.perf_counter() - begun))
        if answer.status not in expected:
            raise Unexpected(f"{method} {address}: {answer.status} {answer.reason}")
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer, text

    def _headers(self, method):
        number = self.dice.randrange(ADDRESSES)
        headers = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if method == "POST":
            headers["Origin"] = f"http://127.0.0.1:{self.site.port}"
        return headers

    def form(self, kind, address):
        """The page at the address, and the token of its forms."""
        _, text = self.get(kind, address)
        if not (token := TOKEN.search(text)):
            raise Unexpected(f"There is no form on {address}.")
        return text, token[1]

    def again(self, kind, address):
        """As programs ask: whether it has changed."""
        tag = self._tags.get(address) if self.dice.random() < 0.5 else None
        answer, _ = self.get(kind, address, **({"If-None-Match": tag} if tag else {}))
        self._tags[address] = answer.headers["ETag"]


class Stranger(Visitor):
    """Reads the pages that many read."""

    pause = 0.02

    def turn(self):
        self.get("often read", self.dice.choice(self.site.often))


class Wanderer(Visitor):
    """Reads what hardly anybody has read before, so that it must be made anew."""

    def turn(self):
        film, review = self.dice.choice(self.site.films), self.dice.choice(self.site.reviews)
        addresses = [
            f"/films/{film}/",
            f"/films/{film}/?sort={self.dice.choice(ORDERS)}&rating={self.dice.randint(1, 10)}",
            f"/reviews/{review}/",
            f"/films/?page={self.dice.randint(1, 50)}",
        ]
        self.get("seldom read", self.dice.choice(addresses))


class Newcomer(Visitor):
    """Reads page after page that nobody has read before, until all are read; each time of any of the web workers."""

    pause = 0.0001

    def __init__(self, site, dice):
        super().__init__(site, dice)
        self._films, self._words = dice.sample(site.every_film, len(site.every_film)), [*site.every_word]

    def turn(self):
        if not self._films:
            self.stopped.set()
        elif self.dice.random() < 0.02:
            self.get("search", f"/search/?q={quote(self.dice.choice(self._words))}")
        else:
            query = "?sort=newest" if self.dice.random() < 0.3 else ""
            self.get("first read", f"/films/{self._films.pop()}/{query}")
        self.leave()


class Searcher(Visitor):
    pause = 0.1

    def turn(self):
        words = " ".join(self.dice.choices(self.site.words, k=self.dice.randint(1, 2)))
        self.get("search", f"/search/?q={quote(words)}")


class Member(Visitor):
    """Reads with an account."""

    def turn(self):
        self._cookies = {"sessionid": self.dice.choice(self.site.sessions)}
        self.get("signed in", f"/films/{self.dice.choice(self.site.films)}/")


class Voter(Visitor):
    """Opens a review, answers the question below it, changes their mind now and then. Remembers what was answered."""

    def __init__(self, site, dice):
        super().__init__(site, dice)
        self.votes = {}  # by reader and review: the last answered vote, None where it was withdrawn
        self.accounts = {}  # the sessions of whom this one votes for: no other does, so that the order is known

    def turn(self):
        name, review = self.dice.choice(list(self.accounts)), self.dice.choice(self.site.reviews)
        self._cookies = {"sessionid": self.accounts[name]}
        address, key = f"/reviews/{review}/", (name, review)
        _, token = self.form("signed in", address)
        if self.votes.get(key) is not None and self.dice.random() < 0.1:
            self.post("vote", f"{address}vote/withdraw/", {"csrfmiddlewaretoken": token})
            self.votes[key] = None
        else:
            helpful = self.dice.random() < 0.7
            self.post("vote", f"{address}vote/", {"csrfmiddlewaretoken": token, "helpful": "yes" if helpful else "no"})
            self.votes[key] = helpful


class Subscriber(Visitor):
    pause = 0.1

    def turn(self):
        film = self.dice.choice(self.site.films)
        self.again("feed", self.dice.choice(["/feeds/", f"/feeds/films/{film}/"]))


class Program(Visitor):
    """Reads the API."""

    def turn(self):
        film, review = self.dice.choice(self.site.films), self.dice.choice(self.site.reviews)
        kinds = [f"reviews/{review}/", f"films/{film}/", f"films/{film}/reviews/", f"films/?limit=50&q={film[:9]}"]
        self.again("API", "/api/v1/" + self.dice.choice(kinds))


class Importer(Visitor):
    """An admin who signs in and uploads archive after archive, each once the one before is in."""

    pause = 1

    def __init__(self, site, dice, archives):
        super().__init__(site, dice)
        self.committed, self._archives = [], archives

    def turn(self):
        if "sessionid" not in self._cookies:
            self._sign_in()
        archive = next(self._archives)
        _, token = self.form("admin", "/admin/reviews/import/add/")
        answer, _ = self.send("admin", "/admin/reviews/import/add/", *_multipart(archive, token))
        address = answer.headers["Location"]
        token = self._wait(address, "commit/")
        self.post("admin", address.replace("change/", "commit/"), {"csrfmiddlewaretoken": token})
        self._wait(address, "undo/")
        self.committed.append(int(re.search(r"/import/(\d+)/", address)[1]))

    def _sign_in(self):
        _, token = self.form("admin", "/accounts/login/")
        form = {"csrfmiddlewaretoken": token, "login": "admin", "password": self.site.password}
        self.post("admin", "/accounts/login/", form)

    def _wait(self, address, action):
        """Until the page of the import offers the action; returns the token for it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text, token = self.form("admin", address)
            if action in text:
                return token
            time.sleep(self.pause)
        raise Unexpected(f"{address} offers no {action} after {PATIENCE} seconds.")


def _multipart(archive, token):
    parts = {
        'name="csrfmiddlewaretoken"': token.encode(),
        'name="text"': b"",
        'name="film"': b"",
        'name="files"; filename="reviews.tar"': Path(archive).read_bytes(),
    }
    lines = [
        b"--%b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (BOUNDARY.encode(), name.encode(), data)
        for name, data in parts.items()
    ]
    body = b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()
    return body, f"multipart/form-data; boundary={BOUNDARY}"
