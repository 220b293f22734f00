"""Every enquiry opened in a long time: a look that comes again after months is seen beside the earlier ones."""

from collections.abc import Sequence

from hub.review.cases import Case
from hub.review.facts import Fact


class Openings:
    """As of one moment, found by every keyed hash by which they named the person. It does not change."""

    def __init__(self, facts: Sequence[Fact] = ()) -> None:
        self._naming: dict[str, list[Fact]] = {}
        for one in facts:
            if one.opens:
                for person in one.people:
                    self._naming.setdefault(person, []).append(one)

    def alone(self, case: Case) -> tuple[Fact, ...]:
        """The openings up to this one about the same person, the oldest first, since anybody else's.

        The same person: whom an opening named in any way in which this case names them, or tells of them.
        Whatever is opened later changes nothing here.
        """
        opened = case.opening
        named = {one.index: one for person in case.together("people") for one in self._naming.get(person, ())}
        found: list[Fact] = []
        for index in sorted(named, reverse=True):
            if index <= opened.index:
                if named[index].principal != opened.principal:
                    break
                found.append(named[index])
        return tuple(reversed(found))
