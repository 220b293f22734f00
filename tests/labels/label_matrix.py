"""Every label and what it does, surface by surface: what the tests ask of the hub, and what docs/labels.md tells.

What is lost is counted from what a social worker sees under S47 without the label. The label stands on the child's
record at social care; for ``network`` it stands on what social care says of the mother.
"""

import msgspec

from hub.domain.codes import Label

_HERE = {"KNOWN", "givenName", "birthDate", "how it compared", "whether the postcode is the same"}
_IDENTITY = {"names", "nhsNumber", "birthDates", "addresses"}
_CONTENT = {"In need", "the words of In need", "Allocated", "professional's name", "professional's contact"}


def elsewhere(*what: str) -> set[str]:
    """The same at the other source."""
    return {f"elsewhere: {one}" for one in what}


def both(*what: str) -> set[str]:
    """At both sources."""
    return {*what} | elsewhere(*what)


FIND = frozenset(both(*_HERE))
VIEW = frozenset(
    _CONTENT
    | {"KNOWN", "the source's message"}
    | both(*_IDENTITY)
    | elsewhere("KNOWN", "Registered", "Seen", "the words of Seen")
)
NETWORK = frozenset({"mother", "her name", "her risk", "its words"})
TIMELINE = frozenset({"event", "who told", "its words"})
_WORDS = frozenset({"the words of In need"})
_NONE: frozenset[str] = frozenset()


class Cell(msgspec.Struct, frozen=True):
    """What is lost on one surface, what is told in its place, and the sentence for the docs."""

    says: str
    lost: frozenset[str] = _NONE
    gained: frozenset[str] = _NONE


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One label. ``manager``: what a manager loses less. ``family``: the mother's mark does the same to the child."""

    label: Label
    find: Cell = Cell("as without it")
    view: Cell
    network: Cell
    timeline: Cell
    withheld: frozenset[str]
    handling: bool = False
    manager_sees_all: bool = False
    family: bool = False
    told_by: tuple[str, ...]  # markers, source kind by source kind
    guarded_by: tuple[str, ...] = ()  # besides the matrix


