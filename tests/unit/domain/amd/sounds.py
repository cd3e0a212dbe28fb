"""Sounds for tests: speech-like bursts, tones, noise and silence, 8 kHz, from a seed."""

import numpy as np

RATE_HZ = 8000


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE_HZ))


def tone(hz: float, seconds: float, level: float = 0.2) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz / RATE_HZ * np.arange(round(seconds * RATE_HZ)))


def voice(seconds: float, level: float = 0.15, seed: int = 1) -> np.ndarray:
    """Return something with the spectrum and the syllables of a voice, and no pure tone."""
    chance = np.random.default_rng(seed)
    count = round(seconds * RATE_HZ)
    at = np.arange(count) / RATE_HZ
    pitch = 2 * np.pi * np.cumsum(120 + 20 * np.sin(2 * np.pi * 3 * at)) / RATE_HZ
    wave = sum(np.sin(k * pitch + chance.uniform(0, 6)) / k**0.5 for k in range(2, 20))
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * at)
    made = wave * syllables
    return level * made / np.sqrt(np.mean(np.square(made)))


def noise(seconds: float, level: float, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, level, round(seconds * RATE_HZ))


def frames(*parts: np.ndarray) -> list[np.ndarray]:
    """Return frames of 20 ms of 16 bits."""
    wave = np.concatenate(parts)
    whole = np.clip(wave * 32_768, -32_000, 32_000).astype(np.int16)
    return [whole[at : at + 160] for at in range(0, len(whole) - 159, 160)]
