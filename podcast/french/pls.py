"""W3C Pronunciation Lexicon Specification 1.0 (https://www.w3.org/TR/pronunciation-lexicon/).

Of each ``<lexeme>``: every ``<grapheme>``, with the preferred, else the first,
of its ``<phoneme>`` (IPA) and ``<alias>``. A document type is refused before
anything in it is looked at: no entity is declared, expanded or fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from podcast.errors import ConfigError

NAMESPACE = "http://www.w3.org/2005/01/pronunciation-lexicon"
_REMEDY = "a W3C pronunciation lexicon (PLS 1.0) in IPA, without document type"
_SPOKEN = ("grapheme", "phoneme", "alias")


def read(source: bytes, path: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Where each entry stands, what is written, what is said (IPA in slashes); raises ``ConfigError``."""
    document = _Document(path)
    document.parse(source)
    for lexeme in document.lexemes:
        said = lexeme.said()
        for written in lexeme.graphemes:
            yield lexeme.where, (written, said)


@dataclass(slots=True)
class _Lexeme:
    where: str
    graphemes: list[str] = field(default_factory=list)
    phonemes: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    """The preferred one is moved to the front."""

    def said(self) -> str:
        alias = self.aliases[0] if self.aliases else ""
        return " ".join([alias, *(f"/{ipa}/" for ipa in self.phonemes[:1])]).strip()


class _Document:
    """The handlers of one parse; the parser says line and column of every complaint."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lexemes: list[_Lexeme] = []
        self._text: list[str] | None = None
        self._preferred = self._in_lexicon = False
        self._alphabet = self._default_alphabet = "ipa"
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def parse(self, source: bytes) -> None:
        try:
            self._parser.Parse(source, True)
        except (expat.ExpatError, ValueError, LookupError) as exc:
            what = expat.ErrorString(exc.code) if isinstance(exc, expat.ExpatError) else str(exc)
            raise self._fail(f"not well-formed XML: {what}") from exc

    def _where(self) -> str:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber
        return f"{self.path}, line {line}, column {column + 1}"

    def _fail(self, what: str) -> ConfigError:
        return ConfigError(what, where=self._where(), remedy=_REMEDY)

    def _doctype(self, *_declaration: object) -> None:
        raise self._fail("a document type is not accepted")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, tag = name.rpartition(" ")
        if not self._in_lexicon and (tag != "lexicon" or namespace not in (NAMESPACE, "")):
            raise self._fail("not a pronunciation lexicon")
        self._in_lexicon = True
        if namespace not in (NAMESPACE, ""):
            return
        if tag == "lexicon":
            self._default_alphabet = attributes.get("alphabet", "ipa")
        elif tag == "lexeme":
            self.lexemes.append(_Lexeme(self._where()))
        elif tag in _SPOKEN and self.lexemes:
            self._text = []
            self._preferred = attributes.get("prefer") == "true"
            self._alphabet = attributes.get("alphabet", self._default_alphabet)

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "lexeme" and self.lexemes:
            self._close(self.lexemes[-1])
        if tag not in _SPOKEN or self._text is None:
            return
        text, self._text = " ".join("".join(self._text).split()), None
        if tag == "phoneme" and self._alphabet != "ipa":
            raise self._fail(f"phonemes in the alphabet {self._alphabet!r}")
        lexeme = self.lexemes[-1]
        kept = {"grapheme": lexeme.graphemes, "phoneme": lexeme.phonemes, "alias": lexeme.aliases}[tag]
        kept.insert(0 if self._preferred else len(kept), text)

    def _close(self, lexeme: _Lexeme) -> None:
        if not lexeme.graphemes:
            raise self._fail("a lexeme without grapheme")
        if not lexeme.phonemes and not lexeme.aliases:
            raise self._fail("a lexeme without phoneme or alias")
