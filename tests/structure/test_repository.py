"""What may not stand in any file of the repository."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_package_registry():
    hosts = re.compile(r"py" + r"pi\.org|python" + r"hosted\.org|registry\.npm" + r"js|--index" + r"-url")
    assert [str(path) for path in tracked() if hosts.search(path.read_text(errors="ignore"))] == []


def test_every_locked_package_has_a_hash():
    for lock in (ROOT / "requirements").glob("*.txt"):
        for block in re.split(r"\n(?=[a-z0-9])", lock.read_text()):
            if re.match(r"[a-z0-9][\w.\[\]-]*==", block):
                assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text()
    told = tomllib.loads(text)
    groups = [one for group in told["dependency-groups"].values() for one in group]
    named = [*told["project"]["dependencies"], *(one for one in groups if isinstance(one, str))]
    named += [one for extra in told["project"]["optional-dependencies"].values() for one in extra]
    for one in named:
        lines = [at for at, line in enumerate(text.splitlines()) if f'"{one}"' in line]
        assert any("#" in text.splitlines()[at] or text.splitlines()[at - 1].startswith("#") for at in lines), one
