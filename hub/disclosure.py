"""The one corridor: the only function through which anybody's records leave the hub."""

from typing import NamedTuple

from hub.domain.acts import Action
from hub.domain.deadline import Deadline
from hub.domain.disclosures import Disclosure, Receipt
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind, Selection
from hub.enquiries import live_enquiry, still_live
from hub.redaction import redact
from hub.services import Services


class Answered(NamedTuple):
    """A disclosure with the place of its evidence."""

    disclosure: Disclosure
    receipt: Receipt


async def disclose(question: Question, services: Services) -> Answered:
    """Answer one question: decide, find, ask, cut down; with durable evidence on both sides.

    Raises AccessDenied with the deciding policies, or AuditUnavailable when evidence cannot be
    written. A source that fails is a state in the answer, never an exception.
    """
    deadline = Deadline.after(services.limits.question_seconds)
    finding = Deadline.after(services.limits.question_seconds * services.limits.find_share)
    async with services.audit.recording(question, services.policies.version) as entry:  # intent is durable from here
        permit = services.policies.permit(question)
        person = await services.people.resolve(question, permit, finding)
        permit = permit.narrowed_to(person.labels)
        answers = await services.sources.ask(person, permit, deadline)
        await services.people.doubt(question, person, answers)
        disclosure = redact(question, person, answers, permit, services.sources.all, services.now())
        await still_live(question, services)
        entry.settle(disclosure)
    return Answered(disclosure, entry.receipt)  # the outcome is durable before anything leaves


async def view(
    principal: Principal, enquiry_id: str, selection: Selection, request_id: str, services: Services
) -> Answered:
    """Everything the selection needs about an enquiry's child. Raises NotFound, AccessDenied, AuditUnavailable."""
    enquiry = await live_enquiry(principal, enquiry_id, Action.VIEW, services)
    question = Question(request_id, QuestionKind.VIEW, services.now(), principal, enquiry, selection)
    return await disclose(question, services)


async def find(
    principal: Principal, enquiry_id: str, selection: Selection, request_id: str, services: Services
) -> Answered:
    """A live find in every source; existence and what tells people apart, nothing more. Raises as ``view``."""
    enquiry = await live_enquiry(principal, enquiry_id, Action.FIND, services)
    nothing_more = Selection(frozenset(), selection.sources)
    question = Question(request_id, QuestionKind.FIND, services.now(), principal, enquiry, nothing_more)
    return await disclose(question, services)
