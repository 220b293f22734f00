"""Code tables: a partner's codes in our words. An unknown code is kept, shown as a code, and counted."""

from collections.abc import Mapping
from typing import Any

import msgspec

from hub.connectors.mapping.language import Code
from hub.connectors.mapping.tally import Tally
from hub.connectors.mapping.text import code_text, showable_code

UNMAPPED = "hub:unmapped"


class CodeTable(msgspec.Struct, frozen=True):
    """One table, looked up as written, then without regard to capitals."""

    name: str
    title: str
    codes: Mapping[str, Code]

    def meaning(self, value: Any, tally: Tally) -> Code:
        """What a code means; for an unknown one, a Code of type ``hub:unmapped`` that shows it."""
        text = code_text(value)
        if text is not None:
            known = self.codes.get(text) or self.codes.get(text.casefold())
            if known is not None:
                return known
        return self._unknown(text, tally)

    def _unknown(self, text: str | None, tally: Tally) -> Code:
        if not text:
            tally.add(f"{self.name}:(none)")
            return Code(type=UNMAPPED, label=f"{self.title}: no code given")
        shown = showable_code(text)
        tally.add(f"{self.name}:{shown or '(text)'}")
        said = f"code {shown}" if shown else "a value that the hub does not know"
        return Code(type=UNMAPPED, label=f"{self.title}: {said}")


def code_table(name: str, rows: Mapping[str, Code], title: str) -> CodeTable:
    """Make a table. A code in other capitals means the same unless the table says otherwise."""
    folded = {code.casefold(): meaning for code, meaning in rows.items()}
    return CodeTable(name, title, {**folded, **rows})
