"""The smallest partner: says whether it was told to serve the wrong child. Run as a process by the tests."""

import sys
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hub.demo.behaviour import wrong_child
from hub.demo.partners.serving import serve


async def answer(request: Request) -> JSONResponse:
    return JSONResponse({"child": "another" if wrong_child(request.scope) else "the one asked about"})


if __name__ == "__main__":
    serve(Starlette(routes=[Route("/", answer)]), 0, Path(sys.argv[1]), "echo")
