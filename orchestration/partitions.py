"""Borough × quarter, and quarter alone.

Here: the partitions and the keys of Dagster's range tags. Not here: which of them are due.
"""

from __future__ import annotations

from collections.abc import Collection

import dagster as dg

from specification.load import load_boroughs, load_calendar
from specification.periods import Quarter

BOROUGHS = dg.StaticPartitionsDefinition([one.borough_code for one in load_boroughs()])
QUARTERS = dg.StaticPartitionsDefinition([str(one.quarter) for one in load_calendar()])
RETURNS = dg.MultiPartitionsDefinition({"borough": BOROUGHS, "quarter": QUARTERS})

Key = tuple[str, Quarter]


def return_of(partition_key: str) -> Key:
    """Return the borough code and quarter of a partition key."""
    dimensions = RETURNS.get_partition_key_from_str(partition_key).keys_by_dimension
    return dimensions["borough"], Quarter.parse(dimensions["quarter"])


def partition_of(key: Key) -> dg.MultiPartitionKey:
    """Return the partition key of a borough code and quarter."""
    return dg.MultiPartitionKey({"borough": key[0], "quarter": str(key[1])})


def range_tags(keys: Collection[Key]) -> dict[str, str]:
    """Return the run tags of the smallest range of boroughs and quarters that holds all keys.

    One run takes the whole range; what is already accepted in it is passed over.
    """
    boroughs = sorted(borough for borough, _ in keys)
    quarters = sorted(quarter for _, quarter in keys)
    return {
        "dagster/asset_partition_range_start": partition_of((boroughs[0], quarters[0])),
        "dagster/asset_partition_range_end": partition_of((boroughs[-1], quarters[-1])),
    }
