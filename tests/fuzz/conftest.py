import pytest


@pytest.fixture(autouse=True)
def unlimited(settings):
    """Nobody else sends so much."""
    settings.LIMITS = {}
