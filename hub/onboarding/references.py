"""Which version of a source somebody means: ``schools@2`` is one, ``schools`` the one that the act is about."""

from hub.domain.identifiers import SourceId
from hub.domain.registrations import REGISTERED, Registration, RegistrationState
from hub.errors import BadInput, Conflict, NotFound
from hub.services import Services

_HIGHEST = 1_000_000_000


async def on_its_way(reference: str, services: Services) -> Registration:
    """The version named, else the newest. Raises NotFound, BadInput."""
    known, version = await _known(reference, services)
    return known[-1] if version is None else _of(known, version)


async def in_use(reference: str, services: Services) -> Registration:
    """The version named, else the one that is LIVE or SUSPENDED. Raises NotFound, BadInput, Conflict."""
    known, version = await _known(reference, services)
    if version is not None:
        return _of(known, version)
    standing = [one for one in known if one.state in REGISTERED]
    if not standing:
        raise Conflict(f"No version of {known[-1].source} is in use.", ("source-state",))
    return standing[0]


async def the_only(reference: str, services: Services) -> Registration:
    """The version named, else the only one that is not retired. Raises NotFound, BadInput; Conflict for several."""
    known, version = await _known(reference, services)
    if version is not None:
        return _of(known, version)
    left = [one for one in known if one.state is not RegistrationState.RETIRED]
    if len(left) > 1:
        raise Conflict(f"Say which version: {', '.join(one.reference for one in left)}.", ("source-version-needed",))
    return left[0] if left else known[-1]


async def _known(reference: str, services: Services) -> tuple[tuple[Registration, ...], int | None]:
    """Every version of the source, oldest first and at least one; and the number asked for."""
    source, at, version = reference.partition("@")
    if at and not (version.isascii() and version.isdigit() and int(version[:12]) < _HIGHEST):
        raise BadInput("Name a source by its id, or one version of it as id@version.", ("source-reference",))
    known = await services.register.versions(SourceId(source))
    if not known:
        raise _unknown()
    return known, int(version) if at else None


def _of(known: tuple[Registration, ...], version: int) -> Registration:
    for one in known:
        if one.version == version:
            return one
    raise _unknown()


def _unknown() -> NotFound:
    return NotFound("No source of that id is registered here. See `hub source list`.", ("no-such-source",))
