import pytest

from reviews.language import language_of, main_part


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tense, from the first minute to the last."),
        ("en", "A film with 발신제한 in its title, and the rest of it is in English."),
        ("de", "Ein Film, der nicht loslässt."),
        ("fr", "Une histoire qui ne lâche pas le spectateur, et c'est très bien."),
        ("es", "El coche no se detiene y la película tampoco."),
        ("it", "Il film è molto bello e non annoia."),
        ("pt", "Um filme muito bom, não é?"),
        ("nl", "Een spannende film die niet verveelt."),
        ("sv", "Filmen är inte så bra som den första."),
        ("da", "Filmen er ikke så god som den første, men den bliver bedre."),
        ("no", "Filmen er ikke så god som den første, men den blir bedre nå."),
        ("ko", "이 영화는 정말 재미있었다."),
        ("ja", "この映画は面白かったです。"),
        ("zh", "这部电影很好看。"),
        ("ru", "Очень хороший фильм, советую всем."),
        ("uk", "Цей фільм дуже добрий, її варто бачити."),
        ("ar", "فيلم رائع ومشوق من البداية إلى النهاية"),
        ("", "A tense thriller."),
        ("", "Ok"),
        ("", ""),
        ("", "10/10 !!! 😀"),
    ],
)
def test_the_language_of_a_text_is_told_by_its_small_words_or_its_letters(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("code", "part"),
    [("en", "en"), ("pt-BR", "pt"), ("zh_Hant_TW", "zh"), ("EN", "en"), ("", ""), ("x" * 35, ""), ("e/", "")],
)
def test_reviews_are_filtered_by_the_main_part_of_a_code(code, part):
    assert main_part(code) == part
