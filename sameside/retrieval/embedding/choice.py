"""Which model a setting means."""

from pathlib import Path

from sameside.retrieval.embedder import Embedder
from sameside.retrieval.embedding import Unusable, building, session, weights
from sameside.retrieval.embedding.e5 import E5
from sameside.retrieval.embedding.folder import FolderModel

DEFAULT, NONE = "e5-small", "none"


def opened(setting: str, models: Path) -> Embedder | None:
    """The model that `setting` names: the default, a folder, or None for no model. `Unusable` says why it cannot be."""
    if setting == NONE:
        return None
    if setting != DEFAULT:
        folder = Path(setting).expanduser()
        if not folder.is_dir():
            raise Unusable(f"“{setting}” is neither {DEFAULT} nor {NONE} nor the folder of a model.")
        return FolderModel(folder.resolve())
    session.runtime()
    if not building.is_built(models):
        weights.path()
        raise building.NotBuilt(
            "The model for search by meaning is installed but not built: sameside search model build."
        )
    return E5(building.place(models))
