"""For how long the content of evidence is kept."""

from collections.abc import Mapping

import msgspec

from hub.domain.codes import PurposeCode


class RetentionRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Months after the month of an access, by purpose. Past them its content may be destroyed, and never by itself."""

    default: int
    purposes: Mapping[PurposeCode, int] = {}
    one_person: int = 14  # the least age of what goes by person: review looks back 400 days

    def __post_init__(self) -> None:
        if min((self.default, self.one_person, *self.purposes.values())) < 1:
            raise ValueError("a period is a whole number of months, 1 or more")

    @property
    def span(self) -> tuple[int, int]:
        """The shortest and the longest period, in months."""
        months = (self.default, *self.purposes.values())
        return min(months), max(months)

    def cutoffs(self, present: str) -> dict[str, str]:
        """For each purpose, and for none, the first month whose content is still kept in the month ``present``."""
        months = {"": self.default, **{code.value: self.purposes.get(code, self.default) for code in PurposeCode}}
        return {purpose: months_before(present, count) for purpose, count in months.items()}


def months_before(period: str, count: int) -> str:
    """The month that was so many months before one; both ``YYYY-MM``."""
    year, month = period.split("-")
    place = int(year) * 12 + int(month) - 1 - count
    return f"{place // 12:04d}-{place % 12 + 1:02d}"
