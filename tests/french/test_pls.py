"""W3C pronunciation lexicons: what is taken, and what is refused and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from podcast.errors import ConfigError
from podcast.french.annotate import annotate
from podcast.french.lexicon import Lexicon
from podcast.french.pls import NAMESPACE
from podcast.french.spoken import Spoken

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
OPEN = f'<lexicon version="1.0" xmlns="{NAMESPACE}" alphabet="ipa" xml:lang="fr">\n'
LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
LEXICON = f"""{HEAD}{OPEN}
  <meta name="author" content="Une rédaction"/>
  <lexeme>
    <grapheme>Kopytko</grapheme>
    <grapheme>Kopitko</grapheme>
    <phoneme>kopitko</phoneme>
    <phoneme prefer="true">kɔpɨtkɔ</phoneme>
    <example>Kopytko parle.</example>
  </lexeme>
  <lexeme><grapheme>W3C</grapheme><alias>double vé trois cé</alias></lexeme>
  <lexeme><grapheme>Le Bris</grapheme><alias>Le Brisse</alias><phoneme>lə bʁis</phoneme></lexeme>
</lexicon>
"""


def load(tmp_path: Path, content: str | bytes) -> Lexicon:
    path = tmp_path / "show.pls"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Lexicon.load(path)


def test_graphemes_phonemes_and_aliases_are_taken(tmp_path: Path) -> None:
    lexicon = load(tmp_path, LEXICON)
    found = {entry.written: (entry.respelling, entry.ipa) for entry in lexicon.entries}
    assert found == {
        "Kopytko": ("Kopitko", "kɔpɨtkˈɔ"),
        "Kopitko": ("Kopitko", "kɔpɨtkˈɔ"),
        "W3C": ("double vé trois cé", ""),
        "Le Bris": ("Le Brisse", "lə bʁˈis"),
    }


def test_it_is_applied_like_any_lexicon(tmp_path: Path) -> None:
    said, for_piper = annotate(Spoken.of("Kopytko, Le Bris et le W3C."), load(tmp_path, LEXICON))
    assert said.text == "Kopitko, Le Brisse et le double vé trois cé."
    assert for_piper == "[[kɔpɨtkˈɔ,]] [[lə]] [[bʁˈis]] et le double vé trois cé."


def test_other_encodings_are_read(tmp_path: Path) -> None:
    text = f"{LATIN}{OPEN}<lexeme><grapheme>Lénaïc</grapheme><alias>Lénahic</alias></lexeme></lexicon>"
    assert load(tmp_path, text.encode("latin-1")).entries[0].written == "Lénaïc"


@pytest.mark.parametrize(
    ("lexemes", "place", "what"),
    [
        ("<lexeme>", "line 3, column 9", "no element found|not well-formed"),
        ("<lexeme><grapheme>&a;</grapheme></lexeme>", "line 3", "undefined entity"),
        ("<lexeme><alias>a</alias></lexeme>", "line 3, column 25", "without grapheme"),
        ("<lexeme><grapheme>a</grapheme></lexeme>", "line 3, column 31", "without phoneme"),
        ("\n<lexeme><grapheme>a</grapheme><phoneme>€</phoneme></lexeme>", "line 4, column 1", "symbol"),
        ('<lexeme><phoneme alphabet="x-sampa">a</phoneme></lexeme>', "line 3", "x-sampa"),
    ],
)
def test_a_bad_lexeme_says_where(tmp_path: Path, lexemes: str, place: str, what: str) -> None:
    end = "</lexicon>" if lexemes.endswith("</lexeme>") else ""
    with pytest.raises(ConfigError, match=what) as caught:
        load(tmp_path, f"{HEAD}{OPEN}{lexemes}{end}")
    assert f"show.pls, {place}" in caught.value.where


@pytest.mark.parametrize(
    ("content", "place", "what"),
    [
        (f'{HEAD}<!DOCTYPE l [<!ENTITY a "b">]>\n{OPEN}</lexicon>', "line 2", "document type"),
        (f'{HEAD}<!DOCTYPE l SYSTEM "file:///etc/passwd">\n{OPEN}</lexicon>', "line 2", "document type"),
        ("<html><body/></html>", "line 1, column 1", "not a pronunciation lexicon"),
        ("", "line 1, column 1", "no element"),
    ],
)
def test_a_bad_lexicon_says_where(tmp_path: Path, content: str, place: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        load(tmp_path, content)
    assert f"show.pls, {place}" in caught.value.where


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b'<?xml version="1.0" encoding="none"?><a/>', b"\x00" * 9]
)
def test_bytes_that_are_no_xml_are_a_config_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ConfigError):
        load(tmp_path, content)
