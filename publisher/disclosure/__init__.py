"""Disclosure control: which counts of a release are hidden, and why.

Policy.

1. A count of 1 to 4 people is small and is shown as `c`.
2. Where a count is hidden, the counts that lean on it are hidden with it: the people who achieved,
   where the people who left are hidden.
3. Of everything that the codes of a release can name, printed or not, nobody may work out that it
   is surely small: not achieved = leavers - achieved, other = every kind - digital. Nor may anybody
   learn that a whole group shares one outcome.
4. What can be known of a hidden count leaves a `ROOM` of 5, unless it is surely not small. A reader
   cannot tell which of the reasons hid it.
5. What is known includes everything visible of the release and of the earlier ones. Where a check
   fails, a linear program chooses the cheapest further counts to hide, London's last. In the end
   the largest of them are shown again, as far as every check holds without.
6. Rates: only of 10 people or more, and only where no part is hidden; whole per cent under 100
   people, one decimal from 100. No interval, band, bar, point or position of a hidden count.
7. Everything drawn and written reads the protected figures, never the marts.

Here: rules 1 to 5. Rule 6 is `proportions.rate_shown`; rule 7 is how `release` is built.
Not here: the attack on the finished release (attacker), which shares nothing with this.

Source: shared/disclosure.md; metrics.md section 6.5.
"""

from publisher.disclosure.checks import SMALL
from publisher.disclosure.counts import ProtectedCounts, Said, WantedCounts
from publisher.disclosure.protect import protect

__all__ = ["SMALL", "ProtectedCounts", "Said", "WantedCounts", "protect"]
