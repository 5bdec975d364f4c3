"""What may be quoted: a line of several header fields tells nothing."""

from index import Article, Chunk, Index, Interpretation, Span
from rag.analysis import analyse
from rag.quotable import quotable_sentences
from rag.types import Passage


def test_a_header_line_of_several_fields_is_no_answer(index: Index) -> None:
    line = "Ngày đăng: 02/05/2031 | Tác giả: Bác sĩ Tô Thị Mận"
    text = f"{line}\n\nTrưởng trạm y tế Vạn Lộc là bác sĩ Lý A Sùng."
    spans = {
        name: Span(text.index(words), text.index(words) + len(words))
        for name, words in (("published", "02/05/2031"), ("author", "Bác sĩ Tô Thị Mận"))
    }
    article = Article("0" * 12, "Tin vắn", None, "Bác sĩ Tô Thị Mận", None, None, text, spans=spans)
    passage = Passage(1, Chunk(1, article.id, 0, len(text)), article, 0.5)
    asked = analyse(index, Interpretation.literal("Bác sĩ nào là trưởng trạm y tế Vạn Lộc?"))
    found = quotable_sentences(asked, [passage])
    assert [one.sentence.text for one in found] == ["Trưởng trạm y tế Vạn Lộc là bác sĩ Lý A Sùng."]
