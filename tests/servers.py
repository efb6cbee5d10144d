"""Real PostgreSQL and Redis servers of the tests: each in a folder and on a port of its own, gone afterwards.

`python -m tests.servers COMMAND…` runs the command with DATABASE_URL and CACHE_URL naming one of each.
"""

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENCE = 120  # seconds; what takes one here may take half a minute on a machine that others use too
# Nothing that is lost with the power matters here, and half the time is gone otherwise.
# A test's rows are in a transaction that is taken back: whoever analyses the tables meanwhile finds them empty, and the
# planner then reads thousands of films in the way that is best for none.
CARELESS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]
SETTINGS = ["listen_addresses=127.0.0.1", "max_connections=60", "shared_buffers=64MB", "wal_level=replica"]


def programs():
    """The folder of PostgreSQL's programs, the newest where there are several, or None."""
    if path := shutil.which("pg_ctl"):
        return Path(path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")
    return max(found, key=lambda path: int(path.parent.parent.name)).parent if any(found) else None


def redis_program():
    return shutil.which("redis-server") or shutil.which("valkey-server")


def missing():
    """What is not installed of that which the tests of several machines need, in words."""
    needed = {"PostgreSQL": programs(), "Redis or Valkey": redis_program()}
    return " and ".join(name for name, found in needed.items() if not found)


def free_port():
    """A port that stays ours: until this process ends, the kernel gives it to nobody else and to no connection.

    A server may still listen there, and do so again after it was killed, because it shares the address.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", 0))
    atexit.register(held.close)
    return held.getsockname()[1]


class Postgres:
    """A cluster with one database; a second one can be its streaming replica."""

    def __init__(self, settings=CARELESS):
        self.folder = Path(tempfile.mkdtemp(prefix="reprise-postgres-"))
        self.port = free_port()
        self._settings, self._bin = [*SETTINGS, *settings], programs()
        # PostgreSQL refuses to run as root.
        self._user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if self._user:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)

    @property
    def url(self):
        return f"postgres://reprise@127.0.0.1:{self.port}/reprise"

    def create(self):
        self._run("initdb", "--no-sync", "--username=reprise", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                  "--pgdata", self.data)  # fmt: skip
        self.start()
        self._run("createdb", "--host=127.0.0.1", f"--port={self.port}", "--username=reprise", "reprise")
        return self

    def replica(self):
        """A new cluster that follows this one."""
        follower = Postgres()
        follower._run("pg_basebackup", "--host=127.0.0.1", f"--port={self.port}", "--username=reprise", "--no-sync",
                      "--checkpoint=fast", "--write-recovery-conf", "--pgdata", follower.data)  # fmt: skip
        follower.start()
        return follower

    @property
    def data(self):
        return self.folder / "data"

    def start(self):
        given = " ".join(f"-c {setting}" for setting in self._settings)
        options = f"-p {self.port} -k {self.folder} {given}"
        self._run("pg_ctl", "start", "-w", f"-t{PATIENCE}", "-D", self.data, "-l", self.folder / "log", "-o", options)

    def stop(self, mode="fast"):
        self._run("pg_ctl", "stop", "-w", "-D", self.data, "-m", mode)

    def kill(self):
        """As the kernel does it, not as an administrator."""
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        self.stop_quietly()

    def stop_quietly(self):
        command = [self._bin / "pg_ctl", "stop", "-D", self.data, "-m", "immediate"]
        subprocess.run(command, capture_output=True, check=False, cwd=self.folder, **self._user)

    def remove(self):
        self.stop_quietly()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program, *arguments):
        # Into a file: the server inherits what it is started with, and would keep a pipe open.
        with (self.folder / "output").open("a+") as output:
            command = [str(self._bin / program), *map(str, arguments)]
            done = subprocess.run(
                command, stdout=output, stderr=output, check=False, cwd=self.folder, env={"LC_ALL": "C"}, **self._user
            )
            output.seek(0)
            assert done.returncode == 0, output.read()


class Redis:
    def __init__(self):
        self.port, self._process = free_port(), None
        self.folder = tempfile.mkdtemp(prefix="reprise-redis-")

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        self._process = subprocess.Popen([redis_program(), *options], stdout=subprocess.DEVNULL)
        until(self._answers)
        return self

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as asked:
            asked.sendall(b"PING\r\n")
            return asked.recv(7) == b"+PONG\r\n"


def until(condition, seconds=PATIENCE):
    """Waits until the condition holds; an OSError is a no."""
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except OSError:
            pass
        assert time.monotonic() < end, f"not within {seconds} seconds: {condition}"
        time.sleep(0.02)


def main(command):
    if lacking := missing():
        print(f"SKIPPED on PostgreSQL: there is no {lacking} on this machine (make servers).", flush=True)
        # CI must not pass for want of a server.
        return 1 if os.environ.get("CI") else 0
    # Whoever stops the tests stops the server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    postgres, redis = Postgres(), Redis()
    try:
        postgres.create()
        redis.start()
        print("The same on PostgreSQL and Redis", flush=True)
        return subprocess.call(command, env=os.environ | {"DATABASE_URL": postgres.url, "CACHE_URL": redis.url})
    finally:
        redis.remove()
        postgres.remove()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
