"""What an approval rests on: a test of exactly this document, not long ago, and an agreement in force."""

from datetime import timedelta

from hub.domain.registrations import Registration
from hub.policy.agreements import current, day_of, decoded
from hub.services import Services


async def doubt_of_test(registration: Registration, services: Services) -> str:
    """Why the newest test of this version does not count, in a sentence; empty where it does."""
    result = await services.register.newest_result(registration.source, registration.version)
    if result is None:
        return "This version has not been tested."
    if result.digest != registration.digest:
        return "The newest test was made with another document: test this one."
    if not result.passed:
        return "The newest test failed: mend what its report says, and test again."
    age, most = services.now() - result.at, timedelta(days=services.limits.conformance_days)
    if age > most:
        return f"The newest test is {age.days} days old and counts for {most.days}: test again."
    return ""


async def agreed(registration: Registration, services: Services) -> bool:
    """Whether an agreement with this source's owner is in force today, as the register of agreements has it now."""
    day = day_of(services.now())
    signed = decoded(await services.agreements.standing()).get(registration.source, ())
    return any(one.in_force(day) for one in current(signed, day))
