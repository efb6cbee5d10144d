"""The API is asked all that its OpenAPI description allows, and what it does not, and keeps to what it says."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

from config.wsgi import application
from films.models import Remake
from tests.factories import make_film, make_review, make_title
from tests.fuzz.sent import fuzz

pytestmark = pytest.mark.django_db

# Not held: that whatever the description allows is found. A cursor is any text there, and few texts are one.
NOT_HELD = [positive_data_acceptance]


@pytest.fixture
def there():
    """What the parameters in addresses name, by what stands before them."""
    film = make_film("Hard Hit", 2021, director="Kim Chang-ju", country="South Korea")
    make_title(film, "Restricted Call", language="en")
    Remake.objects.link(film, make_film("Retribution", 2015))
    film.refresh_from_db()
    review = make_review(film, tally_yes=0, tally_total=1, body="All of it. [spoiler]The bomb.[/spoiler]")
    make_review(film, rating=None, rating_scale=None, date=None, headline="", spoiler=True)
    return {"films": {"slug": film.slug}, "families": {"slug": film.family.slug}, "reviews": {"id": review.pk}}


@pytest.fixture
def kept_connection():
    """The transaction around the test is to outlive the requests in it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def operations(kept_connection):
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    return [operation.ok() for operation in described.get_all_operations()]


@fuzz
@given(st.data())
def test_any_question_to_the_api_is_answered_as_its_description_says(there, operations, data):
    operation, mode = data.draw(st.sampled_from(operations)), data.draw(st.sampled_from(GenerationMode))
    named = there[operation.path.split("/")[1]] if "{" in operation.path and data.draw(st.booleans()) else None
    case = data.draw(operation.as_strategy(mode, path_parameters=named))
    case.validate_response(case.call(), excluded_checks=NOT_HELD)
