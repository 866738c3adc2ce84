"""Pages whose lines are set one by one, as converters print a PDF."""

from __future__ import annotations

import pytest

from podcast.article.html import article_from_html
from podcast.errors import ArticleError


def page(*rows: tuple[int, str], font: str = "ft00") -> str:
    lines = "".join(
        f'<p style="position:absolute;top:{top}px;left:106px;white-space:nowrap" class="{font}">{text}</p>'
        for top, text in rows
    )
    return f"<html><head><title>communique_v4.pdf</title></head><body><div>{lines}</div></body></html>"


ROWS = (
    (60, "Bourg-en-Plaine, le 6 mai 2019"),
    (120, "<b>Le bibliobus reprend la route</b>"),
    (160, "Le département remet en service son bibliobus à partir du 3 juin. Quarante com-"),
    (176, "munes sans bibliothèque seront desservies deux fois par mois, le mercredi"),
    (192, "et le samedi."),
    (224, "Le véhicule, un ancien car scolaire, a été aménagé par les élèves du lycée"),
    (240, "de Montrevel. Il transporte 2 600 ouvrages et une rampe pour les fauteuils."),
    (272, "<b>Un conducteur bibliothécaire</b>"),
    (304, "Il a fallu trouver quelqu'un qui sache conduire et conseiller. Un ancien chauffeur"),
    (320, "de ligne devenu libraire a été choisi parmi les"),
    (60, "soixante candidats qui s'étaient présentés à l'automne."),
    (76, "Le prêt est gratuit pour tous, sans carte ni caution."),
)


def test_lines_are_joined_into_paragraphs() -> None:
    article = article_from_html(page(*ROWS))
    assert article.title == "Le bibliobus reprend la route"
    assert article.published is not None
    assert article.published.date().isoformat() == "2019-05-06"
    assert [(block.kind, block.text.split()[0], block.text.split()[-1]) for block in article.blocks] == [
        ("paragraph", "Le", "samedi."),
        ("paragraph", "Le", "fauteuils."),
        ("heading", "Un", "bibliothécaire"),
        ("paragraph", "Il", "caution."),
    ]
    spoken = " ".join(block.text for block in article.blocks)
    assert "Quarante communes sans" in spoken
    assert "parmi les soixante candidats" in spoken


def test_a_page_with_a_few_placed_boxes_is_read_as_any_other() -> None:
    text = "<p>Le pont de Marsac a rouvert lundi matin, et les camions l'ont traversé sans attendre.</p>" * 4
    boxes = '<div style="position:absolute;top:10px">Menu</div>' * 9
    article = article_from_html(
        f"<html><body>{boxes}<article><h1>Le pont</h1>{text}{text}{text}</article></body></html>"
    )
    assert len(article.blocks) >= 1
    assert all(block.text.startswith("Le pont de Marsac") for block in article.blocks)


@pytest.mark.parametrize("rows", [(), ROWS[:2], tuple((top, "12") for top in range(0, 200, 16))])
def test_nothing_to_read_is_refused(rows: tuple[tuple[int, str], ...]) -> None:
    with pytest.raises(ArticleError):
        article_from_html(page(*rows))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("step", [0, 16, 40])
def test_many_lines_take_linear_time(step: int) -> None:
    rows = ((index * step, "Le pont de Marsac est à nous tous ce matin.") for index in range(4000))
    assert article_from_html(page(*rows)).blocks
