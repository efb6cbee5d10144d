"""The whole first start in one command, so that `make run` on a fresh machine ends in a living site."""

import os
import secrets
import shutil
import socket
import sys
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import serializers
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, connections, transaction
from django.urls import reverse

from config.commands import NOTHING_DONE
from config.supervision import supervise
from films.models import Family, Film

SAMPLE = settings.BASE_DIR / "sample"


class Command(BaseCommand):
    help = "Prepares the database and the static files, loads the sample into an empty site, and serves it."

    def handle(self, **options):
        self._need_the_port()
        self._close_the_database_to_others()
        call_command("migrate", verbosity=0)
        if not Film.objects.exists():
            self._load_sample()
        self._collect_static()
        # The counts of processes that are gone.
        shutil.rmtree(settings.METRICS_DIR, ignore_errors=True)
        self._welcome()
        self._serve()

    def _need_the_port(self):
        """Two web servers could share the port, and readers would be given to either at random."""
        with socket.socket() as asked:
            # And not SO_REUSEPORT: so it is refused while somebody listens, and only then.
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                asked.bind(("127.0.0.1", settings.PORT))
            except OSError as error:
                raise CommandError(
                    f"Port {settings.PORT} of 127.0.0.1 cannot be served on: {error.strerror}. "
                    f"Stop what uses it, or give another one: PORT={settings.PORT + 1} make run",
                    returncode=NOTHING_DONE,
                ) from None

    def _close_the_database_to_others(self):
        """What was made by earlier versions, which everybody on the machine could read."""
        if connection.vendor == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    Path(f"{connection.settings_dict['NAME']}{suffix}").chmod(0o600)

    def _load_sample(self):
        self.stdout.write("An empty site: loading the sample films and reviews.")
        with transaction.atomic():
            # Not loaddata: it saves rows without the fields that a film derives from its title.
            for loaded in serializers.deserialize("json", (SAMPLE / "films.json").read_text()):
                loaded.object.save()
            Family.objects.redraw()
        call_command("import_reviews", SAMPLE / "reviews", stdout=self.stdout)

    def _collect_static(self):
        """Collects only what is newer than the last collection: it takes seconds, and a second start should not."""
        manifest = settings.STATIC_ROOT / "staticfiles.json"
        folders = [*map(Path, settings.STATICFILES_DIRS), settings.BASE_DIR / "requirements.txt"]
        newest = max(path.stat().st_mtime for folder in folders for path in (folder, *folder.rglob("*")))
        if not manifest.exists() or manifest.stat().st_mtime < newest:
            call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["*.map"])

    def _welcome(self):
        home = settings.SITE_URL.rstrip("/")
        self.stdout.write(f"\nReprise:  {home}/\nAdmin:    {home}{reverse('admin:index')}")
        self.stdout.write(f"Sign in:  {self._admin_sign_in()}\n")
        self.stdout.flush()

    def _admin_sign_in(self):
        note = settings.DATA_DIR / "admin-password"
        users = get_user_model().objects
        if not users.filter(is_superuser=True).exists():
            password = secrets.token_urlsafe(9)
            users.create_superuser("admin", "admin@localhost.localdomain", password)
            note.touch(mode=0o600)
            note.write_text(password + "\n")
        if note.exists():
            return f"admin, password {note.read_text().strip()} (kept in {note}; delete it once you have changed it)"
        return "with the account of an admin (manage.py createsuperuser makes one)"

    def _serve(self):
        granian = Path(sys.executable).with_name("granian")
        arguments = f"--interface wsgi --host 127.0.0.1 --port {settings.PORT} --no-ws --workers 2 --blocking-threads 2"
        # A worker that is told to stop while it still starts does not hear it, and would be waited for without end.
        arguments += " --respawn-failed-workers --workers-kill-timeout 5 config.wsgi:application"
        connections.close_all()
        # Else each thread has a heap of its own, full of holes that the others cannot use: some 15 MiB a process.
        os.environ.setdefault("MALLOC_ARENA_MAX", "1")
        supervise(
            [granian, *arguments.split()],
            # For big imports and the search.
            [sys.executable, settings.BASE_DIR / "manage.py", "import_worker"],
        )
