"""The article that readers of all formats are tested with."""

from pathlib import Path

from index.reading import read_article
from index.types import Article

TITLE = "Đồng Mây sơ kết công tác cải cách hành chính"
LEAD = "Sáng nay, UBND xã Đồng Mây tổ chức hội nghị sơ kết công tác cải cách hành chính sáu tháng đầu năm."
BODY = "Theo báo cáo, xã đã giải quyết 1.204 hồ sơ, trong đó 98,5% đúng hạn và không có hồ sơ nào bị trả lại."
END = "Thời gian tới, xã tiếp tục rà soát thủ tục và công khai kết quả để người dân tiện theo dõi, giám sát."


def read(folder: Path, name: str, data: str | bytes) -> Article:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_article(path)


def quoted(article: Article, field: str) -> str | None:
    span = article.spans.get(field)
    return article.text[span.start : span.end] if span else None