WITHIN = frozenset
MATRIX: tuple[Row, ...] = (
    Row(
        label=Label.LOCATION_AT_RISK,
        find=Cell(
            "no place shown, compared or searched by",
            WITHIN(both("whether the postcode is the same")),
        ),
        view=Cell(
            "no address, phone, school, GP, place, worker's base; `[place withheld]` where a text names one",
            WITHIN({"professional's contact", "elsewhere: Registered"} | both("addresses")),
        ),
        network=Cell("hers hides the child's places as well: the home may be one"),
        timeline=Cell("texts without places"),
        withheld=WITHIN({"label-location-at-risk"}),
        family=True,
        told_by=(
            "FHIR: `R`, `V`, `LOCIS` or an unknown code on a Patient or RelatedPerson; `urn:hub:label` on any resource",
            "SSD: a current address of type `RESTRICTED`, of the child or a relative",
            "any source in `marks_labels` that does not answer",
        ),
        guarded_by=("tests/properties/test_nobody_is_found.py", "tests/redaction/test_places.py"),
    ),
    Row(
        label=Label.ADOPTION,
        find=Cell(
            "candidates without names, numbers, birth date or reasons; never linked to another identity",
            WITHIN(FIND - both("KNOWN")),
        ),
        view=Cell("no names, numbers, birth date, address, from any source", WITHIN(both(*_IDENTITY))),
        network=Cell("not named; no family links", WITHIN({"her name"})),
        timeline=Cell("texts without the child's names"),
        withheld=WITHIN({"restricted-by-its-owner"}),
        told_by=(
            "FHIR: `urn:hub:label` on any resource of the patient",
            "SSD: an episode ceased by `E11` or `E12`, a placement for adoption, previous permanence `P1`; `Hub label`",
        ),
        guarded_by=("tests/labels/test_markers_of_sources.py", "tests/functional/test_labels_in_the_demo.py"),
    ),
    Row(
        label=Label.GENDER_HISTORY,
        find=Cell(
            "candidates without names, numbers or reasons; never explains a match",
            WITHIN(FIND - both("KNOWN", "birthDate")),
        ),
        view=Cell(
            "no names, other names, numbers or words, from any source; no conflict of names",
            WITHIN(both("names", "nhsNumber") | elsewhere("the words of Seen") | _WORDS),
        ),
        network=Cell("no names, no words", WITHIN({"her name", "its words"})),
        timeline=Cell("no words", WITHIN({"its words"})),
        withheld=WITHIN({"restricted-by-its-owner"}),
        told_by=(
            "FHIR: v3-ActCode `GENDER`, a code of gender history, or `urn:hub:label`",
            "SSD: `Hub label`",
        ),
        guarded_by=("tests/redaction/test_silences.py",),
    ),
    Row(
        label=Label.SEXUAL_HEALTH,
        find=Cell("no postcode of that source", WITHIN({"whether the postcode is the same", "how it compared"})),
        view=Cell(
            "nothing of that source beyond that the child is known; its owner releases it",
            WITHIN(_CONTENT | {"addresses"}),
        ),
        network=Cell("nothing", NETWORK),
        timeline=Cell("nothing", TIMELINE),
        withheld=WITHIN({"label-sexual-health"}),
        told_by=("FHIR: v3-ActCode `SEX` `STD` `HIV` `SDV`, a code of sexual health, or `urn:hub:label`",),
    ),
    Row(
        label=Label.WITNESS_PROTECTION,
        find=Cell("as for somebody nobody knows", FIND, WITHIN(both("NOT_KNOWN"))),
        view=Cell("as for somebody nobody knows", VIEW, WITHIN(both("NOT_KNOWN"))),
        network=Cell("nothing, and not counted, in any source that names her so", NETWORK),
        timeline=Cell("nothing", TIMELINE),
        withheld=_NONE,
        told_by=("FHIR: `urn:hub:label` on any resource", "SSD: `Hub label`"),
        guarded_by=("tests/functional/test_hard_stories.py",),
    ),
    Row(
        label=Label.POLICE_INTEL_P,
        view=Cell("its heading, with how to handle it; its words when the police release them", _WORDS),
        network=Cell("without words", WITHIN({"its words"})),
        timeline=Cell("without words", WITHIN({"its words"})),
        withheld=WITHIN({"label-police-intel-p-words"}),
        handling=True,
        told_by=("FHIR: `urn:hub:label`", "mapping: `labels` of an entry"),
        guarded_by=("tests/labels/test_police_intelligence.py",),
    ),
    Row(
        label=Label.POLICE_INTEL_C,
        find=Cell("no postcode of that source", WITHIN({"whether the postcode is the same", "how it compared"})),
        view=Cell(
            "nothing beyond that the child is known; on release its conditions travel with it",
            WITHIN(_CONTENT | {"addresses"}),
        ),
        network=Cell("nothing", NETWORK),
        timeline=Cell("nothing", TIMELINE),
        withheld=WITHIN({"label-police-intel-c"}),
        told_by=("FHIR: `urn:hub:label`", "mapping: `labels` and `conditions` of an entry"),
        guarded_by=("tests/labels/test_police_intelligence.py",),
    ),
    Row(
        label=Label.SUB_JUDICE,
        view=Cell("without its words, and: speak to the officer in the case", _WORDS),
        network=Cell("without words", WITHIN({"its words"})),
        timeline=Cell("without words", WITHIN({"its words"})),
        withheld=WITHIN({"label-sub-judice"}),
        handling=True,
        told_by=("FHIR: `urn:hub:label`", "mapping: `labels` of an entry"),
    ),
    Row(
        label=Label.LIMITED_ACCESS,
        view=Cell(
            "who is involved (T1), and the source's message; the source opens the rest to whom its lists let in",
            WITHIN({"In need"} | _WORDS),
        ),
        network=Cell("nothing beyond T1", NETWORK),
        timeline=Cell("nothing", TIMELINE),
        withheld=WITHIN({"label-limited-access"}),
        told_by=(
            "HMPPS: `excludedFrom` and `restrictedTo`, checked live for whoever asks",
            "FHIR: `urn:hub:label`",
            "SSD: `Hub label`",
        ),
        guarded_by=(
            "tests/connectors/rest_json/test_rest_access_check.py",
            "tests/functional/test_labels_limited_access.py",
        ),
    ),
    Row(
        label=Label.NOT_FOR_FAMILY,
        view=Cell("shown, with: leave it out of any copy for the family; nothing for early help"),
        network=Cell("the same"),
        timeline=Cell("the same"),
        withheld=_NONE,
        handling=True,
        told_by=("FHIR: `urn:hub:label`", "SSD: `Hub label`", "mapping: `labels` of an entry"),
    ),
    Row(
        label=Label.THIRD_PARTY,
        view=Cell("a statement of risk, without detail or words", _WORDS),
        network=Cell("a statement of risk, not named, without words", WITHIN({"her name", "its words"})),
        timeline=Cell("without words", WITHIN({"its words"})),
        withheld=WITHIN({"label-third-party"}),
        handling=True,
        told_by=("HMPPS: registration `RCCO`, told of the child", "FHIR: `urn:hub:label`"),
    ),
    Row(
        label=Label.ANON_SOURCE,
        view=Cell(
            "no names, bases or words; `[name withheld]` where a text of any source names who told",
            WITHIN({"professional's name", "professional's contact"} | _WORDS),
        ),
        network=Cell("not named, without words", WITHIN({"her name", "its words"})),
        timeline=Cell("does not say who told, without words", WITHIN({"who told", "its words"})),
        withheld=WITHIN({"label-anon-source"}),
        handling=True,
        manager_sees_all=True,
        told_by=("SSD: a referral or contact whose source is `9`, anonymous", "FHIR: `urn:hub:label`"),
        guarded_by=("tests/redaction/test_silences.py",),
    ),
    Row(
        label=Label.STAFF_LINKED,
        find=Cell("withheld at every source", FIND, WITHIN(both("WITHHELD"))),
        view=Cell("withheld at every source", VIEW, WITHIN(both("WITHHELD"))),
        network=Cell("a relative's hides the child's as well", NETWORK),
        timeline=Cell("nothing", TIMELINE),
        withheld=WITHIN({"restricted-by-its-owner"}),
        manager_sees_all=True,
        family=True,
        told_by=("FHIR: `urn:hub:label`", "SSD: `Hub label`"),
    ),
)
