"""Bytes → text: right for every charset French is found in, whatever the label says."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.article.fetch.charset import decode

SENTENCES = [
    "L’été dernier, la crue a touché près de 300 foyers à Saint-Aubin-des-Grèves.",
    "« Où êtes-vous allés ? » demande la maîtresse, à l’École du Théâtre.",
    "Le cœur de l’œuvre tient en deux pages – et c’est déjà ça.",
    "À Noël, ça coûte 45 € : le maïs, les pâtes, le bœuf… et le thé glacé.",
    "Élue à l’unanimité, elle a reçu hier soir les clés de l’hôtel de ville.",
    "Il a été opéré d’un œil ; après l’opération, la vue est redevenue normale.",
    "Ni plus ni moins : dix-huit communes ont voté contre le projet.",
]
TEXT = "\n".join(SENTENCES)
OLD = TEXT.replace("’", "'").replace("–", "-").replace("…", "...")
"""The same with the punctuation that ISO-8859-15 has."""

# text, charset it is really in, label of the transport, what the document says of itself
CASES = [
    (TEXT, "utf-8", "", ""),
    (TEXT, "utf-8", "utf-8", ""),
    (TEXT, "utf-8", "UTF8", ""),
    (TEXT, "utf-8", "iso-8859-1", ""),
    (TEXT, "utf-8", "windows-1252", '<meta charset="iso-8859-15">'),
    (TEXT, "utf-8", "no-such-charset", ""),
    (TEXT, "utf-8-sig", "iso-8859-1", ""),
    (TEXT, "utf-16", "", ""),
    (TEXT, "utf-16", "utf-8", ""),
    (TEXT, "utf-16-le", "utf-16", ""),
    (TEXT, "utf-16-be", "", ""),
    (TEXT, "cp1252", "windows-1252", ""),
    (TEXT, "cp1252", "iso-8859-1", ""),
    (TEXT, "cp1252", "latin1", ""),
    (TEXT, "cp1252", "us-ascii", ""),
    (TEXT, "cp1252", "utf-8", ""),
    (TEXT, "cp1252", "utf-8", '<meta charset="utf-8">'),
    (TEXT, "cp1252", "", ""),
    (TEXT, "cp1252", "", '<meta charset="windows-1252">'),
    (TEXT, "cp1252", "", "<META content='text/html; charset=iso-8859-1' http-equiv=Content-Type>"),
    (TEXT, "cp1252", "iso-8859-15", ""),
    (TEXT, "cp1252", "utf-16", ""),
    (TEXT, "cp1252", "zip", ""),
    (TEXT, "cp1252", "punycode", ""),
    (TEXT, "cp1252", "\0", ""),
    (OLD, "iso-8859-15", "iso-8859-15", ""),
    (OLD, "iso-8859-15", "", '<?xml version="1.0" encoding="ISO-8859-15"?>'),
    (OLD, "iso-8859-15", "iso-8859-1", ""),
    (OLD, "iso-8859-15", "", ""),
    (OLD, "iso-8859-15", "utf-8", ""),
    (TEXT, "mac_roman", "macintosh", ""),
    (TEXT, "mac_roman", "", ""),
    (OLD.replace("œ", "oe").replace("€", "euros"), "cp850", "", ""),
    (OLD.replace("œ", "oe").replace("€", "euros"), "latin-1", "", ""),
    ("Łódź, Kraków i Gdańsk", "iso-8859-2", "iso-8859-2", ""),
    ("Привет, мир", "koi8-r", "koi8-r", ""),
    ("Привет, мир", "cp1251", "", '<meta charset="windows-1251">'),
    ("日本語の文章です", "shift_jis", "Shift_JIS", ""),
    ("plain words only", "ascii", "iso-8859-2", ""),
    ("", "utf-8", "utf-8", ""),
]


@pytest.mark.parametrize(("text", "charset", "label", "head"), CASES)
def test_the_text_comes_out_right(text: str, charset: str, label: str, head: str) -> None:
    assert decode((head + text).encode(charset), label)[0] == head + text


@pytest.mark.parametrize("sentence", [s for s in SENTENCES if not s.isascii()])
@pytest.mark.parametrize("label", ["", "utf-8", "iso-8859-1"])
@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "mac_roman"])
def test_one_sentence_is_enough(sentence: str, label: str, charset: str) -> None:
    assert decode(sentence.encode(charset), label)[0] == sentence


def test_a_utf8_page_with_pasted_bytes_keeps_both() -> None:
    data = TEXT.encode() + "Encadré : « déjà »".encode("cp1252")
    assert decode(data, "utf-8") == (TEXT + "Encadré : « déjà »", "utf-8")


def test_a_page_cut_inside_a_character_stays_utf8() -> None:
    text, charset = decode((TEXT + "é").encode()[:-1], "")
    assert charset == "utf-8"
    assert text.startswith(TEXT)


def test_the_charset_is_the_real_one() -> None:
    assert decode(TEXT.encode("cp1252"), "utf-8")[1] == "cp1252"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff\ufffe")), st.text())
def test_utf8_always_survives(text: str, label: str) -> None:
    assert decode(text.encode(), label)[0] == text


@given(st.binary(), st.text())
def test_any_bytes_become_some_text(data: bytes, label: str) -> None:
    text, charset = decode(data, label)
    assert isinstance(text, str)
    assert "".encode(charset) is not None
    text.encode("utf-8")


@pytest.mark.parametrize("unit", [b"\xe9", b"<meta ", b"charset=", b"\xc3", b"\xc3\xa9", b"a\0", b"<?xml "])
def test_hostile_bytes_take_linear_time(unit: bytes) -> None:
    started = time.monotonic()
    decode(unit * (10_000_000 // len(unit)))
    assert time.monotonic() - started < 5
