"""Videos: what is said in them, by the transcript that lies beside (WebVTT or SubRip). Each minute is a page."""

import re
from pathlib import Path

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from sameside.library.extraction import markup
from sameside.library.extraction.document import Document, Refusal, clean

TRANSCRIPTS = (".vtt", ".srt")
SECONDS_PER_PAGE = 60
MOST_BYTES = 20_000_000
MOST_CAPTIONS = 50_000
WITHOUT = "A video without a transcript: it is found by its title only. Lay a .vtt or .srt of the same name beside it."
_TAGS = re.compile(r"<[^<>]{0,200}>")
_SPEAKER = re.compile(r"<v(?:\.[^ >]*)? ([^>]{1,80})>")


def read(path: Path, most_pages: int, transcript: Path | None = None) -> Document:
    with path.open("rb") as file:
        head = file.read(12)
    metadata = {"Kind": "WebM or Matroska" if head.startswith(b"\x1a\x45\xdf\xa3") else "MP4 or QuickTime"}
    if head[4:8] not in (b"ftyp", b"moov", b"mdat", b"wide") and not head.startswith(b"\x1a\x45\xdf\xa3"):
        raise Refusal("It is damaged: this is not a complete video.")
    if transcript is None:
        return Document("video", pages=[""], metadata=metadata, notes=[WITHOUT])
    try:
        pages = minutes(transcript)
    except (MalformedCaptionError, MalformedFileError, Refusal) as problem:
        reason = str(problem) or "it is malformed"
        return Document(
            "video", pages=[""], metadata=metadata, notes=[f"Its transcript {transcript.name} cannot be read: {reason}"]
        )
    notes = [f"Text from the transcript {transcript.name}."]
    if len(pages) > most_pages:
        notes.append(f"{len(pages):,} minutes; the first {most_pages:,} were read.")
    return Document("video", pages=pages[:most_pages], metadata=metadata, notes=notes)


def minutes(transcript: Path) -> list[str]:
    """The words of each minute in which something is said, under the time at which it begins."""
    if transcript.stat().st_size > MOST_BYTES:
        raise Refusal(f"it has more than {MOST_BYTES // 1_000_000} MB.")
    text = markup.text_of_bytes(transcript.read_bytes())
    captions = webvtt.from_string(text) if text.lstrip().startswith("WEBVTT") else _subrip(text)
    found: dict[int, list[str]] = {}
    last = ""
    for caption in captions.captions[:MOST_CAPTIONS]:
        line = _words(caption.raw_text)
        if line and line != last:
            found.setdefault(int(caption.start_in_seconds) // SECONDS_PER_PAGE, []).append(line)
        last = line
    if not found:
        raise Refusal("it holds no words.")
    return [clean("\n".join([_clock(minute), *lines])) for minute, lines in sorted(found.items())]


def _subrip(text: str) -> "webvtt.WebVTT":
    from io import StringIO

    return webvtt.from_buffer(StringIO(text.strip() + "\n"), format="srt")


def _words(raw: str) -> str:
    speaker = _SPEAKER.search(raw)
    line = " ".join(_TAGS.sub("", raw).split())
    return f"{speaker[1].strip()}: {line}" if speaker else line


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}:00" if minute >= 60 else f"{minute}:00"
