from typing import NamedTuple

import pytest
from django.db import connection, transaction

from pagecache.stamps import ANYTHING, UNNAMED, FileStamps, slot_of
from pagecache.unchanged import LIFETIME, Unchanged


class Thing(NamedTuple):
    number: int
    names: tuple = ("reviews of 1",)
    size: int = 100


class Maker:
    """Makes a thing of the next number each time that it is asked."""

    def __init__(self, **of_things):
        self.made, self.of_things, self.meanwhile = 0, of_things, lambda: None

    def __call__(self):
        self.made += 1
        self.meanwhile()
        return Thing(self.made, **self.of_things)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def stamps(tmp_path):
    return FileStamps(tmp_path / "stamps")


@pytest.fixture
def kept(stamps, clock):
    return Unchanged(1000, None, lambda: stamps, clock)


def numbers(kept, make, *keys):
    return [kept.get(key, make).number for key in keys]


def test_a_thing_is_made_once_for_its_key(kept):
    assert numbers(kept, Maker(), "a", "a", "b", "a") == [1, 1, 2, 1]


@pytest.mark.parametrize("slot", [UNNAMED, slot_of("reviews of 1")])
def test_it_is_made_anew_after_a_change_of_what_it_shows_or_of_nobody_knows_what(kept, stamps, slot):
    make = Maker()
    first = numbers(kept, make, "a")
    stamps.change([ANYTHING, slot])
    assert (first, numbers(kept, make, "a", "a")) == ([1], [2, 2])


def test_a_change_of_something_else_leaves_it_as_it_is(kept, stamps):
    make = Maker()
    first = numbers(kept, make, "a")
    stamps.change([ANYTHING, slot_of("reviews of 2")])
    assert first == numbers(kept, make, "a") == [1]


def test_a_change_while_it_is_made_is_not_lost(kept, stamps):
    make = Maker()
    make.meanwhile = lambda: stamps.change([UNNAMED])
    first = numbers(kept, make, "a")
    make.meanwhile = lambda: None
    assert (first, numbers(kept, make, "a", "a")) == ([1], [2, 2])


def test_nothing_outlives_its_lifetime(kept, clock):
    make = Maker()
    first = numbers(kept, make, "a")
    clock.now += LIFETIME
    assert (first, numbers(kept, make, "a")) == ([1], [2])


def test_what_there_is_not_is_asked_for_again(kept):
    assert kept.get("a", lambda: None) is None
    assert numbers(kept, Maker(), "a") == [1]


def test_no_more_is_kept_than_there_is_room_for(kept):
    assert numbers(kept, Maker(size=600), "a", "b", "b", "a") == [1, 2, 2, 3]


def test_nothing_is_kept_where_changes_are_heard_of_late(kept, stamps):
    stamps.at_once = False
    assert numbers(kept, Maker(), "a", "a") == [1, 2]


def test_nothing_is_kept_where_no_pages_are_to_be(kept, settings):
    settings.PAGECACHE_MIB = 0
    assert numbers(kept, Maker(), "a", "a") == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_nor_taken_from_what_is_kept_inside_a_transaction(kept):
    make = Maker()
    first = numbers(kept, make, "a")
    with transaction.atomic():
        inside = numbers(kept, make, "a", "a", "b")
    assert not connection.in_atomic_block
    assert (first, inside, numbers(kept, make, "a", "b")) == ([1], [2, 3, 4], [1, 5])
