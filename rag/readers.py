"""Which reader reads: the bundled weights, a user's own, or shared words where there are none."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from rag.lexical_reader import LexicalReader
from rag.matching import Rarities
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.reader import Reader

_log = logging.getLogger(__name__)


def open_reader(settings: Settings, rarities: Rarities) -> "Reader":
    """The reader that the settings name; shared words stand in for a bundled one that is not installed.

    Args:
        settings: ``reader`` names it, ``embedding_backend`` what computes it.
        rarities: Weight of folded words, such as ``Index.rarities``.

    Raises:
        ModelMissing: Its weights cannot be read.
    """
    if settings.reader == "lexical":
        return LexicalReader(rarities)
    from index.models.e5 import bundled_installed
    from index.models.openvino_e5 import openvino_installed
    from index.models.reader import open_reader as open_model
    from index.models.reader_weights import BUNDLED_READER
    from rag.trained_reader import TrainedReader

    if settings.reader == "bundled" and not bundled_installed():
        _log.warning("The trained reader needs hoidap[models]; answers are read by shared words, which is far worse.")
        return LexicalReader(rarities)
    path = BUNDLED_READER if settings.reader == "bundled" else Path(settings.reader).expanduser()
    openvino = settings.embedding_backend != "torch" and openvino_installed()
    return TrainedReader(open_model(path, settings.cache, openvino), rarities)
