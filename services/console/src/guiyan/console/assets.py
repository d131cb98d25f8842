"""The built assets: their names by the manifest, and the files themselves, which a browser may keep for ever."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(__file__).parent / "static"
FOR_EVER: Final = "public, max-age=31536000, immutable"


class Assets:
    """Names of the assets; none where they were not built, and then pages are plain and say so."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.names = _manifest(folder)

    @property
    def built(self) -> bool:
        """Whether there are any."""
        return bool(self.names)

    def url(self, name: str) -> str:
        """The address of an asset by its plain name."""
        return f"/static/{self.names[name]}"

    def files(self) -> StaticFiles:
        """The application that serves them."""
        return _Immutable(directory=self.folder, check_dir=False)


def _manifest(folder: Path) -> Mapping[str, str]:
    try:
        found: Mapping[str, str] = json.loads((folder / "manifest.json").read_text())["files"]
    except (OSError, ValueError, KeyError):
        return {}
    return found


class _Immutable(StaticFiles):
    """Files named by their digest never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; raises HTTPException 404 where there is none, the manifest included."""
        if path.endswith(".json"):
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER
        return response
