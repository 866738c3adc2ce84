"""A small newsroom to try the podcast with: 32 articles in six shapes, a feed, a sitemap.

    python examples/newsroom/make_site.py site http://127.0.0.1:8000
    python -m http.server --directory site --bind 127.0.0.1 8000

The towns and people are invented.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

FIRST = datetime(2026, 3, 2, 6, 0, tzinfo=ZoneInfo("Europe/Paris"))
AUTHORS = ("Maëlle Kerjean", "Ousmane Diarra", "Solène Bontemps", "Hugo Vidal-Roche")
NEWS = (
    (
        "Plouvenec",
        "Le bac de Plouvenec reprend sa traversée le 12 mai",
        "Deux rotations par heure, de 7h15 à 21h30.",
    ),
    (
        "Plouvenec",
        "À Plouvenec, la criée change de propriétaire",
        "La coopérative a déboursé 1,3 million d'euros.",
    ),
    (
        "Montfleury",
        "Montfleury rouvre sa piscine après deux ans de travaux",
        "Le bassin de 25 m est chauffé au bois.",
    ),
    (
        "Montfleury",
        "Le train de 6h42 ne s'arrêtera plus à Montfleury",
        "Soixante abonnés ont écrit à la région.",
    ),
    (
        "Saint-Aurèle",
        "Saint-Aurèle fête les 900 ans de son pont",
        "Trois jours de concerts sur les deux rives.",
    ),
    (
        "Saint-Aurèle",
        "Une librairie s'installe dans l'ancienne poste",
        "Elle comptera 8 000 titres et un café.",
    ),
    ("Valbrune", "Valbrune : la fromagerie cherche douze apprentis", "Le diplôme se prépare en deux ans."),
    (
        "Valbrune",
        "La neige est tombée à 600 m au-dessus de Valbrune",
        "Il faut remonter à 1987 pour un tel mois de mai.",
    ),
    (
        "Carrières",
        "Le collège de Carrières passe aux repas sans plastique",
        "350 élèves ont voté pour la faïence.",
    ),
    ("Carrières", "Un loup filmé à la sortie de Carrières", "L'image date du 3 mars, à 4h56 du matin."),
    ("Grandlieu", "Grandlieu plafonne les loyers de ses commerces", "La mesure vise 47 boutiques du centre."),
    (
        "Grandlieu",
        "Le stade de Grandlieu prend le nom d'une championne",
        "Elle y courut son premier 800 m en 1964.",
    ),
    ("Belair", "L'aérodrome de Belair renonce aux vols de nuit", "Les riverains l'attendaient depuis 2019."),
    (
        "Belair",
        "À Belair, un verger remplace le parking",
        "Quatre-vingts pommiers et 21 poiriers seront plantés.",
    ),
    (
        "Rochemaure",
        "Rochemaure adopte son budget à une voix près",
        "Les dépenses montent à 18,4 millions d'euros.",
    ),
    (
        "Rochemaure",
        "Le marché de Rochemaure se tiendra le vendredi",
        "Les forains gagnent une place et un abri.",
    ),
)
BODIES = (
    "La décision a été prise mardi soir, après trois heures de débat. Elle s'applique dès le mois prochain.",
    "« On n'y croyait plus », sourit une habitante venue en voisine. Elle a gardé les coupures de presse.",
    "Le chantier coûtera 240 000 €, dont 35 % à la charge du département. Le reste viendra d'un emprunt.",
    "Une réunion publique est prévue le jeudi 18, à 20 heures, dans la salle des fêtes. L'entrée est libre.",
)
HEADINGS = ("Une longue attente", "Qui paiera ?", "Et maintenant ?")


class Story(NamedTuple):
    """One article, before it has a shape."""

    slug: str
    town: str
    title: str
    standfirst: str
    author: str
    published: datetime
    paragraphs: tuple[str, ...]
    heading: str


def stories() -> Iterator[Story]:
    """Each piece of news, and two days later what became of it."""
    authors = cycle(AUTHORS)
    for number, (town, title, standfirst) in enumerate(NEWS * 2):
        second = number >= len(NEWS)
        yield Story(
            slug=f"{number + 1:02}-{town.lower().replace(' ', '-')}",
            town=town,
            title=_followed(town, title, number) if second else title,
            standfirst=standfirst,
            author=next(authors),
            published=FIRST + timedelta(hours=5 * number),
            paragraphs=(BODIES[number % 4], BODIES[(number + 1 + second) % 4]),
            heading=HEADINGS[number % 3],
        )


def _followed(town: str, title: str, number: int) -> str:
    """The title of a second article on the same news."""
    return f"{town}, deux jours après : ce qui change" if number % 2 else f"Décryptage. {title}"


def plain(story: Story) -> str:
    """An <article> and nothing else."""
    return page(story, f"<article>{_head(story)}{_body(story)}</article>")


def noisy(story: Story) -> str:
    """Menus, a cookie banner, sharing buttons, related links and a footer."""
    return page(
        story,
        "<header><nav><a href=/>Accueil</a> <a href=/sport>Sport</a> <a href=/meteo>Météo</a></nav></header>"
        "<div class='cookies'>Nous utilisons des cookies. <button>Accepter</button></div>"
        f"<main><article>{_head(story)}<ul class='partage'><li>Partager</li></ul>{_body(story)}"
        "</article><aside><h3>À lire aussi</h3><ul><li><a href=/01>Nos archives</a></li></ul></aside></main>"
        "<footer>Mentions légales · Contact · Abonnez-vous</footer>",
    )


def structured(story: Story) -> str:
    """What search engines read, as JSON-LD."""
    facts = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title,
        "description": story.standfirst, "articleSection": story.town,
        "datePublished": story.published.isoformat(), "author": [{"@type": "Person", "name": story.author}],
    }  # fmt: skip
    script = f"<script type='application/ld+json'>{json.dumps(facts, ensure_ascii=False)}</script>"
    return page(story, f"<article>{_head(story)}{_body(story)}</article>", script)


def divided(story: Story) -> str:
    """Nothing but <div>, as older systems write."""
    inside = f"{_head(story)}{_body(story)}".replace("<p", "<div").replace("</p>", "</div>")
    return page(story, f"<div id='contenu'><div class='texte'>{inside}</div></div>")


def metered(story: Story) -> str:
    """With the facts in <meta>, and a box for subscribers."""
    meta = (
        f"<meta property='og:title' content='{escape(story.title, quote=True)}'>"
        f"<meta property='og:description' content='{escape(story.standfirst, quote=True)}'>"
        f"<meta property='article:published_time' content='{story.published.isoformat()}'>"
        f"<meta name='author' content='{story.author}'>"
    )
    box = "<div class='abonnement'><p>Déjà abonné ? <a href=/compte>Connectez-vous</a></p></div>"
    return page(story, f"<article>{_head(story)}{_body(story)}</article>{box}", meta)


def listed(story: Story) -> str:
    """With its key points as a list."""
    points = "<ul><li>Ce qui a été décidé mardi soir.</li><li>Ce que cela coûtera à la commune.</li></ul>"
    return page(story, f"<article>{_head(story)}{points}{_body(story)}</article>")


SHAPES: tuple[Callable[[Story], str], ...] = (plain, noisy, structured, divided, metered, listed)


def page(story: Story, body: str, head: str = "") -> str:
    """A whole HTML page."""
    title = escape(story.title)
    return (
        "<!doctype html><html lang='fr'><head><meta charset='utf-8'>"
        f"<title>{title} - La Gazette</title>{head}<link rel='canonical' href='{story.slug}.html'></head>"
        f"<body>{body}</body></html>\n"
    )


def _head(story: Story) -> str:
    day = f"{story.published:%d/%m/%Y à %Hh%M}"
    return (
        f"<h1>{escape(story.title)}</h1><p class='chapo'>{escape(story.standfirst)}</p>"
        f"<p class='signature'>Par {story.author}, le {day}</p>"
    )


def _body(story: Story) -> str:
    first, second = (f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    return f"{first}<h2>{escape(story.heading)}</h2>{second}"


def write_site(folder: Path, url: str) -> None:
    """The pages, ``rss.xml`` and ``sitemap.xml``."""
    folder.mkdir(parents=True, exist_ok=True)
    items, entries = [], []
    for story, shape in zip(stories(), cycle(SHAPES), strict=False):
        (folder / f"{story.slug}.html").write_text(shape(story), encoding="utf-8")
        address = f"{url}/{story.slug}.html"
        items.append(
            f"<item><title>{escape(story.title)}</title><link>{address}</link><guid>{address}</guid>"
            f"<pubDate>{format_datetime(story.published)}</pubDate></item>"
        )
        entries.append(f"<url><loc>{address}</loc><lastmod>{story.published.isoformat()}</lastmod></url>")
    newest_first = "".join(reversed(items))
    channel = f"<title>La Gazette</title><link>{url}/</link><description>Toute l'actualité</description>"
    rss = f"<rss version='2.0'><channel>{channel}{newest_first}</channel></rss>\n"
    (folder / "rss.xml").write_text(rss, encoding="utf-8")
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    (folder / "sitemap.xml").write_text(
        f"<urlset xmlns='{space}'>{''.join(entries)}</urlset>\n", encoding="utf-8"
    )


if __name__ == "__main__":
    write_site(Path(sys.argv[1]), sys.argv[2].rstrip("/"))
