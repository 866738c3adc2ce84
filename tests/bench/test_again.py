"""The same article again: what is changed in it is said nowhere else."""

from __future__ import annotations

from podcast.article import parse_article
from podcast.bench import again
from podcast.bench.again import EDITED, FIRST, IN_HTML, OPENING, SAME


def test_each_change_is_one_paragraph_that_was_never_said() -> None:
    texts = {who: _said(text, suffix) for who, text, suffix in again._versions(2)}
    assert list(texts) == [FIRST, SAME, EDITED, OPENING, IN_HTML]
    assert texts[SAME] == texts[FIRST]
    assert len(texts[FIRST]) == len(set(texts[FIRST])) == again.PARAGRAPHS + 1
    said = set(texts[FIRST])
    for who, at in again.CHANGES.items():
        pairs = zip(texts[FIRST], texts[who], strict=True)
        assert [old != new for old, new in pairs] == [line == at for line in range(again.PARAGRAPHS + 1)]
        assert texts[who][at] not in said
        said.add(texts[who][at])


def _said(text: str, suffix: str) -> list[str]:
    """Its title and its paragraphs, as they are read."""
    article = parse_article(text, kind="html" if suffix == ".html" else None)
    return [article.title, *(block.text for block in article.blocks)]
