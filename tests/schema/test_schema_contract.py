"""The schema keeps the contract's names, arguments, types and nullability; and stands printed in the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    build_schema,
    introspection_types,
    specified_scalar_types,
)

from hub.schema import schema as ours

ROOT = Path(__file__).resolve().parents[2]

BUILT_IN = {*introspection_types, *specified_scalar_types}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(ours.printed(ours.build_schema()))


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    return build_schema((Path(__file__).parent / "contract.graphql").read_text())


def names(contract: GraphQLSchema) -> list[str]:
    return [name for name in contract.type_map if name not in BUILT_IN]


def test_the_checked_in_schema_is_the_one_we_serve():
    assert (ROOT / "schema.graphql").read_text() == ours.printed(ours.build_schema()), (
        "print it again: python -m hub.schema > schema.graphql"
    )


@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_process_prints_the_same_text(seed: str):
    command = [sys.executable, "-m", "hub.schema"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True, cwd=ROOT
    )
    assert done.stdout.decode() == ours.printed(ours.build_schema())


@pytest.mark.shared_data
def test_our_copy_of_the_contract_is_the_contract():
    shared = Path(os.environ.get("HUB_SHARED_DATA", ROOT.parent / "shared" / "data")).parent / "contract.graphql"
    if not shared.is_file():
        pytest.skip("the contract is absent: no contract.graphql beside the shared data (HUB_SHARED_DATA)")
    assert (Path(__file__).parent / "contract.graphql").read_text() == shared.read_text()


def test_every_type_and_field_of_the_contract_is_served_with_its_type(schema: GraphQLSchema, contract: GraphQLSchema):
    differing = []
    for name in names(contract):
        theirs, ours = contract.type_map[name], schema.type_map.get(name)
        if not isinstance(theirs, GraphQLObjectType):
            continue
        for field, promised in theirs.fields.items():
            served = ours.fields.get(field) if isinstance(ours, GraphQLObjectType) else None
            if served is None or str(served.type) != str(promised.type):
                differing.append((name, field, str(promised.type), served and str(served.type)))
    assert differing == []


def test_every_argument_and_input_of_the_contract_is_taken(schema: GraphQLSchema, contract: GraphQLSchema):
    def taken(promised, served) -> bool:
        return served is not None and str(served.type) == str(promised.type) and default(served) == default(promised)

    def default(argument):
        value = argument.default_value
        return None if value is Undefined else value

    differing = []
    for name in names(contract):
        theirs, ours = contract.type_map[name], schema.type_map[name]
        if isinstance(theirs, GraphQLInputObjectType):
            differing += [(name, f) for f, promised in theirs.fields.items() if not taken(promised, ours.fields.get(f))]
        if isinstance(theirs, GraphQLObjectType):
            differing += [
                (name, field, argument)
                for field, promised in theirs.fields.items()
                for argument, wanted in promised.args.items()
                if not taken(wanted, ours.fields[field].args.get(argument))
            ]
    assert differing == []


def test_what_we_added_is_asked_of_nobody(schema: GraphQLSchema, contract: GraphQLSchema):
    demanding = []
    for name in names(contract):
        theirs, ours = contract.type_map[name], schema.type_map[name]
        if isinstance(ours, GraphQLInputObjectType):
            added = {field: argument for field, argument in ours.fields.items() if field not in theirs.fields}
            demanding += [(name, field) for field, argument in added.items() if str(argument.type).endswith("!")]
        if isinstance(ours, GraphQLObjectType):
            demanding += [
                (name, field, argument)
                for field, served in ours.fields.items()
                if field in theirs.fields
                for argument, wanted in served.args.items()
                if argument not in theirs.fields[field].args and str(wanted.type).endswith("!")
            ]
    assert demanding == []


def test_every_value_of_the_contracts_enums_is_served(schema: GraphQLSchema, contract: GraphQLSchema):
    for name in names(contract):
        theirs = contract.type_map[name]
        if isinstance(theirs, GraphQLEnumType):
            assert theirs.values.keys() <= schema.type_map[name].values.keys()
