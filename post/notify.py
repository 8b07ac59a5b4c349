"""Letters by GOV.UK Notify, through its own client.

Here: one e-mail. Not here: SMTP and files (`carriers`). Notify keeps a template whose subject is
`((subject))` and whose message is `((body))`, so that our words stay in one place.

Source: https://docs.notifications.service.gov.uk/python.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from post.carriers import NotSent
from post.letters import Letter
from post.settings import PostSettings

_NOTIFY = "https://api.notifications.service.gov.uk"
_OF_THIS_LETTER = 400


class Notify:
    """GOV.UK Notify, with the key and the template of the settings.

    Args:
        settings: which key and which template.
        address: where it answers.

    Raises:
        NotSent: its client is not installed.
    """

    def __init__(self, settings: PostSettings, *, address: str = _NOTIFY) -> None:
        try:
            from notifications_python_client.notifications import NotificationsAPIClient
        except ImportError as missing:
            words = "the client of GOV.UK Notify is missing: install cohort[notify]"
            raise NotSent(words, is_for_all=True) from missing
        key = settings.notify_api_key.get_secret_value()
        self._client: Any = NotificationsAPIClient(key, base_url=address)
        self._settings = settings

    def send(self, letter: Letter, at: datetime) -> None:
        """Send a letter. Raises NotSent: Notify refused it, or does not answer."""
        from notifications_python_client.errors import HTTPError, InvalidResponse

        try:
            self._client.send_email_notification(
                email_address=letter.to_address,
                template_id=self._settings.notify_template_id,
                personalisation={"subject": letter.subject, "body": letter.body},
                reference=letter.name,
                email_reply_to_id=self._settings.notify_reply_to_id or None,
            )
        except HTTPError as problem:
            status = problem.status_code
            is_for_all = status != _OF_THIS_LETTER
            raise NotSent(f"GOV.UK Notify: {status}", is_for_all=is_for_all) from problem
        except InvalidResponse as problem:
            raise NotSent("GOV.UK Notify: not its answer", is_for_all=True) from problem
