"""Documents as Markdown: what somebody keeps in a handbook."""

from sameside.demo.documents import composing, phrases
from sameside.demo.documents.composing import Document, Part


def make(document: Document, *, seed: int) -> bytes:
    tongue = document.asset.tongue
    lines = [f"# {document.title}", "", f"*{document.subtitle}*", "", f"## {phrases.AT_A_GLANCE[tongue]}", ""]
    lines += [f"- **{label}:** {value}" for label, value in document.facts]
    for part in document.parts:
        lines += ["", f"## {part.heading}", "", part.paragraph, "", *_beside(part, document)]
    lines += ["", "---", "", document.footer, ""]
    return "\n".join(lines).encode()


def _beside(part: Part, document: Document) -> list[str]:
    if part.extra == composing.LIST:
        return [f"{place}. {point}" for place, point in enumerate(part.points, start=1)]
    if part.extra == composing.QUOTE:
        return [f"> {part.quote[0]}", ">", f"> {part.quote[1]}"]
    if part.extra == composing.TABLE:
        head, *rows = part.rows
        return [_row(head), "|" + " --- |" * len(head), *(_row(row) for row in rows)]
    if part.extra == composing.CHART:
        rows = [(name, str(before), str(after)) for name, before, after in part.bars]
        return [
            f"**{document.chart_title}**",
            "",
            _row(("", "A", "B")),
            "|" + " --- |" * 3,
            *(_row(row) for row in rows),
        ]
    return []


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
