import pytest

from tests import servers
from tests.sites import Site


@pytest.fixture(scope="session")
def several():
    """Only where the servers for several machines are installed."""
    if lacking := servers.missing():
        pytest.skip(f"no {lacking} on this machine")


@pytest.fixture
def postgres(several):
    # Whatever a server has confirmed must be there after it was killed.
    cluster = servers.Postgres(settings=["fsync=off"])
    yield cluster.create()
    cluster.remove()


@pytest.fixture
def redis(several):
    server = servers.Redis()
    yield server.start()
    server.remove()


@pytest.fixture
def site(tmp_path):
    """A site on SQLite."""
    site = Site(tmp_path)
    yield site
    site.stop()
