"""Web servers that are asked in turn, and the processor time that they take to answer.

Processor time, not requests a second: it hardly minds what else the machine does.
"""

import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port

ROOT = Path(__file__).parent.parent
TICK = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 4
# One reader does here what takes many otherwise; it is counted all the same.
UNLIMITED = {"LIMITS": "vote=1000000/h,search=1000000/m"}


@contextmanager
def serving(application="benchmarks.served:application", python=sys.executable, folder=ROOT, **environment):
    """Serves the application by granian with one process and one thread; gives the process id and the port."""
    port = free_port()
    granian = [str(Path(python).with_name("granian")), "--interface", "wsgi", "--port", str(port), "--no-ws"]
    command = [*granian, "--workers", "1", "--blocking-threads", "1", application]
    server = subprocess.Popen(command, cwd=folder, env=os.environ | UNLIMITED | environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield server.pid, port
    finally:
        server.terminate()
        server.wait()


def wait_for(port):
    for _ in range(200):
        time.sleep(0.1)
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            pass
    sys.exit(f"Nothing answers on port {port}.")


def get(path, headers=""):
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode()


def post(path, form, headers=""):
    length = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{length}{headers}\r\n{form}".encode()


def ask(port, requests, status=200):
    """Sends the requests over a few connections in turn; returns the last answer, (headers, body)."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    files = [connection.makefile("rb", buffering=2**18) for connection in connections]
    for start in range(0, len(requests), CONNECTIONS):
        sent = requests[start : start + CONNECTIONS]
        for connection, request in zip(connections, sent, strict=False):
            connection.sendall(request)
        answers = [_answer(file, status) for file, _ in zip(files, sent, strict=False)]
    for connection, file in zip(connections, files, strict=True):
        file.close()
        connection.close()
    return answers[-1]


def _answer(file, status):
    first = file.readline()
    assert f" {status} " in first.decode(), first
    headers = []
    while (line := file.readline().strip()) != b"":
        headers.append(line.decode())
    length = next(int(line.split(": ")[1]) for line in headers if line.lower().startswith("content-length"))
    return headers, file.read(length)


def cost(server, requests, status=200):
    """The microseconds of processor time that the server takes for a request."""
    pid, port = server
    before = processor_time(pid)
    ask(port, requests, status)
    return (processor_time(pid) - before) / len(requests) * 1e6


def processor_time(pid):
    """Seconds that the process and its children have used."""
    ticks, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            stat = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except FileNotFoundError:
            continue
        ticks += int(stat[11]) + int(stat[12])
    return ticks / TICK


def compare(contenders, rounds):
    """The median cost of each contender, (server, requests) by name, over rounds in which they take turns."""
    found = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, (server, requests) in contenders.items():
            taken = cost(server, requests)
            if number:  # the first round warms up
                found[name].append(taken)
    return {name: statistics.median(taken) for name, taken in found.items()}


def report(found):
    for name, microseconds in found.items():
        print(f"{name:34}{microseconds:10,.0f} µs of processor time for a request")
