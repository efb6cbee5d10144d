import pytest

from reviews.tongues import tongue_of


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "This is the film that I liked, and it was not for the faint of heart."),
        ("de", "Der Film ist nicht schlecht, und das ist auch gut so: die Musik trägt ihn."),
        ("fr", "C’est un film qui ne dit pas le mot, et les gens du quartier le savent."),
        ("es", "La película es como un sueño, pero el final no es para todos los que la ven."),
        ("it", "Il film è una storia di famiglia che non si dimentica, ma anche più di questo."),
        ("pt", "Um filme que não é para todos, mas o final é muito bom e os atores do elenco."),
        ("nl", "Het is een film die niet voor iedereen is, maar de muziek van het begin wordt ook mooi."),
        ("ko", "한국 영화 Hard Hit 정말 재미있게 봤습니다."),
        ("ja", "日本の映画はとても面白い。"),
        ("zh", "这是一部很好的电影。"),
        ("ru", "Очень хороший фильм."),
        ("uk", "Дуже гарний фільм, який її змінив."),
        ("el", "Μια καλή ταινία."),
        ("", "ok"),
        ("", "…"),
        ("", ""),
    ],
)
def test_a_text_tells_its_language_or_nothing(language, text):
    assert tongue_of(text) == language
