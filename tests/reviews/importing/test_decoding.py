import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.importing.decoding import NotTextError, decode

FRENCH = (
    "Un film d’une beauté rare, où la forêt elle-même semble écouter. L’acteur principal, déjà remarqué à Cannes, "
    "y est bouleversant\u00a0; à voir absolument, même si la fin déçoit un peu. Le cœur y est."
)
VIETNAMESE = (
    "Phim rất hay, diễn xuất tuyệt vời và âm nhạc đáng nhớ. Tôi đã khóc hai lần. "
    "Đạo diễn thật sự hiểu về gia đình Việt Nam, và kết thúc “bất ngờ”… ĐẶNG THÂN – “Ân oán”."
)
POLISH = (
    "Świetny film, choć zakończenie mnie rozczarowało. Główna rola zagrana znakomicie, a zdjęcia są przepiękne. "
    "Polecam każdemu, kto lubi powolne, smutne opowieści o miłości."
)
RUSSIAN = (
    "Отличный фильм, хотя концовка меня разочаровала. Главная роль сыграна великолепно, а музыка запоминается надолго. "
    "Советую всем, кто любит медленное кино."
)
JAPANESE = (
    "とても面白い映画でした。主演の演技が素晴らしく、音楽も印象に残ります。"
    "結末には少しがっかりしましたが、もう一度見たいと思います。"
)
LEGACY = [
    ("cp1252", "Windows-1252", FRENCH),
    (
        "cp1252",
        "Windows-1252",
        "Ein schöner, trauriger Film über die Größe kleiner Leute. Die Musik ist großartig, das Drehbuch hätte kürzer "
        "sein dürfen. Für mich die Überraschung des Jahres.",
    ),
    (
        "cp1252",
        "Windows-1252",
        "¿Quién no ha soñado con una película así? El niño, la montaña, el corazón del espectador… Todo encaja.",
    ),
    (
        "cp1252",
        "Windows-1252",
        "Não é um filme fácil, mas a direção é brilhante, e a canção final ficou no meu coração por muito tempo.",
    ),
    (
        "cp1252",
        "Windows-1252",
        "En av årets bästa filmer. Skådespeleriet är på högsta nivå och fotot är underbart. Jag grät två gånger.",
    ),
    ("iso8859-15", "ISO-8859-15", "Le cœur du film, c'est la sœur. Un chef-d'œuvre, et déjà un classique."),
    ("cp1250", "Windows-1250", POLISH),
    ("iso8859-2", "ISO-8859-2", POLISH),
    (
        "cp1250",
        "Windows-1250",
        "Příběh je jednoduchý, ale herci jsou výborní. Škoda, že závěr přišel tak rychle. Určitě stojí za zhlédnutí.",
    ),
    (
        "cp1250",
        "Windows-1250",
        "A film gyönyörű, de túl hosszú. A főszereplő játéka őszinte és megható, a zene pedig felejthetetlen.",
    ),
    (
        "cp1254",
        "Windows-1254",
        "Çok güzel bir film, ama sonu beni hayal kırıklığına uğrattı. Başrol oyuncusu muhteşem, müzikler unutulmaz.",
    ),
    (
        "cp1257",
        "Windows-1257",
        "Puikus filmas, nors pabaiga mane nuvylė. Muzika įsimena ilgam. Rekomenduoju visiems, kurie mėgsta lėtą kiną "
        "šįvakar. Žiūrėkite.",
    ),
    ("cp1251", "Windows-1251", RUSSIAN),
    ("cp1251", "Windows-1251", "8/10\nОтлично\n1 May 2010\nХороший фильм."),
    ("koi8-r", "KOI8-R", RUSSIAN),
    ("cp866", "IBM866", RUSSIAN),
    (
        "cp1253",
        "Windows-1253",
        "Εξαιρετική ταινία, αν και το τέλος με απογοήτευσε. Ο πρωταγωνιστής παίζει υπέροχα και η μουσική μένει στο "
        "μυαλό. Τη συνιστώ σε όλους όσους αγαπούν τον κινηματογράφο.",
    ),
    (
        "cp1255",
        "Windows-1255",
        "סרט מצוין, אם כי הסוף אכזב אותי. השחקן הראשי נהדר והמוזיקה נשארת בראש. מומלץ לכל מי שאוהב קולנוע איטי.",
    ),
    (
        "cp1256",
        "Windows-1256",
        "فيلم رائع رغم أن النهاية خيبت أملي. أداء البطل مذهل والموسيقى تبقى في الذاكرة. أنصح به كل من يحب السينما.",
    ),
    (
        "cp874",
        "Windows-874",
        "ภาพยนตร์เรื่องนี้สนุกมาก แม้ว่าตอนจบจะทำให้ผิดหวังเล็กน้อย นักแสดงนำเล่นได้ยอดเยี่ยม และเพลงประกอบก็น่าจดจำ",
    ),
    (
        "cp949",
        "EUC-KR",
        "정말 긴장감 넘치는 영화였다. 원작 스페인 영화보다 조금 아쉽지만 배우들의 연기가 훌륭하다. 똠방각하도 좋다.",
    ),
    ("cp949", "EUC-KR", "7/10\n발신제한\n1 May 2021\n재미있는 영화."),
    ("cp932", "Shift_JIS", JAPANESE),
    ("cp932", "Shift_JIS", "7/10\nスリリング\n1 May 2021\nカタカナだけのレビュー"),
    ("euc_jp", "EUC-JP", JAPANESE),
    (
        "gb18030",
        "GB18030",
        "这是一部非常精彩的电影，主演的表演令人难忘，音乐也很动听。虽然结局有点让人失望，但是我还是推荐大家去看一看。",
    ),
    ("gb18030", "GB18030", "8/10\n好看\n1 May 2021\n很好看的电影。"),
    (
        "big5hkscs",
        "Big5",
        "這是一部非常精彩的電影，主演的表演令人難忘，音樂也很動聽。雖然結局有點讓人失望，但是我還是推薦大家去看一看。",
    ),
]


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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, "발신제한\n재미있는 영화.\n1 May 2021 — 一"])
def test_utf_16_without_a_mark_is_known_by_its_zero_bytes(text, encoding):
    assumed = "The file does not name its encoding; its zero bytes look like UTF-16: look for wrong letters."
    assert decode(text.encode(encoding)) == (text, encoding, assumed)


