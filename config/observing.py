"""What operators see of each request: an id, a count, a line in the log. Around everything, kept pages too."""

import contextvars
import json
import logging
import random
import re
import time

from django.conf import settings

ID = "HTTP_X_REQUEST_ID"  # in the WSGI environ
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger("reprise.requests")
request_id = contextvars.ContextVar("request_id", default="")


class Observed:
    """A WSGI application whose requests are told apart by ids, counted, and logged where LOG_FORMAT=json wants lines.

    `count` is told the method, the status and the seconds to the first byte of every answer.
    """

    def __init__(self, application, count=None):
        self._application, self._count = application, count
        self._logs = settings.LOG_FORMAT == "json"
        self._tells = self._logs or count is not None

    def __call__(self, environ, start_response):
        number = environ.get(ID)
        if not number or not _SANE.fullmatch(number):
            number = environ[ID] = f"{random.getrandbits(64):016x}"
        token, begun = request_id.set(number), time.perf_counter()

        def answer(status, headers, *failure):
            if self._tells:
                self._tell(environ, status[:3], time.perf_counter() - begun)
            return start_response(status, [*headers, ("X-Request-ID", number)], *failure)

        try:
            return self._application(environ, answer)
        finally:
            request_id.reset(token)

    def _tell(self, environ, status, seconds):
        method = environ["REQUEST_METHOD"]
        if self._count:
            self._count(method, status, seconds)
        if self._logs:
            said = {
                "method": method,
                "path": environ["PATH_INFO"],
                "status": int(status),
                "ms": round(seconds * 1000, 2),
            }
            logger.info("%s %s %s", method, environ["PATH_INFO"], status, extra={"fields": said})


class RefusalsWithoutTrace(logging.Filter):
    """Who is refused something has met no fault of the code, so one line is enough, and it is no error.

    501 is a refusal too: it says that what was asked for is not done here, and whoever likes can ask for it.
    """

    def filter(self, record):
        status = getattr(record, "status_code", 500)
        if status < 500 or status == 501:
            record.exc_info = record.exc_text = None
            record.levelno = min(record.levelno, logging.WARNING)
            record.levelname = logging.getLevelName(record.levelno)
        return True


class JsonLine(logging.Formatter):
    """A log record as one JSON object on one line."""

    def format(self, record):
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if number := request_id.get() or getattr(getattr(record, "request", None), "META", {}).get(ID):
            line["request_id"] = number
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

    converter = time.gmtime
