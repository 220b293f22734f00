"""Documents, parsed, measured and validated once, and remembered by their text."""

from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from hub.gate.refusals import RequestRefused
from hub.schema.analysis import analyse
from hub.schema.executor import Shapes
from hub.schema.limits import DoorLimits
from hub.schema.merging import RULES, merges


class Document:
    """A document that may be executed, with what the executor compiled for it."""

    def __init__(self, node: DocumentNode, *, depends_on_variables: bool, has_directives: bool) -> None:
        self.node = node
        self.depends_on_variables = depends_on_variables
        self._shapes: Shapes | None = None if has_directives else {}

    @property
    def shapes(self) -> Shapes:
        """Shapes that hold for every execution; a fresh dictionary where @skip or @include may change them."""
        return {} if self._shapes is None else self._shapes


class Documents:
    """The least recently used documents beyond the limit are forgotten; refused ones are not kept."""

    def __init__(self, schema: GraphQLSchema, limits: DoorLimits) -> None:
        self._schema, self._limits = schema, limits
        self._known: dict[str, Document] = {}

    def read(self, text: str, variables: dict[str, Any]) -> Document:
        """The document of this text. Raises RequestRefused with one rule and no word of the text."""
        document = self._known.pop(text, None)
        if document is None:
            document = self._examined(text, variables)
        elif document.depends_on_variables:
            analyse(document.node, self._schema, self._limits, variables)
        self._known[text] = document
        if len(self._known) > self._limits.documents:
            del self._known[next(iter(self._known))]
        return document

    def _examined(self, text: str, variables: dict[str, Any]) -> Document:
        node = self._parsed(text)
        depends = analyse(node, self._schema, self._limits, variables)
        if validate(self._schema, node, RULES, max_errors=1, hide_suggestions=True) or not merges(node):
            raise RequestRefused(
                "graphql-validation", "This document does not fit the hub's schema; see schema.graphql."
            )
        return Document(node, depends_on_variables=depends, has_directives="@" in text)

    def _parsed(self, text: str) -> DocumentNode:
        try:
            return parse(
                text,
                no_location=True,
                max_lexical_tokens=self._limits.tokens,
                max_comments=self._limits.tokens,
                max_source_length=self._limits.body_bytes,
            )
        except GraphQLError:
            raise RequestRefused(
                "graphql-document",
                f"This is not a GraphQL document of at most {self._limits.tokens} tokens.",
            ) from None