@pytest.mark.parametrize(("encoding", "name", "text"), LEGACY, ids=[f"{case[0]}-{case[2][:9]}" for case in LEGACY])
def test_encodings_from_before_unicode_are_told_by_their_letters(encoding, name, text):
    data = text.encode(encoding)
    place = next(place for place, byte in enumerate(data) if byte > 0x7F)
    assumed = f"Not UTF-8 (byte {place}), so it was read as {name}: look for wrong letters."
    assert decode(data) == (text, encoding, assumed)


@pytest.mark.parametrize(
    "text",
    [
        "8/10\nGreat\n1 May 2010\nAmélie is the best. I loved every minute of it and will see it again.",
        "It’s a film that doesn’t know when to stop – “tense”, they said… I’d say dull. 6/10 for the café scene.",
        "It’s a film that doesn’t know when to stop.",
        "A naïve film, but a good one.",
        "Žižek would have liked it.",
        "Naïve. “Très” ©2010 £5 ½ price, 30° and €12. 100% Ümläut.",
        "Penélope, Björn and Søren shine, says the señor; the façade is naïve.",
        "8/10\u00a0Great film.\u00a0 Loved it.",
        "ÉTÉ",
    ],
)
def test_a_few_western_letters_are_windows_1252(text):
    assert decode(text.encode("cp1252"))[:2] == (text, "cp1252")


def test_the_sentence_says_where_to_look():
    decoded = decode("Amélie – “très”".encode("cp1252"))
    assert decoded.assumed == "Not UTF-8 (byte 2), so it was read as Windows-1252: look for wrong letters."


def test_no_byte_is_lost_to_windows_1252():
    assert len(decode(bytes(range(0x80, 0x100))).text) == 128


def test_utf_8_with_a_few_strange_bytes_stays_utf_8():
    cut = FRENCH.encode()[: FRENCH.encode().index("ç".encode()) + 1]
    decoded = decode(cut)
    assert decoded.text == FRENCH[: FRENCH.index("ç")] + "Ã"
    assert decoded.encoding == "utf-8"
    assert decoded.assumed == (
        f"Not UTF-8 in some places (the first is byte {len(cut) - 1}): look for wrong letters there."
    )


@pytest.mark.parametrize(
    ("end", "shown"), [(b"\xc3", "Ã"), (b"\xe2\x80", "â€"), (b"\xf0\x9f\x8e", "ðŸŽ"), (b"\xc3\n", "Ã\n")]
)
@pytest.mark.parametrize("text", ["Café fin de siècle, ", "Café "])
def test_utf_8_that_was_cut_through_its_last_letter_stays_utf_8(text, end, shown):
    decoded = decode(text.encode() + end)
    place = len(text.encode())
    assert decoded.text == text + shown
    assert decoded.encoding == "utf-8"
    assert f"Not UTF-8 in some places (the first is byte {place}): look for wrong letters there." in decoded.assumed


@pytest.mark.parametrize("text", ["Un film d'une rare beauté", "Voilà", "Voilà, très Ã©", "Voilà\n"])
def test_an_old_encoding_that_ends_in_a_letter_is_not_taken_for_cut_utf_8(text):
    assert decode(text.encode("cp1252"))[:2] == (text, "cp1252")


@pytest.mark.parametrize("data", [b"one\r\ntwo\rthree\nfour"])
def test_line_breaks_become_one(data):
    assert decode(data).text == "one\ntwo\nthree\nfour"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0",
        b"PK\x03\x04\0",
        b"\xff\xfe\0\xd8",
        b"\x00",
        b"a\0b\0\0\0c\0",
        b"text\0",
        b"\x08",
        "a\0".encode("utf-16"),
        bytes(range(256)),
        bytes(10_000),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence(data):
    with pytest.raises(NotTextError, match=r"^The file .*\.$"):
        decode(data)


