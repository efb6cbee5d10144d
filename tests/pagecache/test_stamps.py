import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pagecache.declared import DECLARED, Declared
from pagecache.stamps import ANYTHING, SLOTS, UNNAMED, FileStamps, RedisStamps, slot_of
from pagecache.wsgi import HOLD, PageCache

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", ["", "film 1", "딱 한 잔", "x" * 1000])
def test_no_name_takes_the_slots_that_have_a_meaning_of_their_own(name):
    assert UNNAMED < slot_of(name) < SLOTS


# In a file


def test_a_change_is_another_stamp_and_no_other_changes(tmp_path):
    stamps = FileStamps(tmp_path / "stamps")
    before = stamps.now([3, 4])
    stamps.change([3])
    assert stamps.now([3, 4])[0] != before[0]
    assert stamps.now([3, 4])[1] == before[1]


def test_a_copy_of_all_stays_as_it_was(tmp_path):
    stamps = FileStamps(tmp_path / "stamps")
    stamps.change([3])
    before, stamp = stamps.all(), stamps.now([3])
    stamps.change([3])
    assert (before[3],) == stamp


def test_what_one_process_changes_every_other_sees_at_once(tmp_path):
    stamps = FileStamps(tmp_path / "stamps")
    before = stamps.now([3, 4])
    change = "import sys; from pagecache.stamps import FileStamps; FileStamps(sys.argv[1]).change([3])"
    subprocess.run([sys.executable, "-c", change, tmp_path / "stamps"], cwd=ROOT, check=True)
    assert stamps.now([3, 4])[0] != before[0]
    assert stamps.now([3, 4])[1] == before[1]


def test_the_room_for_all_stamps_is_taken_at_once_so_that_a_full_disk_kills_nobody(tmp_path):
    for _ in range(2):
        FileStamps(tmp_path / "stamps")
        taken = (tmp_path / "stamps").stat()
        assert (taken.st_size, taken.st_blocks * 512) == (8 * SLOTS, 8 * SLOTS)


def test_stamps_outlive_the_processes(tmp_path):
    FileStamps(tmp_path / "data" / "stamps").change([3])
    assert FileStamps(tmp_path / "data" / "stamps").now([3]) == FileStamps(tmp_path / "data" / "stamps").now([3])
    assert FileStamps(tmp_path / "data" / "stamps").now([3]) != (0,)


# In Redis


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now

    def pass_by(self, seconds):
        self.now += seconds


class Server:
    """A Redis server without a port, that can be stopped and started."""

    def __init__(self, folder):
        self.socket, self._process = str(folder / "redis"), None

    def start(self):
        redis = pytest.importorskip("redis", reason="requirements-scale.txt is not installed")
        command = ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", "--loglevel", "warning"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with redis.Redis(unix_socket_path=self.socket) as client:
            while True:
                try:
                    return client.ping()
                except redis.ConnectionError:
                    assert self._process.poll() is None

    def stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait()


@pytest.fixture
def server(tmp_path):
    if not shutil.which("redis-server"):
        pytest.skip("no redis-server on this machine")
    server = Server(tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def host(server, clock):
    """Makes the stamps of one more host."""
    made = []

    def host():
        made.append(RedisStamps(f"unix://{server.socket}", clock))
        return made[-1]

    yield host
    for stamps in made:
        stamps.close()


def ask_again(clock):
    clock.pass_by(RedisStamps.POLL + 0.01)


def test_what_one_host_changes_the_others_see_when_they_ask_again(host, clock):
    here, there = host(), host()
    before = there.now([3, 4])
    assert here.now([3, 4]) == before
    here.change([3])
    assert there.now([3, 4]) == before
    ask_again(clock)
    assert there.now([3, 4])[0] != before[0]
    assert there.now([3, 4])[1] == before[1]
    assert there.now([3, 4]) == here.now([3, 4])


def test_a_host_sees_its_own_change_at_once(host):
    here = host()
    before = here.now([3])
    here.change([3])
    assert here.now([3]) != before


def test_changes_close_together_are_different_ones(host):
    here, found = host(), set()
    for _ in range(100):
        here.change([3])
        found.add(here.now([3]))
    assert len(found) == 100


def test_a_copy_of_all_is_no_longer_changed(host):
    here = host()
    before, stamp = here.all(), here.now([3])
    here.change([3])
    here.now([3])
    assert (before[3],) == stamp


def test_a_host_learns_what_changed_before_it_was_there(host):
    here = host()
    here.change([3])
    assert host().now([3, 4]) == here.now([3, 4])


def test_nobody_knows_a_stamp_while_redis_is_away(host, clock, server, caplog):
    here = host()
    here.now([3])
    server.stop()
    ask_again(clock)
    assert (here.now([3]), here.all()) == (None, None)
    assert "Redis does not answer" in caplog.text
    server.start()


def test_everything_has_changed_when_redis_comes_back_without_its_memory(host, clock, server):
    here, there = host(), host()
    before = here.now([3, 4])
    server.stop()
    server.start()
    ask_again(clock)
    after = here.now([3, 4])
    assert after[0] != before[0]
    assert after[1] != before[1]
    assert there.now([3, 4]) == after


def test_what_changes_while_redis_is_away_is_told_when_it_is_back(host, clock, server):
    here, there = host(), host()
    there.now([3, 4])
    server.stop()
    here.change([3])
    server.start()
    ask_again(clock)
    here.now([3])
    ask_again(clock)
    stamps = there.now([3, 4])
    assert stamps[0] != stamps[1]


def test_every_host_shows_a_change_within_a_second(host, clock):
    shown = {"votes": 1}

    def django(environ, start_response):
        environ[DECLARED] = Declared(frozenset(), (UNNAMED, slot_of("film 1")))
        start_response("200 OK", [])
        return [str(shown["votes"]).encode()]

    def get(cache):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "wsgi.url_scheme": "http"}
        return b"".join(cache(environ, lambda *told: None))

    stamps = [host(), host()]
    caches = [PageCache(django, one, 2**20, clock=clock) for one in stamps]
    assert [get(cache) for cache in caches] == [b"1", b"1"]
    shown["votes"] = 2
    stamps[0].change([ANYTHING, slot_of("film 1")])
    clock.pass_by(max(HOLD, RedisStamps.POLL) + 0.01)
    assert [get(cache) for cache in caches] == [b"2", b"2"]
    assert HOLD + RedisStamps.POLL < 1


def test_while_redis_is_away_every_page_is_made_anew(host, clock, server):
    asked = []

    def django(environ, start_response):
        environ[DECLARED] = Declared(frozenset())
        asked.append(environ)
        start_response("200 OK", [])
        return [b"page"]

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "wsgi.url_scheme": "http"}
    cache = PageCache(django, host(), 2**20, clock=clock)
    cache(dict(environ), lambda *told: None)
    server.stop()
    for _ in range(3):
        clock.pass_by(1)
        assert cache(dict(environ), lambda *told: None) == [b"page"]
    assert len(asked) == 4
    server.start()
