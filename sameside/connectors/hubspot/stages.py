"""Headers that carry a stage: `Date entered "Contract Sent (Sales Pipeline)"`, `Became a Lead Date`, and their kin.

HubSpot writes one column for each stage of a pipeline. New columns quote the stage and name its pipeline in
parentheses; the words around the quotes follow the user's language. Old columns of contacts name the lifecycle stage
alone. With internal names they are `hs_v2_date_entered_<stage id>` and `hs_lifecyclestage_<stage>_date`. Columns that
tell how long a record stayed, or when it left, say nothing that the dates of entering do not.
"""

import re
from dataclasses import dataclass

from sameside.connectors.hubspot.vocabulary import folded, lifecycle_of


@dataclass(frozen=True)
class Entered:
    """A column with the moment of entering `stage` of `pipeline`; `stage_id` instead where the header has only that.

    `is_new` columns win over the old ones of the same stage."""

    stage: str
    pipeline: str = ""
    stage_id: str = ""
    is_new: bool = True


_QUOTED = re.compile(
    r"""^(?P<before>[^"'“”„«»「『]*)["'“”„«「『]\s*(?P<stage>.+?)\s*(?:["'”“»」』](?P<after>[^"'”“»」』]*))?$"""
)
_PIPELINE = re.compile(r"^(?P<stage>.+?)\s*[((](?P<pipeline>[^()()]+(?:\([^()]*\))?)[))]$")
# Beginnings of words, folded, in the order in which they are looked for.
_TIME = [
    "timein",
    "cumulativetime",
    "latesttime",
    "zeitin",
    "verweildauer",
    "kumulierte",
    "temps",
    "duree",
    "tiempo",
    "tempo",
    "tijd",
    "hhmmss",
    "kumulative",
    "ultimotiempo",
    "ultimotempo",
    "時間",
]
_LEFT = [
    "exited",
    "verlassen",
    "austritt",
    "sorti",
    "salida",
    "salio",
    "saida",
    "saiu",
    "uscit",
    "verlaten",
    "退出",
    "終了",
    "出た",
]
_ENTERED = [
    "entered",
    "eintritt",
    "eingetreten",
    "eingang",
    "eingegeben",
    "eingabe",
    "betreten",
    "entre",
    "entrada",
    "ingres",
    "introduc",
    "entrou",
    "inseri",
    "entrat",
    "ingevoerd",
    "binnen",
    "invoer",
    "開始",
    "入った",
    "移行",
    "入力",
    "到達",
    "datesaisie",
    "aufgenommen",
]
_BECAME = (
    re.compile(r"^became (?:an? )?(?P<stage>.+) date$", re.IGNORECASE),
    re.compile(r"^datum der konver(?:sion|tierung) (?:zum|zur|in) (?P<stage>.+)$", re.IGNORECASE),
    re.compile(r"^wurde (?:zu einem |zu einer |zum |zur )?(?P<stage>.+?)(?: am|-datum| datum)?$", re.IGNORECASE),
    re.compile(r"^date (?:de conversion|de passage|à laquelle .* devenu) (?:en |à |une? |au )*(?P<stage>.+)$", re.I),
    re.compile(
        r"^(?:fecha|data) (?:de conversi[óo]n|de convers[ãa]o|di conversione|en (?:la )?que se convirti[óo]"
        r"|em que se tornou|in cui è diventato|de transformaci[óo]n|de transformação)"
        r" ?(?:en |em |in |a |para )?(?:una? |um |uma |un )?(?P<stage>.+)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:se convirti[óo] en|tornou-se|diventato) (?:una? |um |uma )?(?P<stage>.+?)(?: data)?$", re.I),
    re.compile(r"^(?:werd|datum waarop|geworden) (?:een )?(?P<stage>.+?)(?:-datum| datum| werd)?$", re.IGNORECASE),
    re.compile(r"^(?P<stage>.+?)(?:になった日付?|に転換した日付?|になった日時)$"),
)  # fmt: skip
_INTERNAL = re.compile(r"^(?:property_)?hs_(?:v2_)?date_entered_(?P<id>[\w-]+?)$", re.IGNORECASE)
_OLD_INTERNAL = re.compile(r"^(?:property_)?hs_lifecyclestage_(?P<stage>[a-z]+)_date$", re.IGNORECASE)
_SILENT_INTERNAL = re.compile(
    r"^(?:property_)?hs_(?:v2_)?(?:date_exited|time_in|cumulative_time_in|latest_time_in)_", re.IGNORECASE
)


def entered(header: str) -> Entered | None:
    """The stage whose date of entering this column holds; None for every other column."""
    text = " ".join(header.split())
    if match := _INTERNAL.match(text):
        return Entered(lifecycle_of(match["id"]), stage_id=match["id"])
    if match := _OLD_INTERNAL.match(text):
        return Entered(match["stage"].lower(), is_new=False)
    if quoted := _quoted(text):
        around, stage, pipeline = quoted
        says = folded(around)
        if any(word in says for word in [*_TIME, *_LEFT]) or not any(word in says for word in _ENTERED):
            return None
        return Entered(stage, pipeline)
    for pattern in _BECAME:
        match = pattern.match(text)
        if match and lifecycle_of(match["stage"]):
            return Entered(lifecycle_of(match["stage"]), is_new=False)
    return None


def is_duration(header: str) -> bool:
    """Whether the column tells how long a stage took or when it was left."""
    text = " ".join(header.split())
    if _SILENT_INTERNAL.match(text):
        return True
    quoted = _quoted(text)
    return bool(quoted and any(word in folded(quoted[0]) for word in [*_TIME, *_LEFT]))


def _quoted(text: str) -> tuple[str, str, str] | None:
    """(what stands around the quotes, the stage, its pipeline). The last quote may have been cut off."""
    match = _QUOTED.match(text)
    if not match:
        return None
    inner = _PIPELINE.match(match["stage"])
    around = f"{match['before']} {match['after'] or ''}"
    if inner is None:
        return (around, match["stage"], "") if match["after"] is not None else None
    return around, inner["stage"], inner["pipeline"]


def header(stage: str, pipeline: str) -> str:
    """The column as an English portal writes it; `entered` reads it back."""
    return f'Date entered "{stage} ({pipeline})"' if pipeline else f'Date entered "{stage}"'
