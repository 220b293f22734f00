"""What a source could be asked for by its verdicts, and what kept it from being asked. Before any label."""

from typing import NamedTuple

from hub.audit.leaf import AuditedSource
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, SubjectKind
from hub.domain.permits import Verdict
from hub.domain.questions import Selection
from hub.domain.sources import Source
from hub.policy.kept import SourceDecided

CHILD, EXISTENCE = SubjectKind.CHILD.value, Category.EXISTENCE.value


class Place(NamedTuple):
    """A source as it was registered, and its verdicts."""

    source: Source
    decided: SourceDecided

    def of(self, category: Category) -> Verdict | None:
        """The verdict that counts where the category is not asked for at all."""
        return self.decided.cells.get((self.source.subject_of(category).value, category.value))

    def unasked(self, selection: Selection) -> frozenset[str] | None:
        """The policies that kept it from being asked anything; none where nothing it has was selected.

        None where the verdicts did not keep it from being asked.
        """
        existence = self.decided.cells.get((CHILD, EXISTENCE))
        if not selection.reaches(self.source.id):
            return frozenset()
        if existence is None or not existence.permitted:
            return frozenset(existence.policies if existence else ())
        if not selection.kinds or may_ask(*self, selection) - {EXISTENCE}:
            return None
        verdicts = map(self.of, _selected(self.source, selection))
        return frozenset(policy for verdict in verdicts if verdict for policy in verdict.policies)

    def forbidden(self, one: AuditedSource, selection: Selection) -> frozenset[str]:
        """What was selected and is served, and these verdicts forbid: an answer has to say that it is kept back."""
        if one.state is AnswerState.NOT_KNOWN or not selection.reaches(self.source.id):
            return frozenset()
        verdicts = {category.value: self.of(category) for category in _selected(self.source, selection)}
        denied = {category for category, verdict in verdicts.items() if verdict and not verdict.permitted}
        return frozenset(denied - frozenset(one.categories))


def may_ask(source: Source, decided: SourceDecided, selection: Selection) -> frozenset[str]:
    """What the source could be asked for: permitted, selected and served; and whether it knows them."""
    permitted = decided.permitted
    if not selection.reaches(source.id) or (CHILD, EXISTENCE) not in permitted:
        return frozenset()
    return frozenset({EXISTENCE}).union(
        category.value
        for category in _selected(source, selection)
        if any((kind.value, category.value) in permitted and source.holds_about(category, kind) for kind in SubjectKind)
    )


def _selected(source: Source, selection: Selection) -> tuple[Category, ...]:
    return tuple(category for category in source.serves if category.kinds and selection.wants(category))
