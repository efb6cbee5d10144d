import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.importing.html import is_html, text_of
from reviews.importing.parser import parse
from reviews.importing.records import ParsedReview

REVIEW = """
<div class="lister-item mode-detail imdb-user-review">
  <div class="review-container">
    <div class="lister-item-content">
      <div class="ipl-ratings-bar"><span class="rating-other-user-rating">
        <svg class="ipl-icon" height="24"><title>star</title><path d="M0 0h24v24H0z" fill="none"/></svg>
        <span>{rating}</span><span class="point-scale">/10</span></span></div>
      <a href="/review/rw1/" class="title"> {headline}
</a>
      <div class="display-name-date">
        <span class="display-name-link"><a href="/user/ur1/">{author}</a></span><span class="review-date">{date}</span>
      </div>
      {warning}
      <div class="content">
        <div class="text show-more__control">{body}</div>
        <div class="actions text-muted">
            {tally} found this helpful.
                <span>
                    Was this review helpful? <a href="/registration/signin">Sign in</a> to vote.
                </span>
            <br>
            <a href="/review/rw1/">Permalink</a>
        </div>
      </div>
    </div>
  </div>
</div>
"""
WARNING = '<span class="spoiler-warning">Warning: Spoilers</span>'
PAGE = (
    """\
<!DOCTYPE html>
<!-- saved from url=(0036)https://reviews.example/title/tt1/ -->
<html lang="en"><head><meta charset="utf-8">
<title>Oppenheimer (2023) - User reviews</title>
<script>if (1 < 2 && "</div>") { document.write("<p>no</p>"); }</script>
<style>.review > p { color: red }</style></head>
<body class="fixed"><noscript><img src="pixel.gif" alt=">">no</noscript><template><p>no</p></template>
<div class="parent"><h3 itemprop="name"><a href="/title/tt1/" title="a > b">Oppenheimer</a>
   <span class="nobr">(2023)</span></h3></div>
"""
    + REVIEW.format(
        rating=9,
        headline="Fire, &amp; what comes after",
        author="Orlando_Gardner",
        date="19 July 2023",
        warning="",
        body="You&#39;ll have to <i>have your wits</i> about you.<br><br>It&rsquo;s a na&iuml;ve &lt;grin&gt; film.",
        tally="1,413 out of 1,597",
    )
    + REVIEW.format(
        rating=7,
        headline="Too loud",
        author="matinee_maud",
        date="2 August 2023",
        warning=WARNING,
        body="He builds it.<br/>\n<br/>Then   he\nregrets it.",
        tally="3 out of 4",
    )
    + """<div class="load-more"></div><h2>Recently Viewed</h2><script>end()</script></body></html>"""
)


def fields(review):
    return {
        "rating": review.rating,
        "rating_scale": review.rating_scale,
        "headline": review.headline,
        "author": review.author,
        "date": review.date,
        "spoiler": review.spoiler,
        "body": review.body,
        "tally": (review.tally_yes, review.tally_total),
    }


