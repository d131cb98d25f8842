"""The build hook: the pages' style sheet and scripts are made from pinned npm packages and carried into the wheel."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
import build_assets


class AssetsHook(BuildHookInterface[Any]):
    """Makes the assets before the wheel is packed; for an editable install they may be missing, which is told."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is stale; a wheel without assets is no wheel."""
        del build_data
        try:
            build_assets.build()
        except build_assets.CannotBuild as problem:
            if version != "editable":
                raise SystemExit(f"guiyan-console: {problem}") from None
            self.app.display_warning(f"guiyan-console: {problem}")
