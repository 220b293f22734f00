"""A bundle is written in one way: whatever another program might read otherwise, the verifier does not read at all."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proving_hub import ProvingHub

from hub import verifier
from hub.audit.notes import Kind, VerifierKey
from hub.keys import FileKeys

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
Bundle = dict[str, Any]


def other_last_letter(text: str) -> str:
    """The same bytes for a lenient reader: bits beyond the last byte are not nought."""
    bare = text.rstrip("=")
    return bare[:-1] + LETTERS[LETTERS.index(bare[-1]) ^ 1] + "=" * (len(text) - len(bare))


def noted(change: Callable[[str], str]) -> Callable[[Bundle], object]:
    return lambda bundle: bundle.update(checkpoint=change(bundle["checkpoint"]))


def entry(change: Callable[[Bundle], Bundle]) -> Callable[[Bundle], object]:
    return lambda bundle: bundle["entries"][0].update(change(bundle["entries"][0]))


CHANGES: dict[str, Callable[[Bundle], object]] = {
    "a true index": entry(lambda one: {"index": True}),
    "an index with a point": entry(lambda one: {"index": 1.0}),
    "a path that is an object": entry(lambda one: {"path": dict.fromkeys(one["path"], 0)}),
    "an older path that is an object": lambda bundle: bundle["consistency"].update(
        path=dict.fromkeys(bundle["consistency"]["path"], 0)
    ),
    "bits beyond the end": entry(lambda one: {"hash": other_last_letter(one["hash"])}),
    "base64 with a line break": entry(lambda one: {"hash": one["hash"] + "\n"}),
    "base64 with a blank in it": entry(lambda one: {"hash": one["hash"][:8] + " " + one["hash"][8:]}),
    "an entry twice": lambda bundle: bundle["entries"].append(bundle["entries"][0]),
    "entries that are an object": lambda bundle: bundle.update(entries={}),
    "a true version": lambda bundle: bundle.update(version=True),
    "a version with a point": lambda bundle: bundle.update(version=1.0),
    "no dash before a signature": noted(lambda note: note.replace("\u2014 ", "")),
    "a hyphen before a signature": noted(lambda note: note.replace("\u2014 ", "- ")),
    "a line that is no signature": noted(lambda note: note + "approved AAAA\n"),
    "no line break at the end": noted(lambda note: note.rstrip("\n")),
    "line breaks of another kind": noted(lambda note: note.replace("\n", "\r\n")),
    "a size with a nought before it": noted(lambda note: note.replace("\n2\n", "\n02\n")),
}
TEXTS: dict[str, Callable[[str], str]] = {
    "a lie before the truth": lambda text: text.replace('"entries":', '"entries": [], "entries":', 1),
    "the truth before a lie": lambda text: text[:-1] + ', "checkpoint": ""}',
    "a name twice in an entry": lambda text: text.replace('"index":', '"index": 0, "index":', 1),
}


@pytest.fixture
async def bundle(one_hub: ProvingHub) -> Bundle:
    await one_hub.write(1)
    await one_hub.write(1)
    return await one_hub.bundle(1, against=1)


def test_whatever_is_written_otherwise_is_not_believed(
    bundle: Bundle, keys: FileKeys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, key = tmp_path / "bundle.json", VerifierKey(bundle["origin"], Kind.LOG, keys.log_key().public).render()

    def code(text: str) -> int:
        file.write_text(text)
        return verifier.main([str(file), "--key", key])

    assert code(json.dumps(bundle)) == 0
    believed = []
    for name, change in CHANGES.items():
        changed = copy.deepcopy(bundle)
        change(changed)
        assert json.dumps(changed) != json.dumps(bundle), name
        believed += [name] * (code(json.dumps(changed)) == 0)
    for name, rewritten in TEXTS.items():
        assert rewritten(json.dumps(bundle)) != json.dumps(bundle), name
        believed += [name] * (code(rewritten(json.dumps(bundle))) == 0)
    assert believed == []
    assert "Traceback" not in capsys.readouterr().out
