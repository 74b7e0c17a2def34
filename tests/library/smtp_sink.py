"""A mail server for tests: it takes mail over SMTP on this machine and keeps it, or refuses it."""

import asyncio
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType


class Sink:
    """`messages` are (recipient, message) in the order in which they came."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.messages: list[tuple[str, EmailMessage]] = []
        self.refuses = refuses
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Sink":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(server.wait_closed())

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        recipient = ""
        say("220 sink")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(":")[0].upper()
            if verb.startswith(("EHLO", "HELO")):
                say("250 sink")
            elif verb == "RCPT TO":
                recipient = line.partition("<")[2].rstrip(">")
                say("550 not here" if self.refuses else "250 yes")
            elif verb == "DATA":
                say("354 go on")
                data = await reader.readuntil(b"\r\n.\r\n")
                message = message_from_bytes(data[:-5].replace(b"\r\n..", b"\r\n."), policy=policy.default)
                assert isinstance(message, EmailMessage)
                self.messages.append((recipient, message))
                say("250 kept")
            elif verb == "QUIT":
                say("221 bye")
                break
            else:
                say("250 yes")
        await writer.drain()
        writer.close()
