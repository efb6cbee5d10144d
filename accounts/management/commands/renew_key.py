from django.core.management.base import BaseCommand, CommandError

from accounts import seeds


class Command(BaseCommand):
    help = "Encrypts second factors with the newest SECRET_KEY, so that older ones can be forgotten."

    def handle(self, **options):
        done, unreadable = seeds.encrypt_anew()
        self.stdout.write(f"{done} encrypted with the newest key.")
        if unreadable:
            people = ", ".join(map(str, unreadable))
            raise CommandError(
                f"No key that is known opens those of users {people}. Name the one they were made with in "
                "SECRET_KEY_FALLBACKS, or remove the factors of these users, who then add new ones.",
                returncode=1,
            )