def garbled(text, encoding="cp1252"):
    """As a program has it that takes UTF-8 for something else."""
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I don’t know", "“â€™” at character 6"),
        ("café", "“Ã©” at character 4"),
        ("30° outside", "“Â°” at character 3"),
        ("ładny", "“Å‚” at character 1"),
        ("фильм", "“Ñ„Ð¸” at character 1"),
        ("발신제한", "“ë°œì‹\u00a0” at character 1"),
        ("🎬", "“ðŸ” at character 1"),
        ("tuyệt", "“á»‡” at character 4"),
    ],
)
def test_text_that_was_garbled_is_reported_and_kept(text, said):
    decoded = decode(garbled(text).encode())
    assert decoded.text == garbled(text)
    assert decoded.assumed == f"The text seems to have been garbled before it was saved ({said}); it is kept as it is."


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("text", [FRENCH, VIETNAMESE, *[case[2] for case in LEGACY]])
def test_whole_texts_that_were_garbled_are_reported(text, encoding):
    assert "seems to have been garbled" in decode(garbled(text, encoding).encode()).assumed


@pytest.mark.parametrize(
    "text",
    [
        FRENCH,
        VIETNAMESE,
        *[case[2] for case in LEGACY],
        "CAFÉ… «CAFÉ» MENÜ“ VOILÀ… “ÂGE” L’ÉTÉ” «¡Mamá!» «mamá»… cliché…” né…» PEÑÓ² À «",
        "NÃO, MANHÃ! AMANHÃ; IRMÃ: “MAÇÃ” ‘IRMÃ’ «MANHû MANHÃ… MANHÃ–",
        "½ £5 30° ©2010 50¢ ×2 Ångström “Å” Ö… Ø» 🎬",
    ],
)
def test_clean_text_is_never_called_garbled(text):
    assert decode(text.encode()).assumed == ""


def test_a_garbled_text_in_an_old_encoding_is_said_to_be_both():
    assert decode("Café très à côté, donâ€™t".encode("cp1252")).assumed == (
        "Not UTF-8 (byte 3), so it was read as Windows-1252: look for wrong letters. "
        "The text seems to have been garbled before it was saved (“â€™” at character 22); it is kept as it is."
    )


@settings(deadline=None)
@given(
    st.binary(min_size=1, max_size=3000)
    | st.text(min_size=1, max_size=1000).map(lambda text: text.encode("utf-16-le", "surrogatepass"))
)
def test_any_bytes_are_text_or_refused(data):
    try:
        text = decode(data).text
    except NotTextError:
        return
    assert "\r" not in text
    assert "\0" not in text
    text.encode()


def test_a_few_control_characters_are_kept_and_told():
    text = "A Turkish bath" + "\b\b" + " in a film noir. " * 10
    told = "The text holds control characters that show nothing (the first is U+0008 at character 15)"
    assert decode(text.encode()) == (text, "utf-8", f"{told}; they are kept as they are.")


def test_a_stray_zero_byte_is_told_and_stood_for():
    text = "A caf%s in Paris. " + "Nothing else happens in it. " * 5
    told = "The text holds the character U+0000 (the first at character 6)"
    told += ", which no database takes; “\ufffd” stands for it."
    assert decode((text % "\0").encode()) == (text % "\ufffd", "utf-8", told)
    assert decode((text % "\0").encode("utf-16")).assumed == told


def test_a_letter_that_was_lost_before_is_told_beside_a_zero_byte():
    text = "A caf\ufffd\0 in Paris. " + "Nothing else happens in it. " * 5
    assert decode(text.encode()).assumed == (
        "The text seems to have been garbled before it was saved (“\ufffd” at character 6); it is kept as it is. "
        "The text holds the character U+0000 (the first at character 7), which no database takes; "
        "“\ufffd” stands for it."
    )


@pytest.mark.parametrize(("turn", "code"), [("\u202e", "U+202E"), ("\u202d", "U+202D")])
def test_marks_that_turn_letters_around_are_kept_and_told(turn, code):
    text = f"A film to {turn}see.\u202c \u202e"
    told = f"The text holds marks that turn the order of its letters around (the first is {code} at character 11)"
    assert decode(text.encode()) == (text, "utf-8", f"{told}; they are kept as they are.")


def test_marks_that_belong_to_a_script_are_not_told():
    assert decode("סרט \u200fמצוין\u200e \u2067(2021)\u2069".encode()).assumed == ""


@pytest.mark.parametrize("data", [b"\x01\x02" * 9 + b"letters" * 9, b"PK\x03\x04\0\0\x08\0letters"])
def test_what_is_full_of_control_characters_is_no_text(data):
    with pytest.raises(NotTextError):
        decode(data)
