"""What somebody may send who has no good in mind, or none at all."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# Everything that can be sent, with more of what has a meaning somewhere.
MEANT = [
    "\0", "'", '"', "*", "%", "\\", "<b>", "{{", "NEAR(", "OR", "-", ":", "&", "|", "!", "é", "딱", "\u202e", " ", "\n",
    "10", "2021", "Hard Hit",
]  # fmt: skip
texts = st.text(max_size=60) | st.lists(st.sampled_from(MEANT), max_size=12).map("".join)
numbers = st.integers().map(str) | texts
fuzz = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def sendable(text):
    """What a client can put into an address at all."""
    return text.encode(errors="surrogatepass")
