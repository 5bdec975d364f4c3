"""Invented articles, one for each user: a question about one is answered rightly by that one only."""

from dataclasses import dataclass
from pathlib import Path

_FIRST = ("An", "Bình", "Cẩm", "Đông", "Hòa", "Khánh", "Long", "Minh", "Phú", "Tân")
_SECOND = ("Lộc", "Sơn", "Thủy", "Điền", "Xuyên", "Thịnh", "Hưng", "Quang", "Phong", "Trạch")
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ")
_GIVEN = ("Hạnh", "Mai", "Lan", "Cúc", "Đào", "Huệ", "Sen", "Thu", "Yến", "Ngọc")


@dataclass(frozen=True, slots=True)
class Commune:
    """What a user asks about.

    Attributes:
        name: Of the commune.
        books: Number of books of its library, as Vietnamese writes it; no other commune has it.
        librarian: Who looks after them; of no other commune.
    """

    name: str
    books: str
    librarian: str

    @property
    def article(self) -> str:
        return (
            f"Xã {self.name} mở thư viện\n\nNgày 12/3/2024, thư viện xã {self.name} được khánh thành. "
            f"Thư viện xã {self.name} có {self.books} đầu sách. "
            f"Người trông coi thư viện xã {self.name} là bà {self.librarian}.\n"
        )

    @property
    def question(self) -> str:
        return f"Thư viện xã {self.name} có gì?"


FOLLOW_UP = "Ai trông coi?"  # means nothing without the question before it


def communes(count: int) -> list[Commune]:
    """``count`` of them, at most 100."""
    return [
        Commune(
            f"{_FIRST[place % 10]} {_SECOND[place // 10]}",
            f"{2 + place // 50}.{101 + 7 * place}",
            f"{_FAMILY[place // 10]} Thị {_GIVEN[place % 10]}",
        )
        for place in range(count)
    ]


def write_pile(folder: Path, count: int) -> list[Commune]:
    """Write the articles as files, and return whom they are about."""
    folder.mkdir()
    made = communes(count)
    for place, commune in enumerate(made):
        (folder / f"{place:03}.txt").write_text(commune.article, encoding="utf-8")
    return made
