"""An optional cross-encoder: a model that reads question and passage together and says how well they fit."""

from collections.abc import Sequence
from typing import Protocol

from index.errors import ModelMissing
from index.models.local_models import loading_arguments, model_folder, quiet_transformers

# As of the sentence model; the passages of one question fill one batch.
_BATCH = 16


class CrossEncoder(Protocol):
    """Scores passages beside the question that they may answer."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits, in [0, 1]."""
        ...


class CrossEncoderModel:
    """A sentence-transformers ``CrossEncoder`` with one label, on the CPU. A text beyond its window is cut off.

    Args:
        model: Folder or name of the model.

    Raises:
        ModelMissing: The model can neither be found here nor be downloaded, or it does not score pairs.
    """

    def __init__(self, model: str) -> None:
        with quiet_transformers():
            from sentence_transformers import CrossEncoder as Model
            from transformers import AutoConfig

            try:
                folder = model_folder(model)
                made_as = AutoConfig.from_pretrained(folder, local_files_only=True).architectures or []
                self._model = Model(folder, **loading_arguments())
            except (OSError, ValueError) as error:
                raise ModelMissing(
                    f"Không tải được mô hình xếp hạng «{model}»: thư mục không đúng dạng CrossEncoder của "
                    "sentence-transformers hoặc không có mạng. Hãy kiểm tra HOIDAP_CROSS_ENCODER, hoặc bỏ nó đi."
                ) from error
        # A plain encoder such as "BertModel" would be given a scoring layer of random weights.
        if self._model.num_labels != 1 or any(name.endswith("Model") for name in made_as):
            raise ModelMissing(
                f"Mô hình «{model}» không chấm điểm cặp câu hỏi và đoạn văn. "
                "Hãy chọn một CrossEncoder xếp hạng cho HOIDAP_CROSS_ENCODER, hoặc bỏ nó đi."
            )

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits, in [0, 1]."""
        from torch.nn import Sigmoid

        if not texts:
            return []
        pairs = [(question, text) for text in texts]
        found = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False, activation_fn=Sigmoid())
        return [float(score) for score in found]
