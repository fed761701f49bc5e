"""The web page: a few small files, read once at start and kept in memory.

No path of a request ever reaches the file system, and a gateway's SD card is not asked again.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from controller.core.errors import ZcwError

DASHBOARD: Final = Path(__file__).parent.parent / "dashboard"
"""What ``api/web`` is built into; part of the wheel, and not of the repository."""
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the page.

    Args:
        plain: Its content.
        packed: The same, gzipped.
        media_type: Its Content-Type.
        etag: Changes with the content.
    """

    plain: bytes
    packed: bytes
    media_type: str
    etag: str

    @classmethod
    def read(cls, path: Path) -> "Asset":
        """Return the file at ``path``."""
        content = path.read_bytes()
        etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        return cls(content, gzip.compress(content, mtime=0), _TYPES[path.suffix], etag)

    def answer(self, request: Request) -> Response:
        """Return the file, packed when the browser can unpack it, or 304 when the browser has it."""
        headers = {"ETag": self.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.plain, headers=headers, media_type=self.media_type)
        return Response(
            self.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=self.media_type
        )


def page_router(folder: Path = DASHBOARD) -> APIRouter:
    """Return a router that serves every file of the page; ``index.html`` is the root.

    Raises:
        ZcwError: The page was never built: this is a checkout without set-up.
    """
    if not (folder / "index.html").is_file():
        raise ZcwError("the page has not been built yet; run: make setup")
    router = APIRouter(include_in_schema=False)
    for path in sorted(folder.iterdir()):
        if path.suffix in _TYPES:
            _serve(router, "/" if path.name == "index.html" else f"/{path.name}", Asset.read(path))
    return router


def _serve(router: APIRouter, path: str, asset: Asset) -> None:
    async def answer(request: Request) -> Response:
        return asset.answer(request)

    router.add_api_route(path, answer, methods=["GET", "HEAD"])
