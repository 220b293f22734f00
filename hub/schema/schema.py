"""The schema: built once, printed the same way every time."""

from functools import cache

import strawberry
import structlog
from graphql import GraphQLError, GraphQLSchema, lexicographic_sort_schema, print_schema
from strawberry.types.execution import ExecutionContext

from hub.schema.mutation import Mutation
from hub.schema.query import Query

_log = structlog.get_logger("hub.schema")


class HubSchema(strawberry.Schema):
    """Strawberry's schema, with a logger that prints no document, variable or value."""

    def process_errors(
        self,
        errors: list[GraphQLError],
        execution_context: ExecutionContext | None = None,  # noqa: ARG002  it holds the variables
    ) -> None:
        """Log the classes of the faults and nothing else."""
        for error in errors:
            _log.error("graphql_fault", fault=type(error.original_error or error).__name__)

    @property
    def core(self) -> GraphQLSchema:
        """The schema that graphql-core executes."""
        return self._schema


@cache
def build_schema() -> HubSchema:
    """The hub's schema; the same one each time, for nothing changes it."""
    return HubSchema(query=Query, mutation=Mutation)


def printed(schema: HubSchema) -> str:
    """The schema in its own language, sorted by name: what ``schema.graphql`` holds."""
    return print_schema(lexicographic_sort_schema(schema.core)) + "\n"
