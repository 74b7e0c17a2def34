"""Resident memory in MB of a process that opens one index of the benchmark and answers its questions."""

import json
import sys
from pathlib import Path

from benchmarks.search_alone import Alone
from benchmarks.search_grown import Question
from benchmarks.search_speed import ASSETS, PASSAGES, request
from sameside.retrieval.lexical import LexicalEngine


def main(place: Path, name: str, asked: Path, languages: list[str]) -> None:
    questions = [Question(**each) for each in json.loads(asked.read_text())]
    if name in {ASSETS, PASSAGES}:
        alone = Alone(place, languages, by_passage=name == PASSAGES)
        alone.open()
        for question in questions:
            alone.answer(question)
    else:
        engine = LexicalEngine(place)
        for question in questions:
            engine.search(request(question))
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmRSS:")[1].split()[0]) / 1000)


main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
