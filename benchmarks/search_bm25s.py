"""bm25s with PyStemmer, run by the Python of the peers' environment: a line with a query in, a line with ids out."""

import json
import sys
import unicodedata
from pathlib import Path

import bm25s
import Stemmer
from bm25s.tokenization import STOPWORDS_EN

SHORT = {
    "german": "de", "french": "fr", "spanish": "es", "italian": "it", "dutch": "nl", "portuguese": "pt",
    "swedish": "sv", "danish": "da", "finnish": "fi", "norwegian": "no", "russian": "ru",
}  # fmt: skip


def folded(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


def main(path: str, language: str, depth: int) -> None:
    passages = json.loads(Path(path).read_text(encoding="utf-8"))
    keys = list(passages)
    stemmer = Stemmer.Stemmer(language) if language else None
    stop = STOPWORDS_EN if language in {"", "english"} else SHORT[language]

    def tokens(texts: list[str]) -> "bm25s.tokenization.Tokenized":
        return bm25s.tokenize(texts, stopwords=stop, stemmer=stemmer, show_progress=False)

    retriever = bm25s.BM25()
    retriever.index(tokens([passages[key] for key in keys]), show_progress=False)
    print("ready", flush=True)
    for line in sys.stdin:
        asked = tokens([json.loads(line)])
        if not asked.ids[0]:
            print("[]", flush=True)
            continue
        found, scores = retriever.retrieve(asked, k=min(depth, len(keys)), show_progress=False)
        right = [keys[int(at)] for at, score in zip(found[0], scores[0], strict=True) if score > 0]
        print(json.dumps(right), flush=True)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
