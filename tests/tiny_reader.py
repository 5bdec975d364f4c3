"""A sentence model of a few thousand weights, with its tokenizer: what the reader's network is tried on."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

_LETTERS = "abcdefghijklmnopqrstuvwxyzáàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ"
_ALPHABET = f"▁{_LETTERS}{_LETTERS.upper()}0123456789.,?%"


def tiny_sentence_model(folder: Path) -> Path:
    """Write a model whose tokens are single letters, drawn at random but always the same."""
    torch.manual_seed(1)
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [*((name, 0.0) for name in special), *((letter, -1.0) for letter in _ALPHABET)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(special)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=6, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=512,
    )  # fmt: skip
    BertModel(config).half().save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder
