"""Tiny voices of the torch engines for tests: random weights, which say nothing on the vendors' true path.

Their manner is set where chance would make tests depend on it: how loud they
are, and when they come to the end of a text. Benchmarks make them in the
sizes of the published models.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from podcast.speech import vendor
from podcast.speech.coqui import torch_audio
from podcast.types import Voice

LETTERS = "abcdefghijklmnopqrstuvwxyzàâæçèéêëîïôœùûüABCDEFGHIJKLMNOPQRSTUVWXYZÀÇÉÈÊ0123456789"
PUNCTUATION = "-,.;:!?…'() "
SEED = 1
LOUDER = 30.0
"""Without its constant, the random pocket voice is but a whisper."""

POCKET: dict[str, Any] = {
    "weights_path": "hf://nobody/random/model.safetensors@0000",
    "flow_lm": {
        "dtype": "float32",
        "flow": {"depth": 1, "dim": 16},
        "transformer": {
            "hidden_scale": 2,
            "max_period": 10000,
            "d_model": 32,
            "num_heads": 2,
            "num_layers": 1,
        },
        "lookup_table": {
            "dim": 32,
            "tokenizer": "tokenizers",
            "tokenizer_path": "hf://nobody/tokenizer.json",
        },
    },
    "mimi": {
        "dtype": "float32",
        "sample_rate": 24000,
        "inner_dim": 8,
        "outer_dim": 16,
        "channels": 1,
        "frame_rate": 12.5,
        "seanet": {
            "dimension": 16,
            "channels": 1,
            "n_filters": 4,
            "n_residual_layers": 1,
            "ratios": [6, 5, 4],
            "kernel_size": 7,
            "residual_kernel_size": 3,
            "last_kernel_size": 3,
            "dilation_base": 2,
            "pad_mode": "constant",
            "compress": 2,
        },
        "transformer": {
            "d_model": 16,
            "num_heads": 2,
            "num_layers": 1,
            "layer_scale": 0.01,
            "context": 25,
            "dim_feedforward": 32,
            "input_dimension": 16,
            "output_dimensions": [16],
        },
        "quantizer": {"dimension": 8, "output_dimension": 16},
    },
}
"""As the package describes its French model, small."""

VITS: dict[str, Any] = {
    "hidden_channels": 32,
    "hidden_channels_ffn_text_encoder": 32,
    "num_layers_text_encoder": 1,
    "num_layers_posterior_encoder": 1,
    "num_layers_flow": 1,
    "upsample_initial_channel_decoder": 32,
    "resblock_kernel_sizes_decoder": [3],
    "resblock_dilation_sizes_decoder": [[1, 3, 5]],
    "use_sdp": False,
    "init_discriminator": False,
}

STEPS = 22
"""Audio tokens of 1024 samples after which the tiny XTTS stops."""

XTTS: dict[str, Any] = {
    "gpt_layers": 1,
    "gpt_n_model_channels": 64,
    "gpt_n_heads": 2,
    "gpt_max_audio_tokens": 64,
    "gpt_num_audio_tokens": 34,
    "gpt_start_audio_token": 32,
    "gpt_stop_audio_token": 33,
    "gpt_use_perceiver_resampler": True,
    "decoder_input_dim": 64,
}


def tiny_pocket(
    folder: Path, *, endless: bool = False, sizes: Mapping[str, Any] = POCKET, tokens: int = 0
) -> Voice:
    """A random pocket-tts voice with the speaker « bruit »; an ``endless`` one never comes to an end."""
    with _making("pocket"):
        import safetensors.torch
        from pocket_tts import TTSModel, export_model_state

        size = _write_tokenizer(folder / "tokenizer.json", size=tokens)
        language_model = sizes["flow_lm"]
        table = language_model["lookup_table"] | {"n_bins": size}
        config = {
            **sizes,
            "flow_lm": language_model | {"lookup_table": table},
            "default_eos_threshold": 1e9 if endless else -1e9,
        }
        (folder / "tiny.yaml").write_text(json.dumps(config), encoding="utf-8")
        blank = config | {"weights_path": None}
        table["tokenizer_path"] = str(folder / "tokenizer.json")
        (folder / "blank.yaml").write_text(json.dumps(blank), encoding="utf-8")
        model = TTSModel.load_model(config=folder / "blank.yaml")
        (folder / "blank.yaml").unlink()
        model.flow_lm.speaker_proj_weight.data.normal_()  # else zeros, and every speaker would sound the same
        decoder = dict(model.mimi.decoder.named_parameters())
        for name, weights in decoder.items():
            if name.endswith("bias"):
                weights.data.zero_()  # else it is mostly a constant: no meter hears it, every limiter does
        decoder[[name for name in decoder if name.endswith("weight")][-1]].data *= LOUDER
        safetensors.torch.save_file(model.state_dict(), folder / "model.safetensors")
        export_model_state(model.get_state_for_audio_prompt(_noise(1, 24000)), folder / "bruit.safetensors")
    return Voice(
        "tiny-pocket", "pocket", str(folder / "tiny.yaml"), "0" * 64, 24000, speaker="bruit", streams=True
    )


def tiny_vits(
    folder: Path, *, speakers: tuple[str, ...] = (), loudness: float = 1.0, sizes: Mapping[str, Any] = VITS
) -> Voice:
    """A random Coqui VITS voice that reads letters."""
    with _making("coqui"):
        import torch
        from TTS.tts.configs.shared_configs import CharactersConfig
        from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
        from TTS.tts.models.vits import Vits

        characters = CharactersConfig(
            characters_class="TTS.tts.models.vits.VitsCharacters",
            pad="_",
            eos="",
            bos="",
            blank="^",
            characters=LETTERS,
            punctuations=PUNCTUATION,
            phonemes="",
        )
        arguments = VitsArgs(**sizes)
        if speakers:
            ids = {name: number for number, name in enumerate(speakers)}
            (folder / "speaker_ids.json").write_text(json.dumps(ids), encoding="utf-8")
            arguments.use_speaker_embedding = True
            arguments.speakers_file = str(folder / "speaker_ids.json")
        config = VitsConfig(model_args=arguments, characters=characters, text_cleaner="multilingual_cleaners")
        model = Vits.init_from_config(config)
        _amplify(model.waveform_decoder.conv_post, 6.0 * loudness)
        torch.save({"model": model.state_dict()}, folder / "model_file.pth")
        config.save_json(folder / "config.json")
        published = (
            (folder / "config.json").read_text(encoding="utf-8").replace(str(folder), "/where/it/was/trained")
        )
        (folder / "config.json").write_text(published, encoding="utf-8")
    return Voice(
        "tiny-vits", "coqui", str(folder / "model_file.pth"), "0" * 64, 22050, speaker="".join(speakers[:1])
    )


def tiny_xtts(
    folder: Path, *, endless: bool = False, sizes: Mapping[str, Any] = XTTS, tokens: int = 0
) -> Voice:
    """A random XTTS voice with two speakers and a recording, ``bruit.wav``.

    An ``endless`` one never stops by itself.
    """
    with _making("coqui"):
        import soundfile
        import torch
        from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig
        from TTS.tts.models.xtts import Xtts

        special = ["[STOP]", "[UNK]", "[SPACE]", "[fr]", "[START]"]
        _write_tokenizer(folder / "vocab.json", special, size=tokens)
        config = XttsConfig(model_args=XttsArgs(**sizes, tokenizer_file=str(folder / "vocab.json")))
        model = Xtts.init_from_config(config)
        model.tokenizer = type(model.tokenizer)(vocab_file=folder / "vocab.json")
        model.init_models()
        with torch.no_grad():
            _set_end(model.gpt, 10**6 if endless else STEPS)
        _amplify(model.hifigan_decoder.waveform_decoder.conv_post, 20.0)
        with _published(XttsArgs), _published(XttsAudioConfig):
            torch.save({"model": model.state_dict(), "config": config}, folder / "model.pth")
        config.save_json(folder / "config.json")
        torch.save(
            {"Bruit": _latents(model, seconds=3), "Autre": _latents(model, seconds=2)},
            folder / "speakers_xtts.pth",
        )
        soundfile.write(folder / "bruit.wav", _noise(4, 22050)[0], 22050)
    return Voice("tiny-xtts", "coqui", str(folder), "0" * 64, 24000, speaker="Bruit", streams=True)


EXTRAS = {"coqui": "TTS", "pocket": "pocket_tts"}
"""The package that an extra installs."""


def need(extra: str) -> None:
    """Skip by name where an extra is not installed, except in CI, where it must be."""
    if find_spec("torch") and find_spec(EXTRAS[extra]):
        return
    reason = f"the engine is not installed: pip install 'podcast[{extra}]'"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI skips nothing")
    pytest.skip(reason)


@contextmanager
def _making(extra: str) -> Iterator[None]:
    """Quietly, from the same random numbers each time."""
    need(extra)
    os.environ["TRANSFORMERS_VERBOSITY"] = "error"
    with vendor.quiet():
        import torch

        torch_audio.provide()
        vendor.hush("TTS", "trainer", "pocket_tts")
        torch.manual_seed(SEED)
        yield


def _amplify(last: Any, times: float) -> None:
    """Make the sound of the layer before the final tanh about that much louder."""
    import torch

    with torch.no_grad():
        last.weight.mul_(times)


def _set_end(gpt: Any, steps: int) -> None:
    """Make the position alone decide whether the stop token is next."""
    places = gpt.mel_pos_embedding.emb.weight
    places.zero_()
    places[:, 0] = 1000.0
    places[steps:, 0] = -1000.0
    gpt.mel_head.weight[gpt.stop_audio_token].zero_()
    gpt.mel_head.weight[gpt.stop_audio_token, 0] = -100.0


@contextmanager
def _published(kind: type) -> Iterator[None]:
    """Pickle a class under the name that it had when XTTS was published."""
    now = kind.__module__
    kind.__module__ = "TTS.tts.models.xtts"
    try:
        yield
    finally:
        kind.__module__ = now


def _write_tokenizer(path: Path, special: list[str] | None = None, *, size: int = 0) -> int:
    """A tokenizer of single letters, filled up to ``size``; returns how many it knows."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    known = special or ["[UNK]", "▁"]
    tokens = [*known, *LETTERS, *PUNCTUATION.replace(" ", "")]
    tokens += [f"<{number}>" for number in range(len(tokens), size)]
    tokenizer = Tokenizer(
        models.BPE({token: number for number, token in enumerate(tokens)}, [], unk_token="[UNK]")
    )
    if special:
        tokenizer.add_special_tokens(special)
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.decoder = decoders.Metaspace()
    tokenizer.save(str(path))
    return len(tokens)


def _noise(seconds: float, rate: int) -> Any:
    """A sound of shape (1, samples)."""
    import torch

    return torch.rand(1, int(seconds * rate)) - 0.5


def _latents(model: Any, seconds: int) -> dict[str, Any]:
    """A speaker as XTTS keeps it, who sounds like noise."""
    noise = _noise(seconds, 22050)
    return {
        "gpt_cond_latent": model.get_gpt_cond_latents(noise, 22050),
        "speaker_embedding": model.get_speaker_embedding(noise, 22050),
    }
