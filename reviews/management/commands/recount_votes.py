from itertools import islice

from django.core.management.base import BaseCommand
from django.db.models import F, OuterRef, Subquery

from films.models import Film
from reviews.models import HelpfulVote, Review, Standing

BATCH = 1000


def batched(rows):
    while batch := list(islice(rows, BATCH)):
        yield batch


class Command(BaseCommand):
    help = "Recomputes what votes and reviews add up to, mends what is off and says what it was."

    def handle(self, **options):
        checked = mended = last = 0
        self._weigh()
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

    def _weigh(self):
        off, _ = HelpfulVote.objects.filter(user=F("review__user")).delete()
        strayed = HelpfulVote.objects.exclude(film=F("review__film"))
        off += strayed.update(film=Subquery(Review.objects.filter(pk=OuterRef("review")).values("film")))
        voters = HelpfulVote.objects.order_by("user").values_list("user", flat=True).distinct()
        off += sum(HelpfulVote.objects.weigh(batch) for batch in batched(voters.iterator()))
        if off:
            self.stdout.write(
                f"{off} votes were on their reader's own review, under another film or of a wrong weight."
            )
