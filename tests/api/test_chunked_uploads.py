"""An upload that does not say its length is taken up to the limit, whoever sends it having said who they are."""

import io

import pytest

from sameside.project.chunked import Chunked


def ask(body: bytes, most: int = 100, **given: str) -> tuple[list[str], dict[str, object], bytes]:
    said: list[str] = []
    seen: dict[str, object] = {}

    def application(environ, start_response):  # type: ignore[no-untyped-def]
        seen["length"] = environ.get("CONTENT_LENGTH")
        seen["body"] = environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b"taken"]

    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(body), **given}
    answer = b"".join(Chunked(application, most=most)(environ, lambda status, headers: said.append(status)))
    return said, seen, answer


def test_a_body_without_a_length_is_handed_on_with_one() -> None:
    said, seen, answer = ask(b"x" * 5_000, HTTP_AUTHORIZATION="Bearer x")
    assert (said, answer) == (["200 OK"], b"taken")
    assert seen == {"length": "5000", "body": b"x" * 5_000}


def test_what_is_too_large_is_handed_on_as_such_without_its_bytes() -> None:
    _, seen, _ = ask(b"x" * 4_000_000, HTTP_COOKIE="sessionid=x")
    assert int(str(seen["length"])) > 1_000_100
    assert seen["body"] == b""


def test_a_stranger_has_to_say_the_length() -> None:
    said, seen, _ = ask(b"x")
    assert (said, seen) == (["411 Length Required"], {})


@pytest.mark.parametrize("given", [{"HTTP_TRANSFER_ENCODING": ""}, {"CONTENT_LENGTH": "1"}])
def test_other_requests_pass_untouched(given: dict[str, str]) -> None:
    _, seen, _ = ask(b"x", **given)
    assert seen["body"] == b"x"
