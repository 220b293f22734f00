"""The one door to policy: who may do what, see what, and which rule said so."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import hub
from hub.domain.acts import Action
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, SubjectKind
from hub.domain.decided import Basis
from hub.domain.documents import Document
from hub.domain.identifiers import SourceId
from hub.domain.permits import Authorised, Permit, Verdict, Verdicts
from hub.domain.principals import Principal
from hub.domain.purposes import Purpose
from hub.domain.questions import Question
from hub.domain.sources import Source
from hub.errors import AccessDenied
from hub.policy.agreements import Agreement, current, day_of, end_of, read_agreements, strongest
from hub.policy.asked import Asking, Standing, asking_of, basis_of
from hub.policy.built_in import NO_SOURCE, SENTENCES, UNREGISTERED, grounds_of
from hub.policy.engine import Engine, PolicyNote
from hub.policy.entities import act, partner_act, person, standing_entities
from hub.policy.facts import DECIDABLE, NO_LABELS, Facts, Partnering
from hub.policy.kept import VerdictTable, source_decided, verdicts_document
from hub.policy.purposes import PurposeRow, read_purposes
from hub.policy.table import DecisionTable
from hub.policy.texts import PolicyTexts, read_texts

_UNREGISTERED: Verdicts = MappingProxyType(
    dict.fromkeys(DECIDABLE, Verdict(permitted=False, policies=(UNREGISTERED,))),
)


class Policies:
    """Loaded policies, purposes and agreements for a set of registered sources. Never changes; load anew instead."""

    def __init__(
        self,
        engine: Engine,
        rows: Mapping[PurposeCode, PurposeRow],
        texts: PolicyTexts,
        sources: Sequence[Source],
        agreements: Mapping[SourceId, Sequence[Agreement]],
        table: DecisionTable | None = None,
    ) -> None:
        self.texts, self.version = texts, texts.version
        self.register = ""  # digest of the archived register that these stand for; empty where none is archived
        self.rows = rows
        self.purposes: Mapping[PurposeCode, Purpose] = {code: row.as_purpose(code) for code, row in rows.items()}
        self.table = table or DecisionTable(engine)
        self.engine = engine
        self._sources = tuple(sources)
        self._agreements = agreements
        self._acts = lru_cache(maxsize=4096)(self._decide_act)
        self._partner_acts = lru_cache(maxsize=4096)(self._decide_partner_act)
        self._standings = lru_cache(maxsize=4096)(self._work_out)
        self._tables = lru_cache(maxsize=1024)(lambda asking: verdicts_document(self.table_for(asking)))

    @classmethod
    def load(cls, policies: Path, agreements: Path | None, sources: Sequence[Source]) -> "Policies":
        """Read, rehearse and validate. Raises ConfigurationError naming the file and what to mend.

        ``version`` is a SHA-256 over the texts of policies, schema and purposes; agreements carry
        versions of their own.
        """
        signed = read_agreements(agreements, sources) if agreements is not None else {}
        return cls.of_texts(read_texts(policies)).standing_with(sources, signed)

    @classmethod
    def of_texts(cls, texts: PolicyTexts) -> "Policies":
        """The policies of these texts, over no source. Raises ConfigurationError."""
        rows = read_purposes(texts.purposes)
        return cls(Engine.load(texts, standing_entities(rows)), rows, texts, (), {})

    def standing_with(
        self, sources: Sequence[Source], agreements: Mapping[SourceId, Sequence[Agreement]], register: str = ""
    ) -> "Policies":
        """The same policies over other sources and agreements: what was compiled stays compiled."""
        over = Policies(self.engine, self.rows, self.texts, sources, agreements, self.table)
        over.register = register
        return over

    @property
    def notes(self) -> Mapping[str, PolicyNote]:
        """What each policy says about itself, by id, in the order of the files."""
        return self.engine.notes

    def says(self, policy: str) -> str:
        """The sentence of a deciding policy, fit to show."""
        return self.notes[policy].says if policy in self.notes else SENTENCES[policy]

    def grounds(self, reasons: Sequence[str]) -> tuple[str, ...]:
        """Whether role, purpose, agreement, label or what else stopped something, by reasons fit to show."""
        return grounds_of(reasons, self.notes)

    def agreed(self, source: SourceId, at: datetime) -> bool:
        """Whether an agreement with this source's owner is in force."""
        day = day_of(at)
        return any(one.in_force(day) for one in current(self._agreements.get(source, ()), day))

    def endings(self) -> Iterator[tuple[SourceId, str, datetime]]:
        """Every agreement with a registered source: its source, its reference, and when it is over."""
        for source, signed in self._agreements.items():
            yield from ((source, one.reference, end_of(one.valid_until)) for one in signed)

    def standing_for(self, asking: Asking) -> Standing:
        """What questions of this kind get, at every registered source."""
        return self._standings(asking)

    def resting(self, question: Question, at: datetime) -> tuple[Basis, Document]:
        """What a decision about a question rests on, and the document of its verdicts, for the archive."""
        asking = asking_of(question, at)
        verdicts = self._tables(asking)
        return basis_of(question, asking, self.register, verdicts.digest), verdicts

    def table_for(self, asking: Asking) -> VerdictTable:
        """Every verdict that questions of this kind get, before any label."""
        standing = self.standing_for(asking)
        return VerdictTable(
            refusal=standing.refusal,
            sources={
                one.id: source_decided(
                    standing.agreements.get(one.id),
                    {kind: standing.decide(one.id, kind, NO_LABELS) for kind in SubjectKind},
                )
                for one in self._sources
            },
        )

    def usable_by(self, principal: Principal) -> tuple[Purpose, ...]:
        """Purposes under which this person may open an enquiry."""
        return tuple(
            purpose
            for code, purpose in self.purposes.items()
            if self._acts(principal.roles, principal.agency, Action.OPEN_ENQUIRY, code, own=True).permitted
        )

    def permit(self, question: Question, at: datetime | None = None) -> Permit:
        """Decide a question as things stand at ``at``, which is when it was asked unless another moment is given.

        Raises AccessDenied, naming the deciding policies, when not even the existence of the child is
        permitted at any registered source.
        """
        asking = asking_of(question, at or question.asked_at)
        standing = self.standing_for(asking)
        if standing.refusal:
            raise AccessDenied(standing.refusal)
        return Permit(
            purpose=asking.purpose,
            policy_version=self.version,
            agreements=standing.agreements,
            conditions=standing.conditions,
            selection=question.selection,
            decide=standing.decide,
            asker=question.principal,
            request_id=question.id,
            enquiry_id=question.enquiry.id,
            legislation=self.purposes[asking.purpose].legislation,
        )

    def authorise(
        self,
        principal: Principal,
        action: Action,
        *,
        purpose: PurposeCode | None = None,
        own: bool = True,
        labels: frozenset[Label] = NO_LABELS,
    ) -> Authorised:
        """Decide an act. Raises AccessDenied.

        ``own`` says whether the enquiry it is about is the person's own; ``labels`` are those of a match
        that is decided about.
        """
        verdict = self._acts(principal.roles, principal.agency, action, purpose, own=own, labels=labels)
        return _authorised(verdict, ("own",) if own else ())

    def authorise_partnering(self, principal: Principal, action: Action, facts: Partnering) -> Authorised:
        """Decide an act on one organisation's part of the partnership. Raises AccessDenied."""
        verdict = self._partner_acts(principal.roles, principal.agency, action, facts)
        return _authorised(verdict, facts.held)

    def _decide_partner_act(self, roles: frozenset[Role], agency: Agency, action: Action, facts: Partnering) -> Verdict:
        return self.engine.decide(person(roles, agency), [partner_act(action, facts)])[0]

    def _decide_act(
        self,
        roles: frozenset[Role],
        agency: Agency,
        action: Action,
        purpose: PurposeCode | None,
        *,
        own: bool,
        labels: frozenset[Label] = NO_LABELS,
    ) -> Verdict:
        return self.engine.decide(person(roles, agency), [act(action, purpose, own=own, labels=labels)])[0]

    def _work_out(self, asking: Asking) -> Standing:
        facts = {source.id: self._facts(asking, source) for source in self._sources}

        def decide(source: SourceId, kind: SubjectKind, labels: frozenset[Label]) -> Verdicts:
            known = facts.get(source)
            return _UNREGISTERED if known is None else self.table.verdicts(known, kind, labels)

        existence = [decide(source, SubjectKind.CHILD, NO_LABELS)[Category.EXISTENCE] for source in facts]
        reasons = dict.fromkeys(policy for verdict in existence for policy in verdict.policies)
        refused = not any(verdict.permitted for verdict in existence)
        references = {source: known.terms.reference for source, known in facts.items()}
        return Standing(
            refusal=(tuple(reasons) or (NO_SOURCE,)) if refused else (),
            agreements={source: reference for source, reference in references.items() if reference},
            conditions={source: known.terms.conditions for source, known in facts.items() if known.terms.conditions},
            decide=decide,
        )

    def _facts(self, asking: Asking, source: Source) -> Facts:
        # Only roles that use the purpose make a recipient; where none does, another policy says so.
        acting = asking.roles & self.rows[asking.purpose].users or asking.roles
        signed = [one for one in self._agreements.get(source.id, ()) if one.source_agency is source.agency]
        return Facts(
            roles=asking.roles,
            agency=asking.agency,
            purpose=asking.purpose,
            source_agency=source.agency,
            terms=strongest(
                one.terms(asking.purpose, acting, asking.agency, asking.day, asking.organisation)
                for one in current(signed, asking.day)
            ),
            family_agreed=asking.family_scope is not None,
            family_agreed_to_source=asking.family_scope is not None and source.agency in asking.family_scope,
            glass_broken=asking.glass_broken,
        )


def _authorised(verdict: Verdict, facts: tuple[str, ...]) -> Authorised:
    if not verdict.permitted:
        raise AccessDenied(verdict.policies, facts=facts)
    return Authorised(verdict.permitted, verdict.policies, facts)


def shipped_policies() -> Path:
    """The policies that travel with this package: inside an installed wheel, else in the repository."""
    package = Path(hub.__file__).parent
    inside = package / "_policies"
    return inside if inside.is_dir() else package.parent / "policies"
