"""The text of e-mail files: who wrote what to whom and when, the body, and the names of what was attached.

Attachments are named, never opened; pictures and style sheets that a mail refers to are not fetched.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import olefile

from sameside.library.extraction import markup
from sameside.library.extraction.document import Block, Document, Refusal, clean, paginate, telling_title, text_of

MOST_BYTES = 100_000_000
MOST_STREAM = 20_000_000
MOST_PARTS = 2_000
MOST_ATTACHMENTS = 200
MOST_HEADER = 1_000
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass
class Mail:
    subject: str = ""
    sender: str = ""
    to: str = ""
    copy: str = ""
    sent: str = ""
    body: list[Block] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        head = (("From", self.sender), ("To", self.to), ("Cc", self.copy), ("Date", self.sent))
        lines = [Block(f"{name}: {value}") for name, value in head if value]
        title = [Block(self.subject, level=1)] if self.subject else []
        attached = [Block(f"Attached: {name}") for name in self.attachments]
        return [*title, *lines, *self.body, *attached]


def read_eml(path: Path, most_pages: int) -> Document:
    return _document("eml", internet_mail(path), most_pages)


def read_msg(path: Path, most_pages: int) -> Document:
    return _document("msg", outlook_mail(path), most_pages)


def _document(kind: str, mail: Mail, most_pages: int) -> Document:
    if not (mail.subject or mail.sender or mail.body):
        raise Refusal("It is damaged: it has neither subject, sender nor text.")
    pages = list(paginate(mail.blocks))
    notes = list(mail.notes)
    if len(pages) > most_pages:
        notes.append(f"About {len(pages):,} pages; the first {most_pages:,} were read.")
    if mail.attachments:
        count = len(mail.attachments)
        notes.append(f"{count:,} attachment{'' if count == 1 else 's'} named, not opened.")
    metadata = {"From": mail.sender, "To": mail.to, "Date": mail.sent}
    return Document(
        kind,
        telling_title(mail.subject),
        pages=[text_of(page) for page in pages[:most_pages]],
        metadata={name: value for name, value in metadata.items() if value},
        notes=notes,
    )


def _line(value: object) -> str:
    return " ".join(clean(str(value)[:MOST_HEADER]).split())


def internet_mail(path: Path) -> Mail:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refusal(f"It has more than {MOST_BYTES // 1_000_000} MB.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[1:2] == b"\x00":
        data = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  (narrows the type)
    mail = Mail(
        subject=_header(message, "subject"),
        sender=_header(message, "from"),
        to=_header(message, "to"),
        copy=_header(message, "cc"),
        sent=_header(message, "date"),
    )
    plain: list[Block] = []
    formatted: list[Block] = []
    for part in _parts(message):
        name = _file_name(part)
        if name or part.get_content_disposition() == "attachment":
            if len(mail.attachments) < MOST_ATTACHMENTS:
                mail.attachments.append(name or "without a name")
        elif part.get_content_type() == "text/plain":
            plain += markup.paragraphs(_content(part))
        elif part.get_content_type() == "text/html":
            formatted += markup.html_blocks(_content(part))
    mail.body = plain or formatted
    return mail


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    for count, part in enumerate(message.walk()):
        if count >= MOST_PARTS:
            return
        if not part.is_multipart() and isinstance(part, EmailMessage):
            yield part


def _header(message: EmailMessage, name: str) -> str:
    """The header's text; mails are full of headers that break the rules, then as it stands."""
    try:
        return _line(message.get(name, ""))
    except (ValueError, LookupError, AttributeError, TypeError):
        return _line(next((value for key, value in message.raw_items() if key.lower() == name), ""))


def _file_name(part: EmailMessage) -> str:
    try:
        return _line(part.get_filename("") or "")[:200]
    except (ValueError, LookupError, AttributeError, TypeError):
        return "without a readable name"


def _content(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    with suppress(LookupError, ValueError):
        return data.decode(part.get_content_charset("utf-8"))
    return markup.text_of_bytes(data)


def outlook_mail(path: Path) -> Mail:
    """A mail as Outlook saves it: one stream for each property, told apart by number."""
    with olefile.OleFileIO(str(path)) as file:
        mail = Mail(
            subject=_property(file, "", "0037"),
            sender=_sender(file),
            to=_property(file, "", "0E04"),
            copy=_property(file, "", "0E03"),
            sent=_sent(file),
        )
        mail.body = markup.paragraphs(_long(file, "1000"))
        if not mail.body:
            formatted = _stream(file, "__substg1.0_10130102")
            mail.body = markup.html_blocks(markup.text_of_bytes(formatted) if formatted else _long(file, "1013"))
        if not mail.body and file.exists("__substg1.0_10090102"):
            mail.notes.append("Its text is kept in Outlook's own format and was not read.")
        folders = {entry[0] for entry in file.listdir() if entry[0].startswith("__attach_version1.0_")}
        for folder in sorted(folders)[:MOST_ATTACHMENTS]:
            name = _property(file, f"{folder}/", "3707") or _property(file, f"{folder}/", "3704")
            mail.attachments.append(name or "without a name")
    return mail


def _stream(file: "olefile.OleFileIO", name: str) -> bytes:
    if not file.exists(name) or file.get_size(name) > MOST_STREAM:
        return b""
    content: bytes = file.openstream(name).read()
    return content


def _text(file: "olefile.OleFileIO", folder: str, number: str) -> str:
    unicode = _stream(file, f"{folder}__substg1.0_{number}001F")
    return unicode.decode("utf-16-le", "replace") or markup.text_of_bytes(
        _stream(file, f"{folder}__substg1.0_{number}001E")
    )


def _property(file: "olefile.OleFileIO", folder: str, number: str) -> str:
    return _line(_text(file, folder, number))


def _long(file: "olefile.OleFileIO", number: str) -> str:
    return _text(file, "", number)


def _sender(file: "olefile.OleFileIO") -> str:
    name = _property(file, "", "0C1A")
    address = _property(file, "", "5D01") or _property(file, "", "0C1F")
    return f"{name} <{address}>" if name and "@" in address and address != name else name or address


def _sent(file: "olefile.OleFileIO") -> str:
    """The time of sending (property 0x0039, else of delivery 0x0E06), among the properties of fixed length."""
    table = _stream(file, "__properties_version1.0")[32:]
    times = {}
    for start in range(0, len(table) - 15, 16):
        entry = table[start : start + 16]
        times[int.from_bytes(entry[0:4], "little")] = int.from_bytes(entry[8:16], "little")
    ticks = times.get(0x00390040) or times.get(0x0E060040) or 0
    try:
        return (_EPOCH + timedelta(microseconds=ticks // 10)).strftime("%Y-%m-%d %H:%M UTC") if ticks else ""
    except OverflowError:
        return ""
