"""Witnesses that answer oddly, and settings that name none: neither is taken for a cosignature."""

from collections.abc import Callable
from pathlib import Path

import pytest
from growing_log import GrowingLog
from running_witness import NAME, RunningWitness
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs
from witnessed_hub import ORIGIN, Place, opened, until

from hub.app import rehearse
from hub.audit.notes import Kind, VerifierKey, cosignature, cosignature_message
from hub.errors import ConfigurationError
from hub.keys import FileKeys
from hub.keys.witness_keys import WitnessKey
from hub.settings import WitnessingSettings, read_settings
from hub.witnessing.remote import RemoteWitness
from tests.fixtures.loopback import Serve


class Strange:
    """Answers whatever it is told to. ``url`` and ``vkey`` are as a real one's."""

    def __init__(self, folder: Path, answer: Callable[["Strange", str], Response]) -> None:
        self.key, self._answer, self.asked = WitnessKey.create(folder / "strange.json", NAME), answer, 0
        self.vkey, self.url = VerifierKey(NAME, Kind.WITNESS, self.key.public).render(), ""

    async def answer(self, request: Request) -> Response:
        self.asked += 1
        return self._answer(self, (await request.body()).decode())

    async def begin(self, serve: Serve) -> "Strange":
        self.url = await serve(Starlette(routes=[Route("/add-checkpoint", self.answer, methods=["POST"])]))
        return self

    def line(self, body: str, *, over: str | None = None, name: str = NAME) -> str:
        text = over or body.partition("\n\n")[2].rpartition("\n\n")[0] + "\n"
        key = VerifierKey(name, Kind.WITNESS, self.key.public)
        return cosignature(key, 1, self.key.sign(cosignature_message(text, 1))).render() + "\n"


NO_COSIGNATURE = "answered with what is no cosignature"
FORGED = "answered with a cosignature that its key did not make"
STRANGE: dict[str, tuple[Callable[[Strange, str], Response], str]] = {
    "nothing": (lambda own, body: Response(""), FORGED),
    "a page": (lambda own, body: Response("<html>Sign in</html>"), NO_COSIGNATURE),
    "another text": (lambda own, body: Response(own.line(body, over="hub.example/audit\n9\nAAAA\n")), FORGED),
    "another name": (lambda own, body: Response(own.line(body, name="somebody.else")), FORGED),
    "an error": (lambda own, body: Response("", 500), "status 500"),
    "a redirect": (lambda own, body: RedirectResponse("/elsewhere"), "status 307"),
    "a conflict of something else": (lambda own, body: Response("<html>conflict</html>", 409), "status 409"),
    "the very size again": (lambda own, body: Response(body.split()[1] + "\n", 409), "status 409"),
    "a novel": (lambda own, body: Response("x" * 100_000), "more than the hub accepts"),
    "unknown": (lambda own, body: Response("", 404), "does not follow the log"),
    "an unknown key": (lambda own, body: Response("", 403), "does not trust the present key"),
    "sizes at random": (lambda own, body: Response(f"{own.asked % 3}\n", 409), "named another size"),
}


async def begun(url: str, keys: FileKeys) -> Place:
    """A log of three entries that nobody has cosigned."""
    place = Place(url, keys)
    async with opened(place) as hub:
        await hub.act(3)
    return place


@pytest.mark.parametrize(("answer", "words"), STRANGE.values(), ids=STRANGE)
async def test_an_odd_answer_is_none(tmp_path: Path, keys: FileKeys, serve: Serve, answer, words: str):
    place = await begun(f"sqlite:///{tmp_path}/audit.db", keys)
    strange = await Strange(tmp_path, answer).begin(serve)
    async with opened(place, strange) as hub:
        assert words in hub.witnessing.told()
        assert not hub.reads()
        assert hub.audit.sealed is None


@pytest.mark.parametrize(("status", "text"), [(422, ""), (409, "4\n"), (409, "9000000000000000000\n")])
async def test_a_contradiction_is_believed_from_any_witness(
    tmp_path: Path, keys: FileKeys, serve: Serve, status: int, text: str
):
    place = await begun(f"sqlite:///{tmp_path}/audit.db", keys)
    strange = await Strange(tmp_path, lambda own, body: Response(text, status)).begin(serve)
    with pytest.raises(ConfigurationError, match="witness 0 cosigned"):
        async with opened(place, strange):
            pass


