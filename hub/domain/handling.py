"""Sentences that travel with a record whose label asks for care, wherever the record is shown."""

from hub.domain.codes import Label
from hub.domain.records import Record

HANDLING: dict[Label, str] = {
    Label.SUB_JUDICE: "Before a court: speak to the officer in the case before using this or telling the family.",
    Label.POLICE_INTEL_P: "Police intelligence, handling code P: for this purpose only. Never quote it to the family.",
    Label.POLICE_INTEL_C: "Police intelligence, handling code C: use it only as its conditions say, and ask the police "
    "before passing it on.",
    Label.NOT_FOR_FAMILY: "Not for the family: leave it out of any copy for the child or the family.",
    Label.THIRD_PARTY: "About somebody other than the child: leave it out of any copy for or about the child.",
    Label.ANON_SOURCE: "Whoever told this asked not to be named: do not say who, nor what would tell who.",
}


def handling(record: Record) -> tuple[str, ...]:
    """How a record is to be handled: a sentence for each label that asks for it, and the owner's own conditions."""
    sentences = tuple(sentence for label, sentence in HANDLING.items() if label in record.labels)
    return (*sentences, f"The owner's conditions: {record.conditions}") if record.conditions else sentences
