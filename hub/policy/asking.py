"""The dry run: what somebody would get from a source, by the policies and the agreements that really stand."""

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import SubjectKind
from hub.domain.identifiers import SourceId
from hub.domain.sources import Source
from hub.policy.asked import Asking
from hub.policy.facts import NO_LABELS
from hub.policy.policies import Policies


class Told(msgspec.Struct, frozen=True):
    """One category's answer: yes or no, by which policies, and what stopped it."""

    category: Category
    permitted: bool
    policies: tuple[tuple[str, str], ...]  # id, sentence
    stopped_by: tuple[str, ...]


class SourceTold(msgspec.Struct, frozen=True):
    """One source's answers, and the agreement behind them."""

    source: SourceId
    agreement: str | None
    told: tuple[Told, ...]


def dry_run(
    policies: Policies, sources: tuple[Source, ...], asking: Asking, about: SubjectKind = SubjectKind.CHILD
) -> tuple[SourceTold, ...]:
    """Every category that each source could hold. Nobody is asked, and nothing is recorded."""
    standing = policies.standing_for(asking)
    return tuple(
        SourceTold(
            source=source.id,
            agreement=standing.agreements.get(source.id),
            told=tuple(
                _told(policies, category, *msgspec.structs.astuple(verdict))
                for category, verdict in standing.decide(source.id, about, NO_LABELS).items()
                if category.agency in {None, source.agency} and category in source.serves
            ),
        )
        for source in sources
    )


def _told(policies: Policies, category: Category, permitted: bool, decided: tuple[str, ...]) -> Told:  # noqa: FBT001
    sentences = tuple((policy, policies.says(policy)) for policy in decided)
    return Told(category, permitted, sentences, () if permitted else policies.grounds(decided))
