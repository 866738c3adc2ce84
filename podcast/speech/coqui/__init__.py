"""Coqui: every speaking model of the ``TTS`` package, on one core.

``model`` is the model's file or its folder, as published: ``config.json`` and
what else belongs to it lie there too. It may also be an id of the package
(``tts_models/fr/css10/vits``) that Coqui's own program has downloaded before.
Nothing is downloaded here.

XTTS streams while it speaks; the other models make a sentence at a time.
"""

from podcast.speech.coqui.engine import CoquiEngine

__all__ = ["CoquiEngine"]
