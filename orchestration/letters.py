"""The letters that are due, each working morning.

Here: the job and its schedule. Not here: which letters are due, or sending (`post.office`). The
portal sends those about a step at once; reminders need somebody who looks at the calendar.
"""

from datetime import UTC, datetime

import dagster as dg

from orchestration.resources import HomeResource
from post.office import send_due
from post.settings import PostSettings


@dg.op(retry_policy=dg.RetryPolicy(max_retries=3, delay=600))
def letters_due(context: dg.OpExecutionContext, home: HomeResource) -> None:
    """Send every letter that is due; tried again where a server does not take them."""
    done = send_due(home.home, PostSettings(), datetime.now(UTC))
    context.log.info("%d letters sent, %d wait", len(done.sent), len(done.waiting))
    for person in done.without_address:
        context.log.warning("no e-mail address of %s is known", person.person_id)
    for one in done.nobody:
        context.log.warning("%s: %s", one.borough_code, one.why)
    if done.why:
        raise dg.Failure(f"{len(done.waiting)} letters wait: {'; '.join(done.why)}")


@dg.job
def letters() -> None:
    """Letters to officers, reminders among them."""
    letters_due()


each_morning = dg.ScheduleDefinition(
    name="letters_each_morning",
    job=letters,
    cron_schedule="30 8 * * 1-5",
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
