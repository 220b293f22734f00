"""graphql-core's executor, with plain selections completed by compiled shapes."""

from typing import Any

from graphql import Executor, GraphQLOutputType, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path

from hub.schema.shapes import Finish, shape_of

Shapes = dict[tuple[Any, ...], Finish | None]


class LeafExecutor(Executor[Any]):
    """Completes a value by its shape where it has one, and as the base class does where it has none.

    ``shapes`` outlives the execution when the document's selections do not depend on variables.
    """

    def __init__(self, *arguments: Any, shapes: Shapes | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._shapes: Shapes = {} if shapes is None else shapes

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete a value."""
        shape = self._shape(return_type, field_details_list)
        if shape is not None:
            try:
                return shape(result)
            except Exception:  # noqa: BLE001, S110  whatever it was, the base class says it in its own words
                pass
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def _shape(self, return_type: GraphQLOutputType, details: FieldDetailsList) -> Finish | None:
        key = (return_type, *(id(one.node) for one in details))
        try:
            return self._shapes[key]
        except KeyError:
            shape = self._shapes[key] = shape_of(
                return_type, details, lambda kind, below: self.collect_subfields(kind, below).grouped_field_set
            )
            return shape
