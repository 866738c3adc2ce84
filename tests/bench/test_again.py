"""The same article again: what is changed in it is said nowhere else."""

from __future__ import annotations

from podcast.bench import again
from podcast.bench.again import EDITED, FIRST, OPENING, SAME


def test_each_change_is_one_paragraph_that_was_never_said() -> None:
    texts = {who: text.split("\n\n") for who, text in again._versions(2)}
    assert list(texts) == [FIRST, SAME, EDITED, OPENING]
    assert texts[SAME] == texts[FIRST]
    assert len(texts[FIRST]) == len(set(texts[FIRST])) == again.PARAGRAPHS + 1
    said = set(texts[FIRST])
    for who, at in again.CHANGES.items():
        pairs = zip(texts[FIRST], texts[who], strict=True)
        assert [old != new for old, new in pairs] == [line == at for line in range(again.PARAGRAPHS + 1)]
        assert texts[who][at] not in said
        said.add(texts[who][at])
