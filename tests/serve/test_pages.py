"""Pages, frames and oEmbed: what came from an article is text, and nothing else."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import sync_playwright

from tests.publish.validator import Validate, validate
from tests.serve.conftest import Site

__all__ = ["validate"]
PAYLOADS = [
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "</title><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "<svg onload=window.pwned=1>",
    "<svg><script>window.pwned=1</script></svg>",
    '"><img src=x onerror=window.pwned=1>',
    "' onmouseover='window.pwned=1",
    '" autofocus onfocus="window.pwned=1',
    "<body onload=window.pwned=1>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<iframe src=javascript:parent.pwned=1></iframe>",
    "<a href=javascript:window.pwned=1 id=go>ici</a>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//elsewhere.example.org/a.css>",
    "<base href=//elsewhere.example.org/>",
    "<meta http-equiv=refresh content=0;url=//elsewhere.example.org>",
    "<form action=//elsewhere.example.org><input autofocus onfocus=window.pwned=1>",
    "<object data=javascript:window.pwned=1></object>",
    "<embed src=//elsewhere.example.org>",
    "<math><mtext></mtext><script>window.pwned=1</script></math>",
    "<!--><script>window.pwned=1</script>-->",
    "<![CDATA[<script>window.pwned=1</script>]]>",
    "{{ 7 * 7 }}{% raw %}{{ config }}",
    "${window.pwned=1}",
    "\\u003cscript\\u003ewindow.pwned=1\\u003c/script\\u003e",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "&#60;script&#62;window.pwned=1",
    "</ecouter-article><script>window.pwned=1</script>",
    "]]></textarea></noscript><script>window.pwned=1</script>",
    "\u2028<script>window.pwned=1</script>\u2029",
    "<scr\x00ipt>window.pwned=1</scr\x00ipt>",
]
INERT = {"application/ld+json"}


def article(payload: str) -> dict[str, Any]:
    return {
        "title": f"Titre {payload}",
        "standfirst": f"Chapô {payload}",
        "section": payload,
        "authors": [payload, f"Ana {payload}"],
        "url": f"https://gazette.example.org/{payload}",
        "image_url": f"https://gazette.example.org/{payload}.jpg",
        "blocks": [
            {"kind": kind, "text": f"Texte {payload}"}
            for kind in ("paragraph", "heading", "quote", "list_item")
        ],
    }


def handed_in(site: Site, payload: str) -> str:
    answer = site.ask("POST", "/articles", json.dumps(article(payload)), Content_Type="application/json")
    assert answer.status == 201, answer
    return f"/articles/{answer.json['id']}"


class Markup(HTMLParser):
    """The elements of a page with their attributes, and what the scripts are."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.data: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.data.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_page_has_the_elements_of_its_template_whatever_the_article_says(site: Site, payload: str) -> None:
    path = handed_in(site, payload)
    plain = Markup(site.ask("GET", f"{handed_in(site, 'simple')}/listen").body)
    answer = site.ask("GET", f"{path}/listen")
    page = Markup(answer.body)
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert [set(attributes) for _, attributes in page.elements] == [
        set(attributes) for _, attributes in plain.elements
    ]
    assert {link["href"].split(":")[0] for link in page.all("a") if link["href"]} <= {"http", "https"}
    assert "'unsafe" not in answer.headers["content-security-policy"]
    assert " ".join(payload.replace("\x00", " ").split()) in " ".join("".join(page.data).split())


def test_nothing_of_it_runs_in_a_browser(site: Site, chromium: str) -> None:
    origin = f"http://127.0.0.1:{site.port}"
    paths = [handed_in(site, payload) for payload in PAYLOADS]
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        for path in paths:
            for name in ("listen", "player"):
                page.goto(f"{origin}{path}/{name}")
                assert page.evaluate("window.pwned") is None
                assert page.url == f"{origin}{path}/{name}"
            assert page.locator("ecouter-article").count() == 1
        browser.close()
    assert {url[: len(origin)] for url in asked} == {origin}


def test_the_facts_for_search_engines(site: Site) -> None:
    path = handed_in(site, "</script>")
    body = site.ask("GET", f"{path}/listen").body.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', body)
    assert found
    facts = json.loads(found.group(1))
    assert facts["@type"] == "NewsArticle"
    assert facts["headline"].startswith("Titre")
    assert facts["audio"]["@type"] == "AudioObject"
    assert facts["audio"]["contentUrl"].endswith(f"{path}/audio.mp3")
    page = Markup(body.encode())
    card = {
        meta.get("property") or meta.get("name"): meta["content"]
        for meta in page.all("meta")
        if "content" in meta
    }
    assert card["og:audio:type"] == "audio/mpeg"
    assert card["og:type"] == "article"
    assert card["twitter:card"] == "summary"


def test_a_frame_may_stand_on_any_page_and_the_page_itself_may_not(site: Site) -> None:
    path = handed_in(site, "cadre")
    policies = {
        name: site.ask("GET", f"{path}/{name}").headers["content-security-policy"]
        for name in ("player", "listen")
    }
    assert "frame-ancestors *" in policies["player"]
    assert "frame-ancestors 'self'" in policies["listen"]


def test_oembed(site: Site) -> None:
    path = handed_in(site, '"><script>')
    origin = f"http://127.0.0.1:{site.port}"
    for address in (path, f"{path}/listen", f"{path}/player?a=b"):
        answer = site.ask("GET", f"/oembed?url={quote(origin + address, safe='')}&maxwidth=400").json
        assert (answer["version"], answer["type"], answer["width"]) == ("1.0", "rich", 400)
        markup = Markup(answer["html"].encode())
        assert [tag for tag, _ in markup.elements] == ["iframe"]
        assert markup.all("iframe")[0]["src"] == f"{origin}{path}/player"
    page = Markup(site.ask("GET", f"{path}/listen").body)
    (link,) = [link for link in page.all("link") if link.get("type") == "application/json+oembed"]
    assert link["href"] == f"{origin}/oembed?url={origin}{path}"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("url=https://elsewhere.example.org/articles/0123456789abcdef0123", 404),
        ("url=javascript:alert(1)", 404),
        ("url={origin}/articles/..%2f..", 404),
        ("url={origin}/articles/0123456789abcdef0123", 404),
        ("url={origin}{path}&format=xml", 501),
        ("url={origin}{path}&maxwidth=wide", 400),
        ("url={origin}{path}&maxwidth=-1", 400),
    ],
)
def test_oembed_refuses(site: Site, query: str, status: int) -> None:
    asked = query.format(origin=f"http://127.0.0.1:{site.port}", path=handed_in(site, "refus"))
    assert site.ask("GET", f"/oembed?{asked}").status == status


def test_the_addresses_for_people(site: Site) -> None:
    page = site.ask("GET", "/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "GET /articles/{id}/audio.mp3" in page.body.decode()


def test_the_pages_are_valid_html(site: Site, validate: Validate) -> None:
    path = handed_in(site, "valide")
    pages = {name: f"{path}/{name}" for name in ("listen", "player")} | {"docs": "/docs"}
    assert validate({name: site.ask("GET", where).body.decode() for name, where in pages.items()}) == []
