"""What the documents name exists: files, tests, pages, headings, commands and their options."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from hub.cli import command_line

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("policies/**/*.md")],
    key=lambda page: page.relative_to(ROOT),
)
PATH = re.compile(r"(?<![\w/:.-])(?:\.\./)*((?:hub|tests|docs|policies|benchmarks|migrations|requirements)/[\w./-]*\w)")
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
COMMAND = re.compile(r"(?:^|`)(?:\.venv/bin/)?(hub(?: [^`\n#]+))", re.MULTILINE)


def of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    told = re.findall(r"^#+ (.+)$", of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one).strip().lower().replace(" ", "-") for one in told}


def commands() -> list[tuple[str, list[str]]]:
    """Every ``hub`` command that a page shows, in words."""
    shown = []
    for page in PAGES:
        for text in COMMAND.findall(of(page)):
            words = shlex.split(re.sub(r"[\[\]]", " ", text).replace("…", ""))
            if len(words) > 1 and words[1].isascii() and words[1].islower() and words[1].isalpha():
                shown.append((page.name, words))
    return shown


def test_every_page_is_looked_at() -> None:
    assert {"README.md", "security-properties.md", "matching.md"} <= {page.name for page in PAGES}
    assert len(commands()) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    missing = [path for path in PATH.findall(of(page)) if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    missing = []
    for path, heading in LINK.findall(of(page)):
        target = page if not path else page.parent / path
        if path.startswith("http"):
            continue
        if not target.exists() or (heading and heading not in headings(target)):
            missing.append(f"{path}#{heading}")
    assert missing == []


@pytest.mark.parametrize(("page", "words"), commands(), ids=lambda told: told if isinstance(told, str) else told[1])
def test_every_command_that_a_page_shows_is_one(page: str, words: list[str]) -> None:
    command = typer.main.get_command(command_line())
    for word in words[1:]:
        if not hasattr(command, "commands"):
            break
        alternatives = word.split("|")  # `hub match confirm|reject`
        assert set(alternatives) <= set(command.commands), f"{page}: {' '.join(words)}"
        command = command.commands[alternatives[0]]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known, f"{page}: {' '.join(words)}"
