"""``podcast.toml``: how a show wants its articles fetched, read and heard.

    voice = "fr_FR-gazette-draft"
    output = "output"
    format = "mp3"

    [show]
    title = "La Gazette à écouter"

    [fetch]
    allow = ["intranet.example.org"]     # may be fetched although it is not public
    own_site = true                      # robots.txt does not matter

    [lexicon]
    files = ["prononciation.tsv", "noms.pls"]
    [lexicon.words]
    "Ploërmel" = "Plo-ermel"             # written = "said"; IPA stands between / and /

    [pauses]
    heading = 0.9                        # seconds

    [voices]                             # beside `voice`, the narrator
    quotes = "fr_FR-tom-medium"          # and title, standfirst, headings, notice
    [voices.sections]
    "Sport" = "fr_FR-gilles-low"         # other narrators; [voices.authors] likewise

    [sound]
    intro = "generique.wav"

    [episode]
    picture = true                       # the article's own is the cover

    [[sources]]                          # where `podcast run` finds articles
    feed = "https://gazette.example.org/rss.xml"

    [storage]
    target = "public"                    # a folder, or s3://, gs://, az://
    url = "https://podcast.example.org/" # where listeners find it

``podcast init`` writes one with every section. Keys are strict: an unknown
one is an error that names its line. ``PODCAST_STORAGE_<NAME>``, in the
environment or in a file ``podcast.env`` beside this one, stands for the key
``<name>`` of ``[storage]``, or else for one of ``[storage.options]``: no
secret needs to be in ``podcast.toml``.
"""

from __future__ import annotations

from podcast.config.reading import read_config
from podcast.config.sections import Config

__all__ = ["Config", "read_config"]
