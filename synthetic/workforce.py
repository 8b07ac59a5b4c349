"""The posts of each digital discipline, quarter by quarter.

Here: an establishment around the apprentices of the register, with joiners and leavers that fit.
Not here: the apprentices. Where a discipline has live direct apprentices they are 15 to 20 per
cent of its roles, the band that Hackney aimed at (interview); the posts move only when they must.
"""

from __future__ import annotations

from collections import Counter
from math import ceil, floor
from random import Random

from specification.load import load_code_list
from specification.periods import Quarter
from synthetic.boroughs import Profile
from synthetic.rows import ApprenticeRow, WorkforceRow
from synthetic.streams import share_out, stream

LEAST_SHARE, MOST_SHARE = 0.15, 0.20
_GRADE_SHARES = {
    "ASSOCIATE": 30.0, "MID": 30.0, "SENIOR": 20.0, "LEAD": 11.0, "PRINCIPAL": 5.0, "HEAD": 4.0,
}  # fmt: skip
_LEADERSHIP_SHARES = {"SENIOR": 30.0, "HEAD": 40.0, "EXEC": 30.0}
_USUAL_POSTS = {
    "DATA": 16, "SOFTWARE": 12, "INFRASTRUCTURE": 26, "CLOUD": 6, "CYBER": 5, "UCD": 6,
    "PRODUCT": 16, "QAT": 4, "ARCHITECTURE": 5, "LEADERSHIP": 6,
}  # fmt: skip


def live_direct(rows: tuple[ApprenticeRow, ...]) -> Counter[str]:
    """Return the live direct apprentices by discipline: in training, waiting, or on a break.

    A break that has ended is followed by a later row of the same person, which is the one counted.
    """
    last: dict[str, int] = {}
    for row in rows:
        last[row.apprentice_ref] = max(row.programme_no, last.get(row.apprentice_ref, 0))
    return Counter(
        row.discipline
        for row in rows
        if row.status in ("1", "6")
        and row.route == "DIRECT"
        and row.discipline is not None
        and last[row.apprentice_ref] == row.programme_no
    )


def _started(rows: tuple[ApprenticeRow, ...], quarter: Quarter) -> Counter[str]:
    return Counter(
        row.discipline
        for row in rows
        if row.start_date >= quarter.first_day and row.route == "DIRECT" and row.discipline
    )


def other_posts(usual: int, apprentices: int) -> int:
    """Return the posts beside the apprentices: the usual number, or the nearest that fits."""
    if apprentices == 0:
        return usual
    fewest = ceil(apprentices / MOST_SHARE) - apprentices
    most = floor(apprentices / LEAST_SHARE + 1e-9) - apprentices
    return max(fewest, min(most, usual))


def _openings(grade: str, vacant: int, filled: int) -> int | None:
    if grade not in ("ASSOCIATE", "MID"):
        return None
    return vacant + round(filled * (0.2 if grade == "ASSOCIATE" else 0.1))


def _post_row(
    discipline: str, grade: str, established: int, before: int | None, random: Random
) -> WorkforceRow:
    """Return one row; `before` is how many posts were filled a quarter ago."""
    vacant = sum(random.random() < 0.11 for _ in range(established))
    filled = established - vacant
    was = filled if before is None else before
    leavers = max(sum(random.random() < 0.03 for _ in range(was)), was - filled)
    return WorkforceRow(
        discipline=discipline,
        grade=grade,
        posts_established=established,
        posts_filled=filled,
        agency=float(sum(random.random() < 0.5 for _ in range(vacant))),
        joiners=filled - was + leavers,
        leavers=leavers,
        hard_to_fill="Y" if vacant and random.random() < 0.35 else "N",
        planned_starts_12m=None,
        expected_openings_12m=_openings(grade, vacant, filled),
    )


def _apprentice_row(
    discipline: str, live: int, before: int | None, started: int, random: Random
) -> WorkforceRow:
    was = live if before is None else before
    joiners = max(started, live - was)
    return WorkforceRow(
        discipline=discipline,
        grade="APPRENTICE",
        posts_established=live,
        posts_filled=live,
        agency=0.0,
        joiners=joiners,
        leavers=was + joiners - live,
        hard_to_fill="N",
        planned_starts_12m=round(live * random.uniform(0.4, 0.8)) + random.randint(0, 1),
        expected_openings_12m=None,
    )


def workforce_rows(
    seed: int, profile: Profile, registers: dict[Quarter, tuple[ApprenticeRow, ...]]
) -> dict[Quarter, tuple[WorkforceRow, ...]]:
    """Return the workforce table of one borough for each quarter, in the order given.

    Args:
        registers: the apprentices table at the end of each quarter, oldest first.
    """
    disciplines = [one.code for one in load_code_list("discipline")]
    grades = [one.code for one in load_code_list("workforce_grade")]
    usual = {one: max(1, round(_USUAL_POSTS[one] * profile.size)) for one in disciplines}
    filled: dict[tuple[str, str], int] = {}
    found: dict[Quarter, tuple[WorkforceRow, ...]] = {}
    for quarter, register in registers.items():
        live, started = live_direct(register), _started(register, quarter)
        rows: list[WorkforceRow] = []
        for discipline in disciplines:
            random = stream(seed, "workforce", profile.borough_code, discipline, str(quarter))
            usual[discipline] = other_posts(usual[discipline], live[discipline])
            shares = _LEADERSHIP_SHARES if discipline == "LEADERSHIP" else _GRADE_SHARES
            posts = share_out(usual[discipline], shares)
            for grade in grades:
                before = filled.get((discipline, grade))
                if grade == "APPRENTICE":
                    if not live[discipline] and not before:
                        continue
                    row = _apprentice_row(
                        discipline,
                        live[discipline],
                        before,
                        started[discipline],
                        random,
                    )
                elif posts.get(grade, 0) or before:
                    row = _post_row(discipline, grade, posts.get(grade, 0), before, random)
                else:
                    continue
                filled[discipline, grade] = int(row.posts_filled)
                rows.append(row)
        found[quarter] = tuple(rows)
    return found
