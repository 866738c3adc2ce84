"""What is refused, and what gets the benefit of the doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.article import parse_article
from podcast.article.judgement import Signs, judge_article
from podcast.article.language import language_of
from podcast.errors import ArticleError
from podcast.types import Article, Block, Dropped

LANGUAGES = {
    "fr": "Le maire a annoncé lundi que le pont, fermé depuis mars pour des travaux, rouvrira la "
    "semaine prochaine, et que la ville devra payer la réparation sur dix ans.",
    "en": "The mayor announced on Monday that the bridge, which has been closed since March, would open "
    "again next week, and that the city will have to pay for it over ten years.",
    "de": "Der Bürgermeister kündigte am Montag an, dass die seit März gesperrte Brücke in der nächsten "
    "Woche wieder öffnet und dass die Stadt die Reparatur über zehn Jahre bezahlen muss.",
    "es": "El alcalde anunció el lunes que el puente, cerrado desde marzo por las obras, volverá a "
    "abrir la próxima semana, y que la ciudad tendrá que pagar la reparación en diez años.",
    "it": "Il sindaco ha annunciato lunedì che il ponte, chiuso da marzo per i lavori, riaprirà la "
    "prossima settimana, e che la città dovrà pagare la riparazione in dieci anni, secondo il "
    "piano.",
    "pt": "O presidente da câmara anunciou na segunda-feira que a ponte, fechada desde março para "
    "obras, vai reabrir na próxima semana, e que a cidade terá de pagar a reparação em dez anos.",
    "nl": "De burgemeester kondigde maandag aan dat de brug, die sinds maart gesloten is voor werken, "
    "volgende week weer opengaat, en dat de stad de herstelling over tien jaar moet betalen.",
    "??": "Мэр объявил в понедельник, что мост, закрытый с марта на ремонт, снова откроется на "
    "следующей неделе, и что город должен будет оплатить работы в течение десяти лет, как было "
    "решено советом в прошлом году на заседании.",
}
TEXT = LANGUAGES["fr"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_language(language: str) -> None:
    assert language_of(LANGUAGES[language] + " " + LANGUAGES[language]) == language


@given(st.sampled_from(sorted(LANGUAGES)), st.integers(0, 25))
def test_a_short_text_gets_the_benefit_of_the_doubt(language: str, count: int) -> None:
    assert language_of(" ".join(LANGUAGES[language].split()[:count])) in ("", "fr")


@given(st.text())
def test_any_text_is_in_some_language_or_none(text: str) -> None:
    assert language_of(text) in (*LANGUAGES, "")


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"fr"}))
def test_a_foreign_article_is_refused(language: str) -> None:
    text = LANGUAGES[language]
    article = Article("", (Block("paragraph", text), Block("paragraph", text)))
    with pytest.raises(ArticleError, match="not in French"):
        judge_article(article)


def test_french_that_quotes_english_is_french() -> None:
    blocks = tuple(Block("paragraph", text) for text in (TEXT, f"« {LANGUAGES['en']} »", TEXT))
    judge_article(Article("Le pont rouvre", blocks))


ERRORS = [
    "Page introuvable",
    "Erreur 404 - La Gazette",
    "404",
    "Oups, cette page n'existe pas",
    "Error 503 Backend fetch failed",
    "Accès refusé",
    "Service temporairement indisponible",
    "Un instant…",
]
NO_ERRORS = [
    "Un robot désherbeur à l'essai dans les vignes",
    "Un instant de grâce au stade de Lannac",
    "La Peugeot 404 fête ses soixante ans",
    "Une erreur de jeunesse",
    "Introuvable depuis lundi, le chat est revenu",
    "Le paracétamol introuvable en pharmacie",
    "Les 500 habitants de Dole",
    "Robots : la ferme de demain",
]


@pytest.mark.parametrize("title", ERRORS)
def test_an_error_page_is_refused(title: str) -> None:
    with pytest.raises(ArticleError, match="error page"):
        judge_article(Article(title, (Block("paragraph", TEXT),)))


@pytest.mark.parametrize("title", NO_ERRORS)
def test_an_article_about_errors_is_none(title: str) -> None:
    judge_article(Article(title, (Block("paragraph", TEXT),)))


WALLS = [
    "Cet article est réservé aux abonnés.",
    "Il vous reste 85 % de cet article à lire.",
    "Pour lire la suite, abonnez-vous",
    "La suite de cet article est réservée à nos abonnés",
]
LABELS = ["Déjà abonné ? Se connecter", "Réservé aux abonnés", "Article abonné"]
"""They stand on any page of such a site, beside its other articles."""


@pytest.mark.parametrize("wall", WALLS)
def test_the_stub_before_a_paywall_is_refused(wall: str) -> None:
    article = Article("Le pont rouvre", (Block("paragraph", TEXT),), dropped=(Dropped(wall, "subscription"),))
    with pytest.raises(ArticleError, match="paywall"):
        judge_article(article)


@pytest.mark.parametrize("label", LABELS)
def test_the_labels_of_other_articles_are_no_wall(label: str) -> None:
    dropped = (Dropped(label, "subscription"),)
    judge_article(Article("Le pont rouvre", (Block("paragraph", TEXT),), dropped=dropped))


@pytest.mark.parametrize("label", LABELS)
def test_a_label_below_a_text_that_is_cut_is_a_wall(label: str) -> None:
    article = Article(
        "Le pont rouvre", (Block("paragraph", f"{TEXT} Mais…"),), dropped=(Dropped(label, "subscription"),)
    )
    with pytest.raises(ArticleError, match="paywall"):
        judge_article(article)


LONGER = " ".join((TEXT,) * 3)
"""More words than the shortest stubs have, fewer than an article."""


@pytest.mark.parametrize(
    "rest", ["Il vous reste 72 % de l'article à lire", "La suite est réservée aux abonnés"]
)
def test_a_longer_stub_whose_page_says_that_it_goes_on_is_refused(rest: str) -> None:
    article = Article(
        "Le pont rouvre", (Block("paragraph", LONGER),), dropped=(Dropped(rest, "subscription"),)
    )
    with pytest.raises(ArticleError, match="paywall"):
        judge_article(article)


@pytest.mark.parametrize("wall", [*WALLS, *LABELS])
def test_a_longer_stub_that_breaks_off_is_refused(wall: str) -> None:
    blocks = (Block("paragraph", f"{LONGER} Mais le pont…"),)
    article = Article("Le pont rouvre", blocks, dropped=(Dropped(wall, "subscription"),))
    with pytest.raises(ArticleError, match="paywall"):
        judge_article(article)
    judge_article(Article("Le pont rouvre", blocks))


@pytest.mark.parametrize("label", ["Pour lire la suite, abonnez-vous", *LABELS])
def test_a_longer_whole_text_beside_a_wall_is_spoken(label: str) -> None:
    dropped = (Dropped(label, "subscription"),)
    judge_article(Article("Le pont rouvre", (Block("paragraph", LONGER),), dropped=dropped))


def test_a_long_article_before_a_paywall_is_spoken() -> None:
    blocks = (Block("paragraph", TEXT),) * 4
    judge_article(
        Article("Le pont rouvre", blocks, dropped=(Dropped(WALLS[0], "subscription"),)),
        Signs(is_paywalled=True),
    )


def test_a_short_article_without_a_wall_is_spoken() -> None:
    judge_article(Article("Le pont rouvre", (Block("paragraph", TEXT),)))


def test_links_around_an_article_do_not_make_it_a_list() -> None:
    article = Article("Le pont rouvre", (Block("paragraph", TEXT),))
    judge_article(article, Signs(is_article=True, headlines=80, headline_words=800))
    with pytest.raises(ArticleError, match="list of articles"):
        judge_article(article, Signs(is_article=False, headlines=80, headline_words=800))


PASTED = {
    "error page": "Page introuvable\n\nLa page que vous cherchez n'existe plus sur notre site.\n\n"
    "Merci de vérifier l'adresse saisie dans votre navigateur, ou de revenir à l'accueil.",
    "English": f"{LANGUAGES['en']}\n\n{LANGUAGES['en']}",
    "German": f"{LANGUAGES['de']}\n\n{LANGUAGES['de']}",
}


@pytest.mark.parametrize("name", PASTED)
def test_pasted_pages_are_judged_alike(name: str) -> None:
    with pytest.raises(ArticleError, match=name):
        parse_article(PASTED[name])
