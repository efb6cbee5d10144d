import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import (
    MailServer,
    address,
    database,
    flag,
    generated_secret,
    limits,
    mail_server,
    names,
    number,
    read_file,
    url,
)


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("true", True), ("ON", True), ("0", False), ("no", False), ("", None)]
)
def test_flag(monkeypatch, value, expected):
    monkeypatch.setenv("DEBUG", value)
    assert flag("DEBUG", default=None) is expected


def test_a_flag_that_is_neither_true_nor_false_stops_the_start(monkeypatch):
    monkeypatch.setenv("DEBUG", "flase")
    with pytest.raises(ImproperlyConfigured, match="DEBUG='flase' is neither true nor false"):
        flag("DEBUG", default=False)


@pytest.mark.parametrize("value", ["eight thousand", "-1", "80.5", "٨"])
def test_a_number_that_is_none_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(ImproperlyConfigured, match=r"^PORT='.*' is not a whole number, such as 8000\.$"):
        number("PORT", default=8000)


def test_a_number_that_is_too_high_stops_the_start(monkeypatch):
    monkeypatch.setenv("PORT", "65536")
    with pytest.raises(ImproperlyConfigured, match=r"^PORT='65536' is not a whole number up to 65535, such as 8000\.$"):
        number("PORT", default=8000, most=65535)
    assert number("PORT", default=8000, most=65536) == 65536


def test_an_unset_number_is_its_default(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    assert number("PORT", default=8000) == 8000


def test_names_are_parted_by_commas(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,")
    assert names("ALLOWED_HOSTS", default=[]) == ["a.example", "b.example"]


def test_a_url_of_another_kind_stops_the_start(monkeypatch):
    monkeypatch.setenv("CACHE_URL", "memcached://127.0.0.1")
    with pytest.raises(ImproperlyConfigured, match="must begin with one of: locmem:, redis:"):
        url("CACHE_URL", default="locmem://", schemes=("locmem", "redis"))


@pytest.mark.parametrize(
    "value", ["nonsense", "mysql://a:secret@b/c", "postgres://a:secret@b:port/c", "postgres://a:secret@[b/c", "sqlite"]
)
def test_a_database_of_another_kind_stops_the_start_and_its_password_is_not_repeated(value):
    with pytest.raises(
        ImproperlyConfigured, match=r"^REPLICA_URLS is neither sqlite:///path nor postgres://"
    ) as stopped:
        database("REPLICA_URLS", value)
    assert "secret" not in str(stopped.value)


def test_a_database():
    assert database("DATABASE_URL", "sqlite:////a/b.sqlite3")["NAME"] == "/a/b.sqlite3"
    told = database("DATABASE_URL", "postgres://maud:p%40ss@b:6543/c")
    assert [told[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == ["maud", "p@ss", "b", 6543, "c"]


SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", MailServer("django.core.mail.backends.console.EmailBackend")),
        ("console://", MailServer("django.core.mail.backends.console.EmailBackend")),
        (
            "smtp://maud%40example.org:p%3Ass@mail.example.org",
            MailServer(SMTP, "mail.example.org", 587, "maud@example.org", "p:ss", starttls=True),
        ),
        ("smtps://maud:pass@mail.example.org", MailServer(SMTP, "mail.example.org", 465, "maud", "pass", tls=True)),
        ("smtp://mail.example.org:2525", MailServer(SMTP, "mail.example.org", 2525, starttls=True)),
        ("smtp://localhost:25", MailServer(SMTP, "localhost", 25)),
    ],
)
def test_a_mail_server(monkeypatch, value, expected):
    monkeypatch.setenv("EMAIL_URL", value)
    assert mail_server("EMAIL_URL") == expected


@pytest.mark.parametrize(
    "value",
    ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://mail.example.org:port", "smtp://[mail",
     "smtp://mail.example.org/?tls=1", "console://here", "smtp://maud:secret/#@mail.example.org"],
)  # fmt: skip
def test_a_mail_server_that_is_none_stops_the_start_and_its_password_is_not_repeated(monkeypatch, value):
    monkeypatch.setenv("EMAIL_URL", value)
    with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL is none of console://, smtp://") as stopped:
        mail_server("EMAIL_URL")
    assert "secret" not in str(stopped.value)


@pytest.mark.parametrize("value", ["noreply@reprise.example", "Reprise <noreply@reprise.example>"])
def test_an_address_to_send_from(monkeypatch, value):
    monkeypatch.setenv("MAIL_FROM", value)
    assert address("MAIL_FROM", default="") == value


@pytest.mark.parametrize("value", ["Reprise", "Reprise <noreply>"])
def test_an_address_that_is_none_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("MAIL_FROM", value)
    with pytest.raises(ImproperlyConfigured, match="is no e-mail address"):
        address("MAIL_FROM", default="")


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "data" / "secret-key"
    secret = generated_secret(path)
    assert len(secret) > 50
    assert generated_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path):
    (tmp_path / "data").touch()
    with pytest.raises(ImproperlyConfigured, match=r"^DATA_DIR='\S+/data' cannot be used: File exists\.$"):
        generated_secret(tmp_path / "data" / "secret-key")


def test_a_file_sets_what_the_environment_does_not(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("# comment\n\nPORT=8001\nDEBUG=1\nDATABASE_URL=postgres://a:b=c@d/e\n")
    monkeypatch.setattr("os.environ", {"PORT": "9000"})
    read_file(tmp_path / ".env")
    assert names("DATABASE_URL", default=[]) == ["postgres://a:b=c@d/e"]
    assert number("PORT", default=0) == 9000
    assert flag("DEBUG", default=False) is True


def test_a_file_with_a_wrong_line_stops_the_start(tmp_path):
    (tmp_path / ".env").write_text("PORT=1\nexport DEBUG\n")
    with pytest.raises(ImproperlyConfigured, match=r"^\.env, line 2 is not of the form NAME=VALUE\.$"):
        read_file(tmp_path / ".env")


def test_no_file_is_no_problem(tmp_path):
    assert read_file(tmp_path / ".env") is None


RATES = {"vote": "600/h", "search": "120/m"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", {"vote": (600, 3600), "search": (120, 60)}),
        ("vote=5/d", {"vote": (5, 86400), "search": (120, 60)}),
        ("vote=5/s, search=none", {"vote": (5, 1)}),
        ("none", {}),
    ],
)
def test_limits_change_some_of_the_defaults(monkeypatch, value, expected):
    monkeypatch.setenv("LIMITS", value)
    assert limits("LIMITS", RATES) == expected


@pytest.mark.parametrize(
    "value", ["votes=1/h", "vote", "vote=", "vote=0/h", "vote=-1/h", "vote=1/w", "vote=1", "vote=x/h"]
)
def test_a_limit_that_is_not_understood_is_named(monkeypatch, value):
    monkeypatch.setenv("LIMITS", value)
    with pytest.raises(ImproperlyConfigured, match="LIMITS="):
        limits("LIMITS", RATES)
