"""Saved HTML pages to the text that a browser's copy of them would be. Pure.

Not html.parser: it needs time that grows with the square of what is malformed. Each pattern here ends at the end of
the page at the latest and never starts over, as browsers do with a tag or comment that nothing closes.
"""

import re
from html import unescape
from itertools import islice

_PAGE = re.compile(r"<!doctype\s+html|<(?:html|head|body)(?:\s[^<>]*)?>", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:html|head|title|body|div|p|span|a|li|td|h[1-6])\s*>", re.IGNORECASE)
_CLOSED_BLOCK = re.compile(r"</(?:div|p|ul|ol|li|table|tr|td|section|article|h[1-6])\s*>", re.IGNORECASE)
_BEGINNING = 4096

_TOKEN = re.compile(
    r"<!--.*?(?:--!?>|\Z)"
    # An attribute's value in quotes may hold a ">".
    r"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*)(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+(?:>|\Z)"
    r"|<[!?/][^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
# Dropped with all that is in them.
_UNSHOWN = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ["script", "style", "title", "noscript", "svg", "template", "iframe", "select"]
}
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer"
    "|form|h[1-6]|header|hgroup|hr|html|legend|li|main|menu|nav|ol|pre|search|section|summary|table|tbody|tfoot|thead"
    "|tr|ul"
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
# More digits than any character has; Python refuses to read very long numbers.
_NO_CHARACTER = re.compile(r"&#(?:\d{8,}|x[0-9a-f]{8,});?", re.IGNORECASE)


def is_html(text):
    """Whether the text is a saved page or a piece of one, and not a text in which somebody wrote a tag or two."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    if _PAGE.search(text, 0, _BEGINNING):
        return bool(_CLOSED.search(text))
    return len(list(islice(_CLOSED_BLOCK.finditer(text), 3))) == 3


def text_of(html):
    """Lines as blocks and <br> break them, a blank line between paragraphs; what stands in one line glued as it is."""
    page = _Lines()
    position = 0
    while token := _TOKEN.search(html, position):
        page.add(html[position : token.start()])
        position = token.end()
        name = (token["name"] or "").lower()
        if name in _UNSHOWN and not token["end"]:
            closing = _UNSHOWN[name].search(html, position)
            position = closing.start() if closing else len(html)
        else:
            page.tag(name, is_end=bool(token["end"]))
    page.add(html[position:])
    return "".join(page.pieces)


def _characters(text):
    return unescape(_NO_CHARACTER.sub("\ufffd", text)).replace("\r", "\n")


class _Lines:
    """Pieces of text and the breaks between them. A break is not written before the text behind it is."""

    def __init__(self):
        self.pieces = []
        self.breaks = 0
        self.space = False
        self.preformatted = 0

    def tag(self, name, is_end):
        if name == "br":
            self.breaks += 1
        elif name == "p":
            self.breaks = max(self.breaks, 2)
        elif _BLOCK.fullmatch(name):
            self.breaks = max(self.breaks, 1)
        elif name in ("td", "th"):
            self.space = True
        if name == "pre":
            self.preformatted = max(self.preformatted + (-1 if is_end else 1), 0)

    def add(self, text):
        shown = text.strip("\r\n") if self.preformatted else _SPACE.sub(" ", text)
        bare = shown if self.preformatted else shown.strip(" ")
        if not bare:
            self.space = self.space or bool(shown)
            return
        if self.pieces and self.breaks:
            self.pieces.append("\n" * self.breaks)
        elif self.pieces and (self.space or shown[0] == " "):
            self.pieces.append(" ")
        self.pieces.append(_characters(bare))
        self.breaks, self.space = 0, shown[-1] == " "
