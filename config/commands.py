"""How manage.py ends where a command can do nothing: with a sentence for people, and a status for scripts."""

import errno
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import OperationalError

NOTHING_DONE = 2
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
FULL = "The disk is full, so the command has stopped; what it had stored by then stays. Make room, and run it again."


def run(arguments):
    """Runs the command; --traceback shows where in the code it failed."""
    try:
        execute_from_command_line(arguments)
    except (ImproperlyConfigured, OperationalError, OSError) as error:
        reason = _reason(error)
        if reason is None or "--traceback" in arguments:
            raise
        print(reason, file=sys.stderr)
        sys.exit(NOTHING_DONE)


def _reason(error):
    """What the machine lacks or was told wrong; None where it may be a fault of the code."""
    said = str(error).strip()
    if isinstance(error, ImproperlyConfigured):
        return said
    if isinstance(error, OSError):
        return FULL if error.errno in NO_ROOM else None
    if "disk is full" in said or "No space left" in said:
        return FULL
    return f"The database cannot be used: {' '.join(said.split())}"
