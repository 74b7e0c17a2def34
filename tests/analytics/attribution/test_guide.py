"""What the guide prints is what comes out."""

import doctest
from pathlib import Path

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "attribution.md"


def test_the_guide_prints_what_comes_out() -> None:
    text = "\n".join("" if line.startswith("```") else line for line in GUIDE.read_text().splitlines())
    examples = doctest.DocTestParser().get_doctest(text, {}, "guide", str(GUIDE), 0)
    assert len(examples.examples) > 15
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    runner.run(examples, out=said.append)
    assert "".join(said) == ""
