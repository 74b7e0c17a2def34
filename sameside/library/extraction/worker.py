"""The process that opens files from elsewhere. It reads one request a line and answers in lines of JSON.

`{"do": "read", "path", "format", "name", "pages"}`, with "transcript" for a video, answers with one document;
`{"do": "draw", "path", "format", "title", "folder", "pages", "texts"}` with one line for each page drawn, then
`{"done": true}`. It ends when its input ends.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

FILE_MEGABYTES = 256


def main(arguments: list[str]) -> None:
    megabytes, seconds, requests = map(int, arguments)
    from sameside.library.extraction import confinement

    confinement.apply(megabytes=megabytes, seconds=seconds * requests, file_megabytes=FILE_MEGABYTES)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace")
    os.dup2(2, 1)  # what a library prints must not pass for an answer
    for line in sys.stdin:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        allowed = int(used.ru_utime + used.ru_stime) + seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (min(allowed, hard), hard))
        for answer in _answer(json.loads(line)):
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


def _answer(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    path = Path(request["path"])
    if request["do"] == "read":
        from sameside.library.extraction import reading

        transcript = Path(request["transcript"]) if request.get("transcript") else None
        yield asdict(reading.read(path, request["format"], request["name"], request["pages"], transcript))
        return
    from sameside.library.drawing import draw

    yield from draw(
        path, request["format"], request["title"], Path(request["folder"]), request["pages"], request["texts"]
    )


if __name__ == "__main__":
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    main(sys.argv[1:])