async def test_a_true_cosignature_among_others_is_found(tmp_path: Path, keys: FileKeys, serve: Serve):
    place = await begun(f"sqlite:///{tmp_path}/audit.db", keys)
    strange = Strange(tmp_path, lambda own, body: Response(own.line(body, name="somebody.else") + own.line(body)))
    async with opened(place, await strange.begin(serve)) as hub:
        assert hub.reads()


async def test_a_witness_that_forgot_is_told_again_and_shown_to_people(tmp_path: Path, keys: FileKeys, serve: Serve):
    def forgetful(own: Strange, body: str) -> Response:
        knows_nothing = own.asked == 2 and not body.startswith("old 0\n")
        return Response("0\n", 409) if knows_nothing else Response(own.line(body))

    place = await begun(f"sqlite:///{tmp_path}/audit.db", keys)
    strange = await Strange(tmp_path, forgetful).begin(serve)
    with capture_logs() as heard:
        async with opened(place, strange) as hub:
            size = await hub.act()
            await until(lambda: hub.witnessing.cosigned == size)
            assert hub.audit.sealed is None
    assert ("witness_forgot", "error") in [(one["event"], one["log_level"]) for one in heard]


@pytest.mark.parametrize(
    "url", ["http://witness.example", "ftp://127.0.0.1", "https://", "https://a@witness.example", "nonsense"]
)
def test_a_witness_elsewhere_is_reached_by_tls_alone(tmp_path: Path, url: str):
    with pytest.raises(ConfigurationError, match="https"):
        RemoteWitness("internal audit", url, Strange(tmp_path, STRANGE["nothing"][0]).vkey)


def test_the_key_of_a_witness_is_one(tmp_path: Path):
    for wrong in (GrowingLog().key.render(), "nonsense", ""):
        with pytest.raises(ConfigurationError, match="vkey of the witness internal audit"):
            RemoteWitness("internal audit", "https://witness.example", wrong)


@pytest.mark.parametrize(
    "witnessing",
    [
        "push_seconds = 400",
        "alarm_seconds = 20_000",
        "push_seconds = 0",
        'witnesses = [{ name = "a", url = "u", vkey = "a+1" }, { name = "a", url = "u", vkey = "b+1" }]',
        'witnesses = [{ name = "a", url = "u", vkey = "a+1" }, { name = "b", url = "u", vkey = "a+2" }]',
        "seal_minutes = 3",
    ],
)
def test_settings_that_cannot_be_kept_to_are_refused(tmp_path: Path, witnessing: str):
    file = tmp_path / "hub.toml"
    file.write_text(
        f'store = "a"\naudit = "b"\nkeys = "c"\nsecrets = "d"\nissuers = []\naudit_origin = "{ORIGIN}"\n'
        f"[witnessing]\n{witnessing}\n"
    )
    with pytest.raises(ConfigurationError, match=r"hub\.toml is not a usable settings file"):
        read_settings(file)


async def test_whoever_names_witnesses_names_the_log(tmp_path: Path, keys: FileKeys):
    strange, file = Strange(tmp_path, STRANGE["nothing"][0]), tmp_path / "hub.toml"
    file.write_text(
        f'store = "sqlite+aiosqlite:///{tmp_path}/hub.db"\naudit = "sqlite:///{tmp_path}/audit.db"\n'
        'keys = "keys.json"\nsecrets = "secrets"\n'
        'issuers = [{ issuer = "https://id.example", audience = "hub", jwks_url = "https://id.example/jwks.json" }]\n'
        f'[[witnessing.witnesses]]\nname = "internal audit"\nurl = "http://127.0.0.1:9"\nvkey = "{strange.vkey}"\n'
    )
    with pytest.raises(ConfigurationError, match="Set audit_origin to what `hub audit origin"):
        await rehearse(read_settings(file))
    assert not (tmp_path / "audit.db").exists()


def test_patience_is_what_the_docs_say_unless_set():
    default = WitnessingSettings()
    assert (default.push_seconds, default.alarm_seconds, default.seal_hours) == (10, 300, 4)
    assert not default.start_without_witness


def test_a_witness_that_cannot_write_ends_itself(tmp_path: Path):
    log = GrowingLog().grow("1")
    with RunningWitness(tmp_path / "witness") as running:
        running.trust(log.origin, log.key.render())
        running.fill_disk()
        assert running.ask(log.request(0)).status == 500
        assert running.ended() == 74
    assert running.size(log.origin) is None
