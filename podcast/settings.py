"""How an article is fetched, read and heard: the defaults, a ``podcast.toml``, the command line."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from podcast.article.fetch import USER_AGENT, FetchPolicy
from podcast.casting import ROLES, Cast
from podcast.episode import Sound
from podcast.errors import ConfigError
from podcast.french import Pauses, Reading
from podcast.types import Show

if TYPE_CHECKING:
    from podcast.config import Config

AudioFormat = Literal["mp3", "m4a", "opus"]
DEFAULT_VOICE = "fr_FR-gazette-draft"


@dataclass(frozen=True, slots=True)
class Settings:
    """How an article is spoken and where the episode goes."""

    voice: str = DEFAULT_VOICE
    """The narrator, of articles for which ``cast`` names no other."""
    cast: Cast = field(default_factory=Cast)
    output: Path = Path("output")
    audio_format: AudioFormat = "mp3"
    jobs: int = 0
    """Worker processes; 0 means one per core."""
    use_cache: bool = True
    show: Show = field(default_factory=Show)
    reading: Reading = field(default_factory=Reading)
    sound: Sound = field(default_factory=Sound)
    picture: bool = False
    """The article's own picture is the cover, instead of a drawn one."""
    policy: FetchPolicy = field(default_factory=FetchPolicy)
    force: bool = False
    """Go on although the page does not look like a French article."""


def settings_of(config: Config) -> Settings:
    """The settings that a ``podcast.toml`` asks for; raises ``ConfigError``."""
    from podcast.french.lexicon import Lexicon

    lexicon = Lexicon.builtin()
    for file in config.lexicon.files:
        lexicon = lexicon.merged(Lexicon.load(config.path(file)))
    lexicon = lexicon.merged(Lexicon.of(config.lexicon.words, where="lexicon.words"))
    return Settings(
        voice=_narrator(config),
        cast=_cast(config),
        output=config.path(config.output),
        audio_format=config.format,
        jobs=config.jobs,
        show=_show(config),
        reading=Reading(pauses=_pauses(config), lexicon=lexicon),
        sound=_sound(config),
        picture=config.episode.picture,
        policy=_policy(config),
    )


def _narrator(config: Config) -> str:
    if config.voice and config.voices.narrator:
        raise ConfigError("voice and voices.narrator say the same", remedy="give one of them")
    return config.voice or config.voices.narrator or DEFAULT_VOICE


def _cast(config: Config) -> Cast:
    wanted = config.voices
    roles = ((kind, getattr(wanted, role)) for role, kind in ROLES.items())
    return Cast({kind: voice for kind, voice in roles if voice}, wanted.sections, wanted.authors)


def _sound(config: Config) -> Sound:
    def path(written: str | None) -> Path | None:
        return None if written is None else config.path(written)

    wanted = config.sound
    return Sound(
        loudness=wanted.loudness, intro=path(wanted.intro), outro=path(wanted.outro), bed=path(wanted.bed)
    )


def _show(config: Config) -> Show:
    show = Show(**config.show.model_dump(exclude_none=True))
    url = config.storage.url
    return replace(show, feed_url=f"{url.removesuffix('/')}/{config.storage.feed}") if url else show


def _policy(config: Config) -> FetchPolicy:
    wanted = config.fetch
    interval = wanted.min_interval
    if interval is None:
        interval = 0.0 if wanted.own_site else FetchPolicy().min_interval
    return FetchPolicy(
        allow=tuple(wanted.allow),
        own_site=wanted.own_site,
        user_agent=wanted.user_agent or USER_AGENT,
        min_interval=interval,
        ca_file=None if wanted.ca_file is None else config.path(wanted.ca_file),
    )


def adjusted(
    settings: Settings, *, allow: tuple[str, ...] = (), own_site: bool = False, **given: Any
) -> Settings:
    """Settings with what the command line gives instead; ``None`` means not given.

    A voice that is given reads every article, whatever its section or author.
    """
    if given.get("voice") is not None:
        settings = replace(settings, cast=settings.cast.of_kinds_only())
    policy = settings.policy
    policy = replace(policy, allow=(*policy.allow, *allow), own_site=policy.own_site or own_site)
    return replace(
        settings, policy=policy, **{name: value for name, value in given.items() if value is not None}
    )


def _pauses(config: Config) -> Pauses:
    unknown = config.pauses.keys() - {pause.name for pause in fields(Pauses)}
    if unknown:
        known = ", ".join(pause.name for pause in fields(Pauses))
        raise ConfigError(f"pauses.{min(unknown)} is not a known key", remedy=f"one of {known}")
    return Pauses(**config.pauses)
