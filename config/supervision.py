"""Keeps processes running: whichever ends is started again, and none outlives its supervisor."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

PAUSE = 1  # seconds before a process that ended is started again
PATIENCE = 10  # seconds that processes have to stop
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def supervise(*commands):
    """Runs the commands until this process is told to stop; SIGHUP is passed on to the first, to load its code anew."""
    kept = [_Kept(command) for command in commands]
    stopped = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.append(True))
    signal.signal(signal.SIGHUP, lambda *_: kept[0].tell(signal.SIGHUP))
    for one in kept:
        one.start()
    while not stopped:
        time.sleep(PAUSE)
        for one in kept:
            if not stopped and one.ended:
                one.start()
    for one in kept:
        one.tell(signal.SIGTERM)
    for one in kept:
        one.stop()


class _Kept:
    def __init__(self, command):
        self._command, self._process = [str(part) for part in command], None

    @property
    def ended(self):
        return self._process.poll() is not None

    def start(self):
        if self._process:
            print(f"{self._command[-1]} has ended ({self._process.returncode}) and is started again", file=sys.stderr)
            self._kill_group()
        # A session of its own, so that what it has started is found when it is gone.
        self._process = subprocess.Popen(  # noqa: S603 -- our own
            self._command,
            start_new_session=True,
            preexec_fn=_end_with(os.getpid()),  # noqa: PLW1509 -- there are no threads here
        )

    def tell(self, number):
        if not self.ended:
            self._process.send_signal(number)

    def stop(self):
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        self._kill_group()
        self._process.wait()

    def _kill_group(self):
        """Ends what a killed process has left behind, such as workers that still hold the port."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _end_with(parent):
    """Makes the process that calls the result stop when the parent is killed outright. Only Linux can."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def end_with_parent():
        prctl(_DIE_WITH_PARENT, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(0)

    return end_with_parent
