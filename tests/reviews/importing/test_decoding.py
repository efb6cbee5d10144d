import pytest

from reviews.importing.decoding import NotTextError, decode


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Amélie 발신제한".encode(), "utf-8"),
        ("Amélie 발신제한".encode("utf-8-sig"), "utf-8-sig"),
        ("Amélie 발신제한".encode("utf-16"), "utf-16"),
        ("\ufeffAmélie 발신제한".encode("utf-16-be"), "utf-16"),
        ("Amélie 발신제한".encode("utf-32"), "utf-32"),
    ],
)
def test_unicode_is_read_without_an_assumption(data, encoding):
    assert decode(data) == ("Amélie 발신제한", encoding, "")


def test_bytes_that_are_no_utf_8_are_read_as_windows_1252_and_said_to_be():
    decoded = decode("Amélie – “très”".encode("cp1252"))
    assert (decoded.text, decoded.encoding) == ("Amélie – “très”", "cp1252")
    assert decoded.assumed == "Not UTF-8 (byte 2), so it was read as Windows-1252: look for wrong letters."


def test_no_byte_is_lost_to_windows_1252():
    assert len(decode(bytes(range(0x80, 0x100))).text) == 128


@pytest.mark.parametrize("data", [b"one\r\ntwo\rthree\nfour"])
def test_line_breaks_become_one(data):
    assert decode(data).text == "one\ntwo\nthree\nfour"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04\0", b"\xff\xfe\0\xd8", b"\x00"])
def test_what_is_no_text_is_refused_with_a_sentence(data):
    with pytest.raises(NotTextError, match=r"^The file .*\.$"):
        decode(data)
