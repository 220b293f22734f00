"""The domain's codes under their names in the schema."""

from typing import Annotated

import strawberry

from hub.domain import codes, matches

Purpose = Annotated[
    codes.PurposeCode,
    strawberry.enum(name="Purpose", description="Why somebody asks. Chosen for each enquiry, never at sign-in."),
]
Urgency = Annotated[codes.Urgency, strawberry.enum(name="Urgency", description="The front door's RAG rating.")]
AnswerState = Annotated[
    codes.AnswerState,
    strawberry.enum(
        name="AnswerState", description="What became of asking one source. Only NOT_KNOWN means: nothing known."
    ),
]
MatchState = Annotated[
    codes.MatchState,
    strawberry.enum(name="MatchState", description="How well what a source found fits the person asked about."),
]
Decision = Annotated[
    matches.Decision,
    strawberry.enum(
        name="Decision", description="What a person decided about a candidate: that it is the child, or is not."
    ),
]
Tier = Annotated[
    codes.Tier,
    strawberry.enum(
        name="Tier",
        description="T0 existence, T1 involvement, T2 headline flags, T3 detail, T4 restricted.",
    ),
]
