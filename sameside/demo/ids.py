"""Salesforce record ids: a prefix for the object, the org's pod, a counter in base 62, and a checksum of the cases."""

import numpy as np
from numpy.typing import NDArray

ALPHABET = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
CHECKSUM = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
NONE = "000000000000000AAA"
POD = b"7Q0"
FIRST = 62**5 // 7  # the org is some years old: its counters do not begin at zero

PREFIXES = {
    "User": "005",
    "Group": "00G",
    "Account": "001",
    "Contact": "003",
    "Lead": "00Q",
    "Opportunity": "006",
    "OpportunityHistory": "008",
    "OpportunityContactRole": "00K",
    "Campaign": "701",
    "CampaignMember": "00v",
    "Task": "00T",
    "Event": "00U",
}


def make(kind: str, numbers: NDArray[np.int64]) -> list[str]:
    """The 18-character ids of the records of `kind` with these numbers; one number always gives the same id."""
    count = len(numbers)
    letters = np.empty((count, 18), dtype=np.uint8)
    letters[:, :3] = np.frombuffer(PREFIXES[kind].encode(), dtype=np.uint8)
    letters[:, 3:6] = np.frombuffer(POD, dtype=np.uint8)
    rest = numbers.astype(np.int64) + FIRST
    for place in range(14, 5, -1):
        rest, digit = np.divmod(rest, 62)
        letters[:, place] = ALPHABET[digit]
    is_upper = (letters[:, :15] >= ord("A")) & (letters[:, :15] <= ord("Z"))
    sums = is_upper.reshape(count, 3, 5) @ np.array([1, 2, 4, 8, 16])
    letters[:, 15:] = CHECKSUM[sums]
    made: list[str] = letters.view("S18").ravel().astype("U18").tolist()
    return made


def span(kind: str, count: int, *, start: int = 0) -> list[str]:
    """The ids of the records of `kind` numbered from `start`."""
    return make(kind, np.arange(start, start + count, dtype=np.int64))


def checksum(short: str) -> str:
    """The three characters that make an id of 15 characters safe where letter case is lost."""
    groups = (short[0:5], short[5:10], short[10:15])
    return "".join(chr(CHECKSUM[sum(1 << place for place, c in enumerate(g) if "A" <= c <= "Z")]) for g in groups)
