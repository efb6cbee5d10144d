"""What a page would let somebody's text do: found by reading it as a browser does, not by looking for strings."""

import json
import re
from urllib.parse import urlsplit

import html5lib

MARK = "zqx"  # stands in every text that is tried, wherever it tries to come in
ADDRESSES = {
    "href", "src", "action", "formaction", "data", "poster", "srcset", "ping", "background", "cite", "manifest",
    "codebase", "longdesc", "profile", "usemap", "archive", "classid", "lowsrc", "dynsrc", "xlink:href", "from", "to",
}  # fmt: skip
NEVER = {"style", "object", "embed", "applet", "frame", "frameset", "foreignobject", "animate", "set", "math"}
OURS = ("/static/", "/admin/jsi18n/")
HOSTS = {"", "testserver", "127.0.0.1:8000", "example.org"}
_IGNORED = re.compile(r"[\t\n\r]")  # by browsers, in addresses
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def complaints(html, fragment=False):
    """What in the page cannot have come from a template of ours, as sentences."""
    read = html5lib.parseFragment if fragment else html5lib.parse
    return [said for element in read(html).iter() for said in _of_element(element)]


def text(html):
    """All that a reader could read, and what stands in attributes."""
    elements = list(html5lib.parse(html).iter())
    return "\n".join(part for e in elements for part in (e.text, e.tail, *e.attrib.values()) if part)


def data(html):
    """The JSON-LD of the page."""
    tag = "{http://www.w3.org/1999/xhtml}script"
    return [json.loads(e.text) for e in html5lib.parse(html).iter(tag) if e.get("type") == "application/ld+json"]


def _of_element(element):
    if not isinstance(element.tag, str):
        if MARK in (element.text or ""):
            yield f"a comment: {element.text}"
        return
    name = element.tag.rpartition("}")[2].lower()
    if name in NEVER or MARK in name:
        yield f"an element {name}"
    if name == "script":
        yield from _of_script(element)
    for key, value in element.attrib.items():
        # html5lib gives a pair of namespace and name where an attribute has one.
        yield from _of_attribute(name, str(key).rpartition("}")[2].lower(), value)


def _of_script(element):
    if element.get("type") == "application/ld+json":
        try:
            json.loads(element.text)
        except ValueError:
            yield f"data that is none: {element.text}"
    elif (element.text or "").strip() or not element.get("src", "").startswith(OURS):
        yield f"a script: {element.get('src')} {element.text}"


def _of_attribute(name, key, value):
    if key.startswith("on") or key in ("style", "srcdoc", "http-equiv") or MARK in key:
        yield f"an attribute {key} of {name}"
    if key in ADDRESSES and not harmless(value, picture=name in ("img", "link", "image")):
        yield f"an address in {key} of {name}: {value}"


def harmless(address, picture=False):
    """Whether the address leads a browser to this site, a page that evidence names, or a mail program."""
    address = _IGNORED.sub("", address.strip("".join(map(chr, range(33))))).replace("\\", "/")
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return scheme[1].lower() == "mailto" or (picture and address.startswith("data:image/"))
    return urlsplit(address).netloc in HOSTS
