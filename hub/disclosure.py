"""The one corridor: the only function through which anybody's records leave the hub."""

from typing import NamedTuple

from hub.domain.acts import Action
from hub.domain.deadline import Deadline
from hub.domain.disclosures import Disclosure, Receipt
from hub.domain.network import Together
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind, Selection
from hub.enquiries import live_enquiry, still_live
from hub.holding import hand_over, held
from hub.redaction import redact
from hub.services import Services
from hub.telling import kept_from, tell_holders

FIND_ALONE = 0.9  # of a question's time, for a find that nothing is asked after


class Answered(NamedTuple):
    """A disclosure with the place of its evidence, and which of its records are about one person around the child."""

    disclosure: Disclosure
    receipt: Receipt
    together: tuple[Together, ...] = ()


async def disclose(question: Question, services: Services) -> Answered:
    """Answer one question: decide, find, ask, cut down; with durable evidence on both sides.

    Raises AccessDenied with the deciding policies, or AuditUnavailable when evidence cannot be
    written. A source that fails is a state in the answer, never an exception.
    """
    deadline = Deadline.after(services.limits.question_seconds)
    finding = Deadline.after(services.limits.question_seconds * _find_share(question, services))
    asking = Deadline.after(services.limits.question_seconds * services.limits.ask_share)
    async with services.audit.recording(question, services.policies.version) as entry:  # intent is durable from here
        entry.rests_on(await services.resting(question, question.asked_at))
        permit = await held(question, services.policies.permit(question), services)
        person = await services.people.resolve(question, permit, finding)
        permit = permit.narrowed_to(person.labels)
        answers = await services.sources.ask(person, permit, asking if services.network.may_look(permit) else deadline)
        await services.people.doubt(question, person, answers)
        around = await services.network.around(answers, permit, deadline)
        await hand_over(question, person, around.answers, services)
        standing = await services.as_of_now()
        at = services.now()
        entry.rests_on(await standing.resting(question, at))
        permit = standing.policies.permit(question, at).narrowed_to(person.labels)  # as things stand now
        still = standing.sources.still(answers, services.sources.all, permit)
        if still != answers:  # whoever was looked for because of what may no longer be told is not told of
            around = await services.network.around(still, permit, Deadline.after(0))
        still = standing.sources.still(around.answers, services.sources.all, permit)
        disclosure = redact(question, person, still, permit, services.sources.all, services.now())
        people = services.network.together(disclosure.released, around.links)
        await still_live(question, services)
        entry.settle(disclosure)
        entry.keep_from(*kept_from(disclosure, still, permit, services))
    await tell_holders(disclosure, entry.kept_from, services)
    return Answered(disclosure, entry.receipt, people)  # the outcome is durable before anything leaves


async def view(
    principal: Principal, enquiry_id: str, selection: Selection, request_id: str, services: Services
) -> Answered:
    """Everything the selection needs about an enquiry's child. Raises NotFound, AccessDenied, AuditUnavailable."""
    enquiry = await live_enquiry(principal, enquiry_id, Action.VIEW, services)
    question = Question(request_id, QuestionKind.VIEW, services.now(), principal, enquiry, selection)
    return await disclose(question, services)


async def find(
    principal: Principal,
    enquiry_id: str,
    selection: Selection,
    request_id: str,
    services: Services,
    *,
    widen: bool = False,
) -> Answered:
    """A live find in every source; existence and what tells people apart, nothing more. Raises as ``view``.

    ``widen`` searches on where a step offered too many, or only somebody probable.
    """
    enquiry = await live_enquiry(principal, enquiry_id, Action.FIND, services)
    nothing_more = Selection(frozenset(), selection.sources)
    question = Question(request_id, QuestionKind.FIND, services.now(), principal, enquiry, nothing_more, widen)
    return await disclose(question, services)


def _find_share(question: Question, services: Services) -> float:
    """How much of a question's time the finding may take."""
    return FIND_ALONE if question.kind is QuestionKind.FIND else services.limits.find_share
