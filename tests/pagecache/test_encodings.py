import pytest

from pagecache.encodings import DECODE, ENCODE, chosen


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0,gzip;q=0", "identity"),
        ("*", "br"),
        ("*;q=0.5, gzip", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("identity", "identity"),
        ("identity;q=1, br;q=0.5", "identity"),
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0", "identity"),
        ("*;q=0", "identity"),
        ("zstd, compress", "identity"),
        ("gzip;level=9", "identity"),
        ("gzip;q=much", "identity"),
        ("gzip ; q=1", "gzip"),
        (",,", "identity"),
    ],
)
def test_the_coding_that_a_client_prefers(accepted, coding):
    assert chosen(accepted) == coding


@pytest.mark.parametrize("coding", ENCODE)
def test_what_is_coded_is_decoded_to_the_same(coding):
    assert DECODE[coding](ENCODE[coding](b"Retribution" * 100)) == b"Retribution" * 100
