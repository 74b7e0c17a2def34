"""Hatchling hook: a wheel or sdist without the built front end is refused, and made first where npm is at hand."""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        built = root / "sameside" / "ui" / "static" / "ui" / "dist"
        script = root / "scripts" / "frontend"
        if script.exists():
            subprocess.run(["sh", str(script)], check=True)
        if not any(built.glob("*.css")):
            message = "The front end is not built: run scripts/frontend first."
            raise RuntimeError(message)
