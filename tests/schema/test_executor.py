"""The executor that reads plain selections straight gives what graphql-core gives, byte for byte."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import pytest
import strawberry
from graphql import Executor, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.schema.executor import LeafExecutor


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


Shade = Annotated[Colour, strawberry.enum(name="Shade")]


@strawberry.type
class Leaf:
    text: str
    maybe: str | None
    id: strawberry.ID
    number: int
    weight: float
    yes: bool
    day: date
    at: datetime | None
    shade: Shade
    words: list[str]
    gaps: list[str | None] | None
    shades: list[Shade]

    @strawberry.field
    def shouted(self) -> str:
        return self.text.upper()


@strawberry.type
class Branch:
    name: str
    leaf: Leaf
    spare: Leaf | None
    leaves: list[Leaf]
    holes: list[Leaf | None] | None

    @strawberry.field
    def some(self, first: int = 1) -> list[Leaf]:
        return self.leaves[:first]


@strawberry.type
class Query:
    @strawberry.field
    def branch(self, info: strawberry.Info) -> Branch:
        return info.context

    @strawberry.field
    def maybe(self, info: strawberry.Info) -> Branch | None:
        return info.context

    @strawberry.field
    async def later(self, info: strawberry.Info) -> list[Branch]:
        return [info.context, info.context]


CORE = strawberry.Schema(query=Query)._schema
# What a value may be by mistake: nothing, of another type, an exception, a text that is an enum.
ODD: list[Any] = [None, 7, "text", 2**40, float("nan"), True, [], object(), ValueError("no"), Colour.RED, "red", (1,)]


def leaves(odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Leaf]:
    good: dict[str, st.SearchStrategy[Any]] = {
        "text": st.text(max_size=3),
        "maybe": st.none() | st.text(max_size=3),
        "id": st.text(max_size=3),
        "number": st.integers(-(2**31), 2**31 - 1),
        "weight": st.floats(allow_nan=False, allow_infinity=False),
        "yes": st.booleans(),
        "day": st.dates(),
        "at": st.none() | st.datetimes(timezones=st.just(UTC)),
        "shade": st.sampled_from(Colour),
        "words": st.lists(st.text(max_size=2), max_size=2),
        "gaps": st.none() | st.lists(st.none() | st.text(max_size=2), max_size=2),
        "shades": st.lists(st.sampled_from(Colour), max_size=2),
    }
    return st.builds(Leaf, **{name: one | odd for name, one in good.items()})


def branches(odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Branch]:
    leaf = leaves(odd)
    return st.builds(
        Branch,
        name=st.text(max_size=3) | odd,
        leaf=leaf | odd,
        spare=st.none() | leaf | odd,
        leaves=st.lists(leaf | odd, max_size=3) | odd,
        holes=st.none() | st.lists(st.none() | leaf, max_size=3) | odd,
    )


FIELDS = [
    "text",
    "maybe",
    "id",
    "number",
    "weight",
    "yes",
    "day",
    "at",
    "shade",
    "words",
    "gaps",
    "shades",
    "shouted",
    "__typename",
    "x:text",
    "y:shade",
]
LEAF = st.lists(
    st.sampled_from([*FIELDS, "...L", "text @skip(if: $yes)", "number @include(if: $yes)"]), min_size=1, max_size=5
)


@st.composite
def documents(draw: Any) -> str:
    def leaf() -> str:
        return " ".join(draw(LEAF))

    def branch() -> str:
        shapes = ("name", "leaf", "spare", "leaves", "holes", "some", "some(first: 2)", "z: leaf", "...B", "__typename")
        chosen = draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=4, unique=True))
        plain = {"name", "...B", "__typename"}
        return " ".join(one if one in plain else f"{one} {{ {leaf()} }}" for one in chosen)

    roots = draw(
        st.lists(st.sampled_from(("branch", "maybe", "later", "w: branch")), min_size=1, max_size=2, unique=True)
    )
    query = " ".join(f"{root} {{ {branch()} }}" for root in roots)
    return (
        f"query ($yes: Boolean = true) {{ {query} q: branch {{ ...B leaf {{ ...L day @skip(if: $yes) }} }} }} "
        "fragment L on Leaf { weight day } fragment B on Branch { name leaves { words ...L } }"
    )


async def executed(kind: type[Executor], document: Any, context: Any, **more: Any) -> tuple[bytes, list[Any]]:
    executor = kind.build(CORE, document, context_value=context, **more)
    assert not isinstance(executor, list), executor
    result = executor.execute_operation()
    if executor.is_awaitable(result):
        result = await result
    errors = [(error.message, error.path, type(error.original_error)) for error in result.errors or ()]
    return msgspec.json.encode(result.data, enc_hook=repr), sorted(errors, key=repr)


@settings(max_examples=200, deadline=None)
@given(document=documents(), context=branches(st.nothing()) | branches(st.sampled_from(ODD)), yes=st.booleans())
async def test_the_answer_is_the_same_byte_for_byte_errors_included(document: str, context: Branch, yes: bool):  # noqa: FBT001 - drawn
    node = parse(document, no_location=True)
    if validate(CORE, node):
        return
    variables = {"raw_variable_values": {"yes": yes}}
    expected = await executed(Executor, node, context, **variables)
    shapes: dict[Any, Any] = {}
    assert await executed(LeafExecutor, node, context, **variables) == expected
    if "@" not in document:
        for _ in range(2):  # the second time with shapes that were kept
            assert await executed(LeafExecutor, node, context, shapes=shapes, **variables) == expected


@pytest.mark.parametrize("odd", range(len(ODD)))
async def test_each_odd_value_in_each_place_is_answered_as_graphql_core_answers_it(odd: int):
    good = {
        "text": "t", "maybe": None, "id": "1", "number": 1, "weight": 1.5, "yes": True, "day": date(2026, 1, 1),
        "at": datetime(2026, 1, 1, tzinfo=UTC), "shade": Colour.BLUE, "words": ["a"], "gaps": [None], "shades": [],
    }  # fmt: skip
    document = parse("{ maybe { leaves { text maybe id number weight yes day at shade words gaps shades } } }")
    for place in good:
        context = Branch(
            name="n", leaf=None, spare=None, leaves=[Leaf(**good), Leaf(**{**good, place: ODD[odd]})], holes=None
        )
        expected = await executed(Executor, document, context)
        assert await executed(LeafExecutor, document, context) == expected, place


async def test_shapes_do_the_work_where_all_is_plain():
    shapes: dict[Any, Any] = {}
    leaf = Leaf(
        text="t", maybe=None, id="1", number=1, weight=1.5, yes=True, day=date(2026, 1, 1), at=None,
        shade=Colour.RED, words=[], gaps=None, shades=[Colour.RED],
    )  # fmt: skip
    context = Branch(name="n", leaf=leaf, spare=leaf, leaves=[leaf, leaf], holes=[None, leaf])
    document = parse("{ branch { name leaf { text shade day } leaves { number } } }")
    await executed(LeafExecutor, document, context, shapes=shapes)
    assert len(shapes) == 1
    assert all(shapes.values())
