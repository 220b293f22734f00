"""The policy folder as text: what is read, how much of it, and the version that names it."""

from collections.abc import Mapping
from hashlib import sha256
from operator import itemgetter
from pathlib import Path

import msgspec

from hub.errors import ConfigurationError

SCHEMA, PURPOSES = "hub.cedarschema", "purposes.toml"
MOST_BYTES = 512 * 1024  # ten times the shipped texts; the engine's work grows with the text


class PolicyTexts(msgspec.Struct, frozen=True):
    """Everything that decides, but for agreements, exactly as it stands on disk."""

    cedar: Mapping[str, str]  # file name -> text, in name order
    schema: str
    purposes: str

    @property
    def version(self) -> str:
        """SHA-256 over policies, schema and purposes, in hexadecimal: no two different texts have one version.

        The whole of it: two texts whose hashes begin alike are found in a minute.
        """
        named = (*self.cedar.items(), (SCHEMA, self.schema), (PURPOSES, self.purposes))
        return sha256(msgspec.json.encode(sorted(named, key=itemgetter(0)))).hexdigest()


def read_texts(folder: Path) -> PolicyTexts:
    """Read a policy folder. Raises ConfigurationError naming what is missing, unreadable or too large."""
    files = sorted(folder.glob("*.cedar"))
    if not files:
        raise ConfigurationError(f"There is no *.cedar file in the policy folder {folder}.")
    texts = PolicyTexts({file.name: _text(file) for file in files}, _text(folder / SCHEMA), _text(folder / PURPOSES))
    if len(texts.schema) + len(texts.purposes) + sum(map(len, texts.cedar.values())) > MOST_BYTES:
        raise ConfigurationError(f"The policy folder {folder} holds more than {MOST_BYTES} characters of policy.")
    return texts


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ConfigurationError(f"{file.name} is larger than {MOST_BYTES} bytes.")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigurationError(f"{file.name} cannot be read as UTF-8 text from {file.parent}.") from fault
