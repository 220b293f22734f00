"""What would join who somebody was before an adoption to who they are since. Pure."""

from hub.domain.codes import Label, MatchState
from hub.domain.people import Found, SourceFind
from hub.identity.finding.reading import Claim, Reader


def joins_an_adoption(find: SourceFind, other: SourceFind, said: Claim, reader: Reader) -> bool:
    """Whether two sources' finds, shown together, would tell both names of somebody adopted.

    A number may outlive an adoption, so that it finds both. Only whoever is called as was said stays as found.
    """
    sure = find.match is MatchState.MATCH is other.match
    return any(
        _part(one, another, reader, sure=sure)
        for one in reader.fitting(find)
        if not reader.named_as_said(one, said)
        for another in reader.fitting(other)
    )


def _part(one: Found, other: Found, reader: Reader, *, sure: bool) -> bool:
    if Label.ADOPTION not in one.labels | other.labels:
        return False
    told = reader.compared(one, other)
    return (sure or told.same_number) and told.named_otherwise
