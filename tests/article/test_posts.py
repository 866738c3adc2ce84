"""Posts of social networks: what they say in the text is quoted with its author, the rest is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.article.html import article_from_html
from podcast.article.language import is_french
from podcast.article.lines import printed_line
from podcast.article.paste import article_from_paste
from podcast.article.posts import framed_post, loose_posts, signature
from podcast.types import Article

PARAGRAPH = (
    "Le pont de Marsac a rouvert lundi matin après neuf mois de travaux, et les premiers camions l'ont "
    "traversé sous les applaudissements des commerçants du quai."
)
SAID = "Le pont est rouvert, merci à tous ceux qui ont attendu avec nous."
QUOTED = f"{SAID} — Ville de Marsac"
SIGNED = '— Ville de Marsac (@marsac) <a href="https://x.example/1">March 3, 2020</a>'


def tweet(text: str) -> str:
    return f'<blockquote class="twitter-tweet"><p>{text}</p>{SIGNED}</blockquote>'


FRAMES = {
    "as the network gives it": tweet(SAID),
    "without its class": f"<blockquote><p>{SAID}</p>{SIGNED}</blockquote>",
    "in a figure": f'<figure class="wp-block-embed">{tweet(SAID)}</figure>',
    "amp": f"<amp-twitter><blockquote placeholder><p>{SAID}</p>{SIGNED}</blockquote></amp-twitter>",
    "links, hashtags and arrows": tweet(
        f"{SAID} 👉 <a>https://t.co/a1</a> #pont #quai <a>pic.twitter.com/b2</a>"
    ),
    "an answer": tweet(f"@prefet @quai {SAID}"),
    "two paragraphs": tweet(f"{SAID}<br><br>#pont<br><br>➡️ https://t.co/c3"),
    "paragraphs alone": f"<p>{SAID} https://t.co/d4</p><p>— Ville de Marsac (@marsac) 3 mars 2020</p>",
    "one line": f"<p>{SAID} pic.twitter.com/e5— Ville de Marsac 🌉 (@marsac) March 3, 2020</p>",
    "instagram": (
        '<blockquote class="instagram-media"><a href="#">Voir cette publication sur Instagram</a>'
        f"<p>{SAID}</p><p>Une publication partagée par Ville de Marsac (@v.marsac)</p></blockquote>"
    ),
    "facebook": (
        f'<div class="fb-post"><blockquote><p>{SAID}</p>Publiée par <a>Ville de Marsac</a> sur '
        "<a>Mardi 3 mars 2020</a></blockquote></div>"
    ),
    "bluesky": (
        f'<blockquote class="bluesky-embed"><p lang="fr">{SAID}<br><br><a href="#">[image or embed]</a></p>'
        "&mdash; Ville de Marsac (<a>@marsac.bsky.social</a>) <a>March 3, 2020 at 9:14 AM</a></blockquote>"
    ),
}
WIDGETS = {
    "in English": tweet("The bridge is open again, thanks to all who have waited with us."),
    "in Spanish": tweet("El puente está abierto, gracias a todos los que han esperado con nosotros."),
    "a picture": tweet("<a>pic.twitter.com/f6</a>"),
    "hashtags": tweet("#pont #marsac #quai #travaux"),
    "few words": tweet("Le pont est rouvert !"),
    "unsigned": f'<blockquote class="twitter-tweet"><p>{SAID}</p></blockquote>',
    "in a list": f"<ul><li>{tweet(SAID)}</li></ul>",
    "in a box of another kind": f"<aside>{tweet(SAID)}</aside>",
    "mastodon without its text": (
        '<blockquote class="mastodon-embed"><a href="#"><div>Post by @marsac@mastodon.example</div>'
        "<div>View on Mastodon</div></a></blockquote>"
    ),
    "a timeline": "".join(tweet(f"{SAID} Il en est passé {count} ce matin.") for count in range(5)),
}


def page(*inside: str, after: str = "") -> str:
    text = "".join(
        f"<p>{PARAGRAPH} C'était le passage numéro {n}.</p>{part}" for n, part in enumerate(inside)
    )
    title = "Le pont de Marsac a rouvert"
    return (
        f'<html lang="fr"><head><title>{title}</title></head><body><h1>{title}</h1>'
        f'<div class="article-body">{text}</div>{after}</body></html>'
    )


def quotes(article: Article) -> list[str]:
    return [block.text for block in article.blocks if block.kind == "quote"]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("last", [False, True], ids=["between paragraphs", "at the end"])
def test_a_post_in_the_text_is_quoted_with_its_author(frame: str, last: bool) -> None:
    article = article_from_html(page(FRAMES[frame]) if last else page(FRAMES[frame], ""))
    assert quotes(article) == [QUOTED]
    assert len(article.blocks) == (2 if last else 3)
    widget = " ".join(piece.text for piece in article.dropped if piece.reason == "social media post")
    assert "arsac" in widget
    assert SAID not in widget


@pytest.mark.parametrize("frame", WIDGETS)
def test_any_other_post_is_dropped_whole(frame: str) -> None:
    article = article_from_html(page(WIDGETS[frame], "", ""))
    assert [block.kind for block in article.blocks] == ["paragraph"] * 3
    assert all(block.text.startswith(PARAGRAPH) for block in article.blocks)


def test_a_post_outside_the_text_is_dropped() -> None:
    feed = f'<div class="col"><h3>Sur les réseaux</h3>{FRAMES["as the network gives it"]}</div>'
    article = article_from_html(page("", "", "", after=feed))
    assert quotes(article) == []
    assert ("social media post", QUOTED) in [(piece.reason, piece.text) for piece in article.dropped]


PASTED = {
    "with blank lines": f"{SAID} ⤵️ https://t.co/a1\n\n— Ville de Marsac (@marsac) March 3, 2020",
    "without": f"{SAID} #pont pic.twitter.com/a1\n— Ville de Marsac (@marsac) 3 mars 2020",
    "in one line": f"{SAID} pic.twitter.com/e5 — Ville de Marsac 🌉 (@marsac) March 3, 2020",
    "instagram": (
        f"Voir cette publication sur Instagram\n\n{SAID}\n\n"
        "Une publication partagée par Ville de Marsac (@v.marsac)"
    ),
}
PASTED_WIDGETS = {
    "in English": "The bridge is open, thanks to all of you.\n\n— Ville de Marsac (@marsac) March 3, 2020",
    "a picture": "pic.twitter.com/e5\n\n— Ville de Marsac (@marsac) March 3, 2020",
    "a timeline": "\n\n".join(
        f"{SAID} Il en est passé {count} ce matin.\n\n— Ville de Marsac (@marsac) March 3, 2020"
        for count in range(5)
    ),
}


def pasted(*inside: str) -> str:
    text = (f"{PARAGRAPH} C'était le passage numéro {n}.\n\n{part}" for n, part in enumerate(inside))
    return (
        "Accueil\nPolitique\n\nLe pont de Marsac a rouvert\n\n"
        + "\n\n".join(text)
        + "\n\nPartager\nMentions légales"
    )


@pytest.mark.parametrize("shape", PASTED)
@pytest.mark.parametrize("last", [False, True], ids=["between paragraphs", "at the end"])
def test_a_post_in_a_pasted_text_is_quoted_with_its_author(shape: str, last: bool) -> None:
    article = article_from_paste(pasted("", PASTED[shape]) if last else pasted(PASTED[shape], ""))
    assert [block.text for block in article.blocks if not block.text.startswith(PARAGRAPH)] == [QUOTED]
    assert quotes(article) == [QUOTED]
    assert len(article.blocks) == 3
    widget = " ".join(piece.text for piece in article.dropped if piece.reason == "social media post")
    assert "arsac" in widget
    assert SAID not in widget


@pytest.mark.parametrize("shape", PASTED_WIDGETS)
def test_any_other_post_in_a_pasted_text_is_dropped_whole(shape: str) -> None:
    article = article_from_paste(pasted("", PASTED_WIDGETS[shape], ""))
    assert [block.kind for block in article.blocks] == ["paragraph"] * 3
    assert all(block.text.startswith(PARAGRAPH) for block in article.blocks)


SIGNATURES = [
    ("— Ville de Marsac (@marsac) March 3, 2020", ("", "Ville de Marsac")),
    ("—Ville de Marsac (@marsac) 3 mars 2020", ("", "Ville de Marsac")),
    ("- Ville de Marsac 🌉 (@marsac) 3 mars 2020", ("", "Ville de Marsac")),
    ("Il pleut. — Ville de Marsac (@marsac) 3 mars 2020", ("Il pleut.", "Ville de Marsac")),
    ("Une publication partagée par Ville de Marsac (@v.marsac)", ("", "Ville de Marsac")),
    ("A post shared by Ville de Marsac (@v.marsac)", ("", "Ville de Marsac")),
    ("— Ville de Marsac (@marsac)", None),
    ("Le maire — Paul Roux (centre) — a voté le 3 mars 2020", None),
    ("Publié par Jeanne Martin le 3 mars 2020", None),
    ("Écrivez à la rédaction (@marsac) le 3 mars 2020", None),
]


@pytest.mark.parametrize(("text", "expected"), SIGNATURES, ids=[text for text, _ in SIGNATURES])
def test_signatures(text: str, expected: tuple[str, str] | None) -> None:
    assert signature(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SAID, True),
        ("Merci à la mairie et aux pompiers pour cette nuit.", True),
        ("Thanks to the firemen for this night.", False),
        ("Gracias a los bomberos por esta noche, y a la alcaldía.", False),
        ("Danke an die Feuerwehr für diese Nacht und an das Rathaus.", False),
        ("Grazie ai vigili del fuoco per questa notte e al comune.", False),
        ("", False),
    ],
)
def test_the_language_of_a_sentence(text: str, expected: bool) -> None:
    assert is_french(text) is expected


LINES = st.lists(
    st.text(st.sampled_from("ab é#@—(): .👉\n0"), max_size=30)
    | st.sampled_from([SAID, "— Paul Roux (@roux) 3 mars 2020", f"{SAID} #pont https://t.co/a"]),
    max_size=8,
)


@given(texts=LINES, framed=st.booleans())
def test_no_word_of_a_post_is_lost(texts: list[str], framed: bool) -> None:
    lines = [printed_line(" ".join(text.split())) for text in texts]
    opened = framed_post(lines) if framed else loose_posts(lines)
    assert len(opened) == len(lines)
    for line, parts in zip(lines, opened, strict=True):
        printed = "".join(part.text for part in parts)
        assert all(word.rstrip(":") in printed for word in line.text.split())


@pytest.mark.parametrize(
    "hostile", ["— a" * 30_000, "(@a" * 30_000, "#" * 100_000, "— " * 50_000 + "(@a) 2020"]
)
def test_hostile_lines_take_linear_time(hostile: str) -> None:
    assert loose_posts([printed_line(hostile)])
    assert framed_post([printed_line(hostile)])


@pytest.mark.timeout(30)
def test_many_cards_and_posts_take_linear_time() -> None:
    card = f"<div><h3><a href='/x'>Le titre d'un tout autre article du site</a></h3><p>{SAID}</p></div>"
    article = article_from_html(page("", "", card * 1500 + tweet(SAID) * 500), force=True)
    assert all(block.text.startswith(PARAGRAPH) for block in article.blocks)
