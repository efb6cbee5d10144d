from itertools import islice

from django.core.management.base import BaseCommand

from films.models import Film
from reviews.models import Review, Standing

BATCH = 1000


def batched(rows):
    while batch := list(islice(rows, BATCH)):
        yield batch


class Command(BaseCommand):
    help = "Recomputes what votes and reviews add up to, mends what is off and says what it was."

    def handle(self, **options):
        checked = mended = 0
        last = 0
        while reviews := list(Review.every.filter(pk__gt=last).order_by("pk").defer("body")[:BATCH]):
            for stored, right in Standing.objects.stand(reviews):
                mended += 1
                self.stdout.write(f"was {stored or 'missing'}; is {right or 'gone'}")
            checked += len(reviews)
            last = reviews[-1].pk
        for films in batched(Film.objects.order_by("pk").only("pk").iterator()):
            for film, count, mean in Standing.objects.recount(films):
                mended += 1
                self.stdout.write(
                    f"{film}: was {count} reviews, mean {mean}; is {film.review_count}, mean {film.mean_percent}"
                )
        self.stdout.write(f"{checked} reviews checked, {mended} mended.")
