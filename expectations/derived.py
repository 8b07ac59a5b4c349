"""What the rules may see of a row beside its own cells.

Here: derived columns as SQL over `r`, a row of the table as read; only those that a rule names are
made. Not here: the rules that use them (`specification/collections`).
"""

from __future__ import annotations

from specification import rules as kinds
from specification.model import Collection, Table

STANDARD = "(select s.{} from known_standards s where s.code = r.standard_ref)"
_PARENT = (
    "(select any_value({}) from apprentices_read a where a._return = r._return "
    "and a.apprentice_ref = r.apprentice_ref and a.programme_no = r.programme_no)"
)
_EXIT = "case a.status when '2' then a.achievement_date when '3' then a.training_end_date end"
_MONTHS = "(select months from checkpoints where code = r.checkpoint)"
_EARLIER = (
    "(select {} from progression_read e join checkpoints c on c.code = e.checkpoint "
    "join ladder l on l.code = e.grade where e._return = r._return "
    "and e.apprentice_ref = r.apprentice_ref and e.programme_no = r.programme_no "
    f"and c.months < {_MONTHS})"
)
_FLOW = (
    "{0}.levy_declared * {0}.english_fraction + {0}.top_up + {0}.transferred_in "
    "- {0}.paid_to_providers - {0}.transferred_out - {0}.expired"
)
_BEFORE = "b._return = r._return and b.month = r.month - interval {} month"
_LIVE = (  # people, not rows: one that is sent twice has a finding of its own
    "(select count(distinct concat_ws('/', a.apprentice_ref, a.programme_no, "
    "case when a.apprentice_ref is null or a.programme_no is null then a._row end)) "
    "from apprentices_read a where a._return = r._return and ({}))"
)
_YEAR = "date_trunc('year', {} - interval 3 month)"  # the financial year starts in April

DERIVED: dict[str, dict[str, str]] = {
    "apprentices": {
        "_level": STANDARD.format("level"),
        "_typical_months": STANDARD.format("typical_duration_months"),
        "_funding_limit_gbp": STANDARD.format("max_funding_gbp"),
        "_approved_on": STANDARD.format("approved_date"),
        "_last_start_on": STANDARD.format("last_start_date"),
        "_published_hours": STANDARD.format("minimum_hours"),
        "_detail_reason": (
            "(select ilr_reason from withdrawal_details where code = r.withdraw_reason_detail)"
        ),
        "_follow_ups_missing": (
            "(select string_agg(c.code, ', ' order by c.months) from checkpoints c "
            "where date_diff('day', case r.status when '2' then r.achievement_date "
            "when '3' then r.training_end_date end + to_months(c.months), r._as_at) "
            "between 90 and 455 and not exists (select 1 from progression_read p "
            "where p._return = r._return and p.apprentice_ref = r.apprentice_ref "
            "and (p.programme_no = r.programme_no or p.programme_no is null) "
            "and (p.checkpoint = c.code or p.checkpoint not in (select code from checkpoints) "
            "or p.checkpoint is null)) "
            "and not exists (select 1 from follow_ups_of_nobody n "
            "where n._return = r._return and (n.checkpoint = c.code or n.checkpoint is null)))"
        ),
    },
    "progression": {
        "_due_on": f"cast({_PARENT.format(_EXIT)} + to_months({_MONTHS}) as date)",
        "_ladder_step": "(select step from ladder where code = r.grade)",
        "_earlier_step": _EARLIER.format("max(l.step)"),
        "_earlier_grade": _EARLIER.format("arg_max(e.grade, l.step)"),
    },
    "workforce": {
        "_live_direct": _LIVE.format(
            "a.status in ('1', '6') and a.route = 'DIRECT' and a.discipline = r.discipline"
        ),
        "_live_unknown": _LIVE.format(
            "a._bad <> 0 or a.status is null or a.route is null "
            "or (a.discipline is null and a._scope = 'DIGITAL')"
        ),
    },
    "levy": {
        "_balance_due": (
            f"(select any_value(b.balance_end) + {_FLOW.format('r')} from levy_read b "
            f"where {_BEFORE.format(1)} and r._bad = 0 and b._bad = 0)"
        ),
        "_balance_due_before": (  # as it would be had the month before shown what it should
            f"(select any_value(b.balance_end) from levy_read b where {_BEFORE.format(2)}) "
            f"+ (select any_value({_FLOW.format('b')}) from levy_read b "
            f"where {_BEFORE.format(1)}) + {_FLOW.format('r')}"
        ),
        "_expired_due": (
            "(select due from levy_expiries e where e._return = r._return and e.month = r.month)"
        ),
        "_transferred_in_year": (
            "(select sum(b.transferred_out) from levy_read b where b._return = r._return "
            f"and {_YEAR.format('b.month')} = {_YEAR.format('r.month')} and b.month <= r.month)"
        ),
        "_levy_year_before": (
            "(select case when count(*) = 12 then sum(b.levy_declared * b.english_fraction) end "
            "from levy_read b where b._return = r._return and "
            f"{_YEAR.format('b.month')} = {_YEAR.format('r.month')} - interval 1 year)"
        ),
    },
}

# Follow-ups that have a finding of their own, because their person is not in the register: each may
# be the one that somebody else seems to lack.
OF_NOBODY = (
    "select p._return, case when p.checkpoint in (select code from checkpoints) "
    "then p.checkpoint end as checkpoint from progression_read p where not exists "
    "(select 1 from apprentices_read a where a._return = p._return "
    "and a.apprentice_ref = p.apprentice_ref and a.programme_no = p.programme_no)"
)

# Series that a measure may be taken of: `{_as_at}` is the last day of the quarter.
SERIES = {
    "starts_by_quarter": (
        "select w._return, back, count(a._row) as starts from whole_read w "
        "cross join unnest(range(9)) as n(back) left join apprentices_read a "
        "on a._return = w._return and date_diff('quarter', a.start_date, w._as_at) = back "
        "group by w._return, back"
    ),
}


def named_in(collection: Collection) -> str:
    """Return the SQL of every rule in one text, to look names up in."""
    parts: list[str] = []
    for rule in collection.rules:
        match rule:
            case kinds.ConditionRule():
                parts += [rule.must, rule.when or "", *rule.show.values()]
            case kinds.ReconcilesRule():
                parts += [rule.due, rule.unless or ""]
            case kinds.LevyExpiryRule():
                parts.append("_expired_due")
            case kinds.DatedMinimumRule():
                parts += [rule.measure, rule.when or ""]
            case kinds.TotalRule():
                parts += [f"{one.sql} {one.of}" for one in rule.measures.values()]
            case kinds.KeptRule():
                parts.append(f"previous_{rule.table}")
            case (
                kinds.RequiredRule() | kinds.AbsentRule() | kinds.RelatedRule() | kinds.UniqueRule()
            ):
                parts.append(rule.when or "")
            case kinds.CodesRule():
                parts.append(rule.required_when or "")
            case _:
                pass
    return " ".join(parts)


def derived_columns(table: Table, names: set[str]) -> dict[str, str]:
    """Return the derived columns of a table that are among `names`, as SQL over `r`."""
    wanted = {n: sql for n, sql in DERIVED.get(table.name, {}).items() if n in names}
    return wanted | {
        f"_was_{field.name}": f"w.{field.name}"
        for field in table.fields
        if f"_was_{field.name}" in names
    }
