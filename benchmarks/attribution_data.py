"""Journeys to measure with: as long as those that packages publish, channels as frequent as one over their rank."""

from pathlib import Path

import numpy as np

SECONDS = 86_400
_START = 1_700_000_000


def write(folder: Path, journeys: int, channels: int) -> tuple[Path, Path]:
    """(touches, outcomes) as Parquet files, five touches a journey, a fifth won; made once and kept."""
    import pyarrow as pa
    from pyarrow import parquet

    touches, outcomes = (
        folder / f"touches-{journeys}-{channels}.parquet",
        folder / f"outcomes-{journeys}-{channels}.parquet",
    )
    if outcomes.exists():
        return touches, outcomes
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(journeys + channels)
    length = np.minimum(chance.geometric(0.2, journeys), 60)
    often = 1 / np.arange(1, channels + 1)
    channel = chance.choice(channels, length.sum(), p=often / often.sum())
    works = chance.beta(2, 8, channels)
    closed = _START + chance.integers(0, 700 * SECONDS, journeys)
    best = np.maximum.reduceat(works[channel], np.cumsum(length) - length)
    won = chance.random(journeys) < best * 0.6
    # No two touches of a journey in one second: peers do not say in which order they take them.
    place = np.arange(len(channel)) - np.repeat(np.cumsum(length) - length, length)
    moment = np.repeat(closed, length) - (chance.integers(0, 400 * SECONDS // 60, len(channel)) * 60 + place)
    order = chance.permutation(len(channel))
    names = pa.array([f"channel {number:04}" for number in range(channels)])
    parquet.write_table(
        pa.table(
            {
                "company_id": np.repeat(np.arange(journeys), length)[order],
                "occurred_at": pa.array(moment[order] * 1_000_000, pa.timestamp("us", "UTC")),
                "channel": pa.DictionaryArray.from_arrays(pa.array(channel[order].astype(np.int32)), names).cast(
                    pa.string()
                ),
            }
        ),
        touches,
    )
    parquet.write_table(
        pa.table(
            {
                "deal_id": np.arange(journeys),
                "company_id": np.arange(journeys),
                "closed_at": pa.array(closed * 1_000_000, pa.timestamp("us", "UTC")),
                "won": won,
                "amount": np.round(chance.lognormal(8, 1, journeys), 2),
            }
        ),
        outcomes,
    )
    return touches, outcomes


def sample(folder: Path, python: Path) -> tuple[Path, Path]:
    """(touches, outcomes) of the sample that ChannelAttribution brings along: 88,387 journeys, 12 channels, 19,785 won.
    A touch an hour.
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    touches, outcomes = folder / "touches-sample.parquet", folder / "outcomes-sample.parquet"
    if outcomes.exists():
        return touches, outcomes
    given = next(python.parents[1].glob("lib/*/site-packages/cypack/data/Data.csv"))
    rows = csv.read_csv(given, parse_options=csv.ParseOptions(delimiter=";"))
    won, lost = rows["total_conversions"].to_numpy(), rows["total_null"].to_numpy()
    paths = [path.split(" > ") for path in rows["path"].to_pylist()]
    many = won + lost
    row = np.repeat(np.arange(len(paths)), many)
    place = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    is_won = place < won[row]
    length = np.array([len(path) for path in paths])[row]
    channel = pa.array([name for which in row.tolist() for name in paths[which]])
    back = np.repeat(np.cumsum(length), length) - np.arange(length.sum())
    second = 1_000_000
    parquet.write_table(
        pa.table(
            {
                "company_id": np.repeat(np.arange(len(row)), length),
                "occurred_at": pa.array((_START - back * 3600) * second, pa.timestamp("us", "UTC")),
                "channel": channel,
            }
        ),
        touches,
    )
    parquet.write_table(
        pa.table(
            {
                "deal_id": np.arange(len(row)),
                "company_id": np.arange(len(row)),
                "closed_at": pa.array(np.full(len(row), _START * second), pa.timestamp("us", "UTC")),
                "won": is_won,
                "amount": np.where(is_won, (rows["total_conversion_value"].to_numpy() / np.maximum(won, 1))[row], 0.0),
            }
        ),
        outcomes,
    )
    return touches, outcomes
