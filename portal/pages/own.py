"""What the pages of a borough's own return have in common: which return, which version.

Here: the borough comes from the visit and never from the address. Not here: any page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.parse import Declared
from ingest.register import State, Submission
from portal.page import Call, NotFound
from specification.findings import CheckResult
from specification.load import Borough, CollectionQuarter, find_borough, load_calendar
from specification.periods import Quarter


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """One borough's return of one quarter, with every version of it, the oldest first."""

    borough: Borough
    quarter: Quarter
    calendar: CollectionQuarter | None
    versions: tuple[Submission, ...]

    @property
    def declared(self) -> Declared:
        """What an upload is declared to be."""
        return Declared(self.borough, self.quarter)

    @property
    def path(self) -> str:
        """The address of the return."""
        return f"/return/{self.quarter}"

    @property
    def newest(self) -> Submission | None:
        """The newest version that was not withdrawn."""
        live = [one for one in self.versions if one.state is not State.WITHDRAWN]
        return live[-1] if live else None

    @property
    def signed(self) -> Submission | None:
        """The version that counts."""
        return next((one for one in self.versions if one.state is State.SIGNED), None)

    def path_of(self, submission: Submission) -> str:
        """Return the address of one version."""
        return f"{self.path}/{submission.version}"


def quarter_now(today: date) -> Quarter:
    """Return the quarter that is collected: the newest that has ended and is in the calendar."""
    ended = [one.quarter for one in load_calendar() if one.quarter.last_day < today]
    return max(ended) if ended else load_calendar()[0].quarter


def own_return(call: Call, quarter: Quarter) -> OwnReturn:
    """Return the return of the visitor's borough for a quarter."""
    borough = find_borough(call.here.borough_code)
    planned = next((one for one in load_calendar() if one.quarter == quarter), None)
    versions = call.services.register.versions(borough.borough_code, quarter)
    return OwnReturn(borough, quarter, planned, versions)


def return_of_path(call: Call) -> OwnReturn:
    """Return the return that the address names.

    Raises:
        NotFound: there is no such quarter in the calendar.
    """
    try:
        quarter = Quarter.parse(call.request.path_params["quarter"])
    except ValueError:
        raise NotFound from None
    found = own_return(call, quarter)
    if found.calendar is None and not found.versions:
        raise NotFound
    return found


def version_of_path(call: Call) -> tuple[OwnReturn, Submission]:
    """Return the return and the version that the address names. Raises NotFound: none is."""
    found = return_of_path(call)
    wanted = call.request.path_params["version"]
    for one in found.versions:
        if one.version == wanted:
            return found, one
    raise NotFound


def check_of(call: Call, submission: Submission) -> CheckResult:
    """Return what the check said of a version. Raises NotFound: it was never checked."""
    path = call.services.home.check_result(submission.submission_id)
    if not path.is_file():
        raise NotFound
    return CheckResult.model_validate_json(path.read_text("utf-8"))
