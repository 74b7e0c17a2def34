"""What a table cell may hold besides plain values: each knows its HTML for the page and its text for the CSV file."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sameside.ui.formats import percent

TONES = frozenset({"neutral", "good", "warn", "bad", "info"})


@dataclass(frozen=True)
class Badge:
    """A short state in a tone; the word carries the meaning, the colour only helps."""

    text: str
    tone: str = "neutral"

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> SafeString:
        tone = self.tone if self.tone in TONES else "neutral"
        return SafeString(f'<span class="tag tag-{tone}">{escape(str(self.text))}</span>')


@dataclass(frozen=True)
class Badges:
    """Several, one beneath the other; in a file each after what it is about."""

    badges: Mapping[str, Badge]

    def __str__(self) -> str:
        return "; ".join(f"{about}: {badge}" for about, badge in self.badges.items())

    def __html__(self) -> SafeString:
        lines = (
            f'<span class="cell-badge" title="{escape(about)}">{badge.__html__()}</span>'
            for about, badge in self.badges.items()
        )
        return SafeString("".join(lines))


@dataclass(frozen=True)
class Link:
    text: str
    url: str

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> SafeString:
        return SafeString(f'<a href="{escape(str(self.url))}">{escape(str(self.text))}</a>')


@dataclass(frozen=True)
class Two:
    """A main line with a quieter line beneath it."""

    text: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.note})" if self.note else self.text

    def __html__(self) -> SafeString:
        main = f'<span class="cell-main">{escape(str(self.text))}</span>'
        return SafeString(f'{main}<span class="cell-note">{escape(str(self.note))}</span>' if self.note else main)


@dataclass(frozen=True)
class Meter:
    """A share of 1 as a bar with its percentage."""

    share: float
    label: str = ""

    def __str__(self) -> str:
        return self.label or percent(self.share)

    def __html__(self) -> SafeString:
        return format_html(
            '<span class="meter"><progress value="{}" max="1" aria-label="{}"></progress> {}</span>',
            f"{self.share:.4f}",
            str(self),
            str(self),
        )


@dataclass(frozen=True)
class Figure:
    """A figure that opens its rows, with what makes it certain or not beneath it."""

    text: str
    note: str = ""
    url: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.note})" if self.note else self.text

    def __html__(self) -> SafeString:
        text = str(Link(self.text, self.url).__html__()) if self.url else escape(self.text)
        note = f'<span class="cell-note">{escape(self.note)}</span>' if self.note else ""
        return SafeString(f"{text}{note}")
