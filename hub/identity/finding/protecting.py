"""Whom a label protects: a comparison of its own, which errs towards protecting.

A link asks for proof that two descriptions are of one person; protection asks for proof that they are
not. One number in common is enough, whatever the names; so are family name and birth date, since a
given name is the first thing that changes, or is mistyped. Twins share those: one of them protects the
other no more where both given names are known and clearly differ and either their numbers conflict, or
the source that marks the one holds the other beside them.

A question may mix a protected person's name and birth date with somebody else's number. Where that other is
heard, it is answered about them alone, as if nobody held whom the label protects: to hide both would tell.
"""

from collections.abc import Iterable, Iterator

import msgspec

from hub.domain.codes import PERSON_WIDE, Label
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Found, PersonReference
from hub.identity.finding.likeness import Likeness, likeness
from hub.identity.matching.alikeness import Alike, numbers
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Matcher

PROTECTING = 0.1  # the probability from which a label holds: far below that of any link
_NEAR = frozenset({Alike.SAME, Alike.SIMILAR})


class Protection:
    """Everybody whom sources offered to one question, labelled or not, and whom their labels are about."""

    def __init__(self, matcher: Matcher, asked: PersonReference) -> None:
        self._matcher = matcher
        self._asked = Description.of_reference(asked, place=False)
        self._held: dict[SourceId, dict[LocalId, Found]] = {}

    def hear(self, source: SourceId, offered: Iterable[Found]) -> None:
        """Take note of whom a source offers: before any of them is judged, since one may speak for another."""
        self._held.setdefault(source, {}).update({one.local_id: one for one in offered})

    @property
    def of_anybody(self) -> bool:
        """Whether anybody heard so far is under witness protection."""
        return any(True for _ in self._labelled(frozenset({Label.WITNESS_PROTECTION})))

    def hides(self, told: PersonReference, former: frozenset[str]) -> bool:
        """Whether it may be somebody under witness protection who is asked about, as far as was heard."""
        ours = _of(told, former)
        return any(not self._mixed(ours, one) for one in self._hiding(ours))

    def hides_whatever_comes(self, told: PersonReference, former: frozenset[str]) -> bool:
        """Whether it is them who are asked about, whoever else may yet be heard."""
        ours = _of(told, former)
        return any(not self._numbered_otherwise(ours, one) for one in self._hiding(ours))

    def covers(self, found: Found) -> bool:
        """Whether any source may be protecting this very person."""
        return any(True for _ in self._hiding(_described(found)))

    def labels(self, told: PersonReference, former: frozenset[str]) -> frozenset[Label]:
        """What holds of whom is asked about wherever they are known."""
        ours = _of(told, former)
        fitting = (one for source, one in self._labelled(PERSON_WIDE) if self._fits(ours, source, one))
        mixed = any(self._mixed(ours, one) for one in self._hiding(ours))
        borne = (one.labels for one in fitting if not (mixed and self.covers(one)))
        return PERSON_WIDE.intersection(label for labels in borne for label in labels)

    def _hiding(self, ours: Description) -> Iterator[Found]:
        protected = self._labelled(frozenset({Label.WITNESS_PROTECTION}))
        return (one for source, one in protected if self._fits(ours, source, one))

    def _mixed(self, ours: Description, protected: Found) -> bool:
        """Whether the number asked with is not theirs, but of somebody heard openly whom nothing protects."""
        return self._numbered_otherwise(ours, protected) and any(
            _share_a_number(self._asked, _described(one)) and not self.covers(one)
            for people in self._held.values()
            for one in people.values()
        )

    def _numbered_otherwise(self, ours: Description, protected: Found) -> bool:
        theirs = _described(protected)
        asked = msgspec.structs.replace(self._asked, former_numbers=ours.former_numbers)
        return numbers(asked, theirs)[1] and not _share_a_number(ours, theirs)

    def _labelled(self, labels: frozenset[Label]) -> Iterator[tuple[SourceId, Found]]:
        for source, people in self._held.items():
            yield from ((source, one) for one in people.values() if one.labels & labels)

    def _fits(self, ours: Description, source: SourceId, one: Found) -> bool:
        theirs = _described(one)
        if _share_a_number(ours, theirs):
            return True
        told = self._told(ours, theirs)
        if all(_named_otherwise(each) for each in told) and (
            told[0].numbers_conflict or self._holds_beside(ours, source, one)
        ):
            return False
        if any(each.birth is Alike.SAME and each.family in _NEAR for each in told):
            return True
        return self._matcher.compare(ours, theirs).probability >= PROTECTING

    def _holds_beside(self, ours: Description, source: SourceId, one: Found) -> bool:
        """Whether the source that marks somebody holds, openly and as somebody else, whom is spoken of."""
        for other in self._held[source].values():
            if other.local_id == one.local_id or other.labels & one.labels:
                continue
            told = self._told(ours, _described(other))
            if any(each.given in _NEAR and each.family in _NEAR and each.birth is Alike.SAME for each in told):
                return True
        return False

    def _told(self, ours: Description, theirs: Description) -> list[Likeness]:
        """How two people compare under every name of theirs."""
        nicknames = self._matcher.model.nicknames
        return [likeness(one, other, nicknames) for one in _named(ours) for other in _named(theirs)]


def _of(told: PersonReference, former: frozenset[str]) -> Description:
    return msgspec.structs.replace(Description.of_reference(told, place=False), former_numbers=former)


def _described(found: Found) -> Description:
    return Description.of_attributes(found.attributes, place=False)


def _named(one: Description) -> list[Description]:
    return [one, *(one.under(name) for name in one.aliases)]


def _named_otherwise(told: Likeness) -> bool:
    return told.given is Alike.DIFFERENT and not told.swapped


def _share_a_number(one: Description, other: Description) -> bool:
    """Any number, now or formerly."""
    ours, theirs = (
        {("nhs", each.nhs_number), *(("nhs", former) for former in each.former_numbers), ("upn", each.upn)}
        for each in (one, other)
    )
    return any(number for _, number in ours & theirs)
