"""What a document says, before it is set as PDF, slides, text or Markdown: title, facts about its use, sections."""

from dataclasses import dataclass, field

import numpy as np

from sameside.demo import lexicon, subjects
from sameside.demo.assets import Asset
from sameside.demo.documents import phrases
from sameside.demo.members import BRAND

CHART, TABLE, LIST, QUOTE = "chart", "table", "list", "quote"


@dataclass(frozen=True)
class Part:
    """A section with what stands beside its paragraph."""

    heading: str
    paragraph: str
    extra: str = ""
    bars: tuple[tuple[str, int, int], ...] = ()  # label, before, after
    rows: tuple[tuple[str, ...], ...] = ()
    points: tuple[str, ...] = ()
    quote: tuple[str, str] = ("", "")  # what was said, and by whom


@dataclass(frozen=True)
class Document:
    asset: Asset
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    footer: str
    chart_title: str
    keywords: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        return self.asset.title


def compose(asset: Asset, *, seed: int) -> Document:
    """The document for `asset`; one seed always gives the same."""
    rng = np.random.default_rng([seed, 1000, asset.number])
    tongue = asset.tongue
    if asset.is_helper or asset.is_off_target:
        texts = (
            phrases.HELPER
            if asset.is_helper
            else tuple(
                phrases.NEWS[(asset.number + place) % len(phrases.NEWS)] for place in range(min(asset.pages + 1, 5))
            )
        )
        extras = (LIST, TABLE, QUOTE, CHART) if asset.is_helper else (QUOTE, LIST, "", "", "")
        parts = tuple(
            _part(rng, asset, heading, text, extra) for (heading, text), extra in zip(texts, extras, strict=False)
        )
    else:
        parts = tuple(
            _section(rng, asset, place, applies=number < 2) for number, place in enumerate(_order(rng, asset))
        )
    topic, sort = subjects.TOPICS[asset.topic], subjects.SORTS[asset.sort]
    product = f"{BRAND} {topic.product}"
    if asset.is_off_target:
        facts: tuple[tuple[str, str], ...] = ((phrases.WRITTEN_FOR[0], "everybody"),)
        subtitle = f"News from {BRAND}"
    else:
        facts = (
            (phrases.WRITTEN_FOR[tongue], f"{sort.persona[tongue]} · {asset.field.name[tongue]}"),
            (phrases.USE_FOR[tongue], subjects.USE[sort.kind][tongue]),
            (product, topic.words[tongue]),
        )
        subtitle = f"{topic.words[tongue]} · {sort.words[tongue]} · {asset.field.name[tongue]}"
    footer = f"{product} · {phrases.DEMO[tongue]}"
    return Document(asset, subtitle, facts, parts, footer, phrases.CHART_TITLE[tongue], (topic.words[tongue], product))


def _order(rng: np.random.Generator, asset: Asset) -> list[int]:
    """Which sections, beginning with the one that suits the conversation."""
    first = {0: 0, 1: 4, 2: 0, 3: 5, 4: 2}[asset.rank]
    wanted = max(2, min(asset.pages, 9))
    others = [place for place in rng.permutation(len(phrases.SECTIONS)).tolist() if place != first]
    return ([first, *others] * 2)[:wanted]


def _section(rng: np.random.Generator, asset: Asset, place: int, *, applies: bool) -> Part:
    """One section; the first ones say once more for whom, as far as it is not for everybody."""
    section, tongue = phrases.SECTIONS[place], asset.tongue
    words = _words(rng, asset)
    chosen = rng.permutation(len(section.sentences))[: min(4, len(section.sentences))]
    sentences = [section.sentences[number][tongue].format(**words) for number in sorted(chosen.tolist())]
    if applies and asset.vertical:
        sentences.append(phrases.APPLIES[tongue].format(**words))
    text = " ".join(sentence[0].upper() + sentence[1:] for sentence in sentences)
    return _part(rng, asset, section.heading[tongue].format(**words), text, section.extra)


def _words(rng: np.random.Generator, asset: Asset) -> dict[str, str]:
    topic, tongue = subjects.TOPICS[asset.topic], asset.tongue
    slug = asset.vertical or lexicon.SLUGS[2]
    vertical = lexicon.VERTICALS[lexicon.SLUGS.index(slug)]
    base = lexicon.BASES[int(rng.integers(0, len(lexicon.BASES)))]
    return {
        "topic": topic.words[tongue].lower() if tongue == 0 else topic.words[tongue],
        "field": asset.field.name[tongue],
        "customers": asset.field.customers[tongue],
        "place": asset.field.place[tongue],
        "product": f"{BRAND} {topic.product}",
        "firm": f"{base} {vertical.suffixes[int(rng.integers(0, len(vertical.suffixes)))]}",
        "n": str(int(rng.integers(3, 9))),
        "m": str(int(rng.integers(4, 10))),
    }


def _part(rng: np.random.Generator, asset: Asset, heading: str, text: str, extra: str) -> Part:
    tongue = asset.tongue
    if extra == CHART:
        before = rng.integers(40, 100, len(phrases.STEPS))
        after = (before * rng.uniform(0.25, 0.8, len(before))).astype(np.int64)
        labels = [step[tongue] for step in phrases.STEPS]
        return Part(heading, text, CHART, bars=tuple(zip(labels, before.tolist(), after.tolist(), strict=True)))
    if extra == TABLE:
        rows = [tuple(head[tongue] for head in phrases.TABLE_HEAD)]
        for measure in phrases.MEASURES[: int(rng.integers(3, 6))]:
            today = int(rng.integers(12, 90))
            rows.append((measure[tongue], str(today), str(max(int(today * rng.uniform(0.3, 0.8)), 1)), ""))
        return Part(heading, text, TABLE, rows=tuple(rows))
    if extra == LIST:
        chosen = rng.permutation(len(phrases.BULLETS))[:4].tolist()
        return Part(heading, text, LIST, points=tuple(phrases.BULLETS[number][tongue] for number in chosen))
    if extra == QUOTE:
        said = phrases.QUOTES[int(rng.integers(0, len(phrases.QUOTES)))][tongue]
        return Part(heading, text, QUOTE, quote=(said, subjects.SORTS[asset.sort].persona[tongue]))
    return Part(heading, text)
