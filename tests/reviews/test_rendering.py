from reviews.rendering import body_html, excerpt, paragraphs


def test_blank_lines_part_paragraphs_and_line_breaks_stay():
    assert paragraphs("\nOne,\nstill one.\n\n \n\nTwo.\n") == ["One,\nstill one.", "Two."]


def test_the_html_escapes_everything_and_numbers_the_paragraphs():
    assert body_html('<script>alert("x")</script>\n<grin>\n\nTwo & more', anchor="review-5") == (
        '<p id="review-5-p1">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;<br>\n&lt;grin&gt;</p>\n'
        '<p id="review-5-p2">Two &amp; more</p>'
    )


def test_an_excerpt_is_cut_between_words():
    assert excerpt("One two,\n\nthree four", 12) == "One two…"
    assert excerpt("One two", 12) == "One two"


def test_an_excerpt_of_one_long_word_is_no_longer_than_asked():
    assert len(excerpt("a" * 100, 20)) == 20
