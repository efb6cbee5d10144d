from django.core.management.base import BaseCommand

from reviews.models import Review, Standing

BATCH = 1000


class Command(BaseCommand):
    help = "Recomputes the totals and scores of all reviews from the votes, mends what is off and says what it was."

    def handle(self, **options):
        checked = mended = 0
        last = 0
        while reviews := list(Review.objects.filter(pk__gt=last).order_by("pk").defer("body")[:BATCH]):
            for stored, right in Standing.objects.stand(reviews):
                mended += 1
                self.stdout.write(f"was {stored or 'missing'}; is {right}")
            checked += len(reviews)
            last = reviews[-1].pk
        self.stdout.write(f"{checked} reviews checked, {mended} mended.")
