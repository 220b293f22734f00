"""The people around a child: which records of several sources are about one of them."""

import msgspec

from hub.domain.identifiers import SourceId
from hub.domain.records import About

UNTOLD = "(not recorded)"  # the relationship, where a source does not say what somebody is to the child
Member = tuple[SourceId, About]  # one source's own way of pointing at somebody around the child


class Link(msgspec.Struct, frozen=True):
    """A certain match between somebody whom one source named and somebody whom another was then searched for."""

    named: Member
    found: Member


class Together(msgspec.Struct, frozen=True):
    """Somebody around the child, and every source's way of pointing at them.

    ``possibly`` are others who may be the same person and whom nobody has joined: never merged.
    """

    members: tuple[Member, ...]
    why: tuple[str, ...] = ()
    possibly: tuple[Member, ...] = ()
