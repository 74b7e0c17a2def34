"""Tarnwick's look: deep green and sand, one accent per product, and a drawn cover; the same in every format."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from sameside.demo import subjects
from sameside.demo.assets import Asset


@dataclass(frozen=True)
class Palette:
    ink: str
    accent: str
    soft: str
    paper: str
    muted: str = "5B6762"


PALETTES = {
    "Flow": Palette("12312B", "1F8A70", "CFE8DF", "F6F4EE"),
    "Ledger": Palette("1B2A41", "3D6FB6", "D3E0F2", "F5F5F1"),
    "Field": Palette("3A2618", "C9742B", "F4DFC8", "F8F4EC"),
    "Shield": Palette("2B1E3F", "7A4FB5", "E3D9F2", "F6F3F8"),
}


def palette(asset: Asset) -> Palette:
    return PALETTES[subjects.TOPICS[asset.topic].product]


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)


def cover(asset: Asset, *, seed: int, width: int = 640, height: int = 360) -> bytes:
    """A picture for the cover as PNG: hills of the product's colours under a low sun, different for each document."""
    rng = np.random.default_rng([seed, 2000, asset.number])
    colours = palette(asset)
    image = Image.new("RGB", (width, height), rgb(colours.soft))
    draw = ImageDraw.Draw(image)
    sun, across, up = int(rng.integers(28, 62)), int(rng.integers(80, width - 80)), int(rng.integers(60, 150))
    draw.ellipse((across - sun, up - sun, across + sun, up + sun), fill=rgb(colours.paper))
    steps = np.arange(0, width + 8, 8)
    for layer in range(4):
        blend = (layer + 1) / 4
        tone = tuple(round(a + (b - a) * blend) for a, b in zip(rgb(colours.accent), rgb(colours.ink), strict=True))
        heights = np.full(len(steps), height * (0.42 + 0.15 * layer))
        for _ in range(3):
            high, often, begins = rng.uniform(8, 30), rng.uniform(1, 5), rng.uniform(0, 6)
            heights = heights + high * np.sin(steps / width * np.pi * often + begins)
        outline = [(0, height), *zip(steps.tolist(), heights.tolist(), strict=True), (width, height)]
        draw.polygon(outline, fill=tone)
    held = io.BytesIO()
    image.quantize(24).save(held, "PNG", optimize=False)
    return held.getvalue()