def test_every_review_of_a_saved_page_is_found_with_its_fields():
    first, second = parse(text_of(PAGE))
    assert isinstance(first, ParsedReview)
    assert (first.film, first.year) == ("Oppenheimer", 2023)
    assert fields(first) == {
        "rating": Decimal(9),
        "rating_scale": 10,
        "headline": "Fire, & what comes after",
        "author": "Orlando_Gardner",
        "date": datetime.date(2023, 7, 19),
        "spoiler": False,
        "body": "You'll have to have your wits about you.\n\nIt’s a naïve <grin> film.",
        "tally": (1413, 1597),
    }
    assert fields(second) == {
        "rating": Decimal(7),
        "rating_scale": 10,
        "headline": "Too loud",
        "author": "matinee_maud",
        "date": datetime.date(2023, 8, 2),
        "spoiler": True,
        "body": "He builds it.\n\nThen he regrets it.",
        "tally": (3, 4),
    }


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<a>Orlando_Gardner</a><span>19 July 2023</span>", "Orlando_Gardner19 July 2023"),
        ("<span>9</span><span>/10</span>", "9/10"),
        ("a <b>b</b>c <i> d </i> e", "a bc d e"),
        ("  a\n\t b  ", "a b"),
        ("a\u00a0 b&nbsp;&nbsp;c", "a\u00a0 b\u00a0\u00a0c"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div><div>a</div></div>\n<section> <div>b</div></section>", "a\nb"),
        ("a<div>b</div>c", "a\nb\nc"),
        ("a<br>b<br/>c<BR />d", "a\nb\nc\nd"),
        ("a<br><br>b", "a\n\nb"),
        ("<div>a<br></div>b", "a\nb"),
        ("<p>a</p><p>b", "a\n\nb"),
        ("<p>a</p>\n<div>b</div>", "a\n\nb"),
        ("<ul><li>a<li>b</li></ul>c", "a\nb\nc"),
        ("<h1>a</h1>b", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>\na\n\n  b\n</pre>c  d", "a\n\n  b\nc d"),
        ("a<script>b</script >c<STYLE>d</style>e<noscript>f</noscript><svg><title>g</title></svg>", "ace"),
        ("<head><title>a</title></head>b", "b"),
        ("a<!-- b > --> c<!---->d<!doctype html>e<?xml f?>g", "a cdeg"),
        ("<a title=\"1 > 2\" data-x='<b>' alt=it's>a</a>b", "ab"),
        ("&lt;b&gt; &amp;amp; &#233; &#xe9; &eacute; &copy", "<b> &amp; é é é ©"),
        ("a < b, 1<2, <3 and a <> b", "a < b, 1<2, <3 and a <> b"),
        ("", ""),
        # Malformed.
        ("a<b", "a"),
        ("a<!-- b", "a"),
        ("a<script>b", "a"),
        ('a<b title="c>d</b>e', "ade"),
        ("a</div></p></li>b", "a\n\nb"),
        ("&#x110000; &#" + "9" * 5000 + "; &#xd800; &#0; &#1;", "\ufffd \ufffd \ufffd \ufffd "),
    ],
)
def test_the_text_is_what_a_copy_would_be(html, text):
    assert text_of(html) == text


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        "\ufeff\n<!doctype HTML>\n<title>x</title>",
        '<?xml version="1.0"?><html xmlns="x"><body><p>x</p></body></html>',
        "<body><div>x</div>",
        "<div><h3>Up (2009)</h3><p>x</p></div>",
    ],
)
def test_a_saved_page_is_html(text):
    assert is_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A film for everyone <grin>, I <3 it.",
        "<grin> A film for everyone.",
        "<3 <3 <3",
        "One<br><br>two<br />three",
        "<br>One<br>",
        "<i>Up</i> is a film by <b>Pixar</b>. <i>Cars</i> is not as good.",
        "<p>One paragraph.</p>",
        "I looked at its <html> and <body>; </body></html> is missing.",
        "<html> is what I thought of.",
    ],
)
def test_a_text_with_a_tag_in_it_is_not_html(text):
    assert not is_html(text)


@given(st.text() | st.text("<>/!-=\"' ab&#;x1\n").map("<div>".__add__) | st.text("<pbr/>ia &\n"))
def test_any_text_has_a_text(html):
    is_html(html)
    assert "\r" not in text_of(html)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        '<a b="',
        '<a b="" ',
        "<a ='",
        "<!--",
        "<!",
        "</",
        "<script>",
        "<svg>",
        "<p>",
        "<br>",
        "&",
        "&#",
        "=",
        " ",
    ],
)
def test_malformed_html_is_read_in_time_that_grows_with_its_length(piece):
    """A hundred thousand pieces would take minutes where each is looked through to the end."""
    html = piece * 100_000 + '" c=">"'
    is_html(html)
    text_of("<a " + html)
    text_of(html)
