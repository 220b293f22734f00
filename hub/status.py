"""Whether the process lives, and whether it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

from hub.errors import HubError
from hub.services import Services

PATIENCE = 2.0  # seconds for one check
_NOBODY = "readiness-check"  # an enquiry id that is never given out

Check = Callable[[Services], Awaitable[str | None]]  # None when all is well, else a sentence that says what is not


async def livez(_request: Request) -> JSONResponse:
    """200 as long as the process answers at all."""
    return JSONResponse({"alive": "yes"})


async def readyz(request: Request) -> JSONResponse:
    """200 when the hub can do its work; 503 with what is wrong, in words, when it cannot."""
    services: Services | None = getattr(request.app.state, "services", None)
    if services is None:
        return JSONResponse({"ready": "no", "hub": "The hub is starting."}, 503)
    findings = {name: await _checked(check, services) for name, check in _CHECKS.items()}
    ready = all(finding is None for finding in findings.values()) and not services.witnesses.withholding
    words = {name: finding or "ok" for name, finding in findings.items()} | {"witnesses": services.witnesses.told()}
    return JSONResponse({"ready": "yes" if ready else "no", **words}, 200 if ready else 503)


async def _checked(check: Check, services: Services) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check(services)
    except TimeoutError:
        return f"No answer within {PATIENCE:.0f} seconds."
    except HubError as refusal:
        return refusal.message


async def _policies(services: Services) -> str | None:
    return None if services.policies.version else "No policies are loaded."


async def _store(services: Services) -> str | None:
    await services.enquiries.get(_NOBODY)
    return None


async def _audit(services: Services) -> str | None:
    sealed = services.audit.sealed
    return None if sealed is None else f"The audit log is sealed; nothing is disclosed until it is mended. {sealed}"


_CHECKS: Mapping[str, Check] = {"policies": _policies, "store": _store, "audit": _audit}
