"""The words that rules go by, each listed once: places, people, offices, numerals, months, question words.

Lower case, with accents, one spelling where the others follow by rule. The groups are small on purpose: a module puts
together the ones it means, as ``any_of(UNITS, HAMLET_UNITS)``, and folds or keys them as it compares. Provinces are in
``provinces.txt``, abbreviations in ``abbreviations.txt``.
"""

from collections.abc import Iterable
from itertools import chain


def any_of(*groups: Iterable[str]) -> str:
    """The inside of a regular expression for one of the phrases of some groups, the longest first.

    >>> any_of(("xã", "huyện"), ("thị xã",))
    'thị xã|huyện|xã'
    """
    return "|".join(sorted({*chain(*groups)}, key=lambda phrase: (-len(phrase), phrase)))


def _listed(text: str) -> frozenset[str]:
    """The words or phrases that a text separates by bars."""
    return frozenset(phrase.strip() for phrase in text.split("|"))


COMMUNE_UNITS = ("xã", "phường", "thị trấn")
DISTRICT_UNITS = ("huyện", "quận", "thị xã")
PROVINCE_UNITS = ("tỉnh", "thành phố")
UNITS = (*COMMUNE_UNITS, *DISTRICT_UNITS, *PROVINCE_UNITS)
"""Units that have an administration of their own."""
UNCLEAR_UNITS = frozenset({"quan"})
"""Without accents it is more often part of another word: "cơ quan", "liên quan"."""
HAMLET_UNITS = ("thôn", "khu phố")
"""Parts of a commune that have a name or number."""
STREETS_AND_RIVERS = ("đường", "phố", "sông")
"""They are often called like a province and are none."""
PLACE_PREPOSITIONS = ("ở", "tại")

PRONOUNS = ("ông", "bà", "anh", "chị")
SURNAMES = _listed("""
nguyễn | trần | lê | phạm | hoàng | huỳnh | phan | vũ | võ | đặng | bùi | đỗ | hồ | ngô | dương | lý
| đào | đoàn | vương | trịnh | trương | đinh | lâm | phùng | mai | tô | tạ | hà | chu | lương | thái
| châu | cao | la | tăng | kiều | quách | từ | nông | ma | triệu | vi | hứa | lại | nghiêm | thạch | sơn
| kim | đàm | mạc | văn | tôn | lưu | giang | tống | khổng | thân | doãn | hàn | lò | lường | quàng | cầm
| giàng | sùng | thào | bế | diệp | đậu | lã | lữ | chảo | tẩn | bàn | phàn
""")
SURNAMES_LIKE_HEADLINES = frozenset({"bàn", "cầm", "hàn", "thân"})
"""In capitals more often how a headline begins: "BÀN GIẢI PHÁP"."""

TITLES = (
    "chủ tịch", "bí thư", "giám đốc", "chủ nhiệm", "biên tập", "thủ tướng", "tổng thống", "bộ trưởng", "cục trưởng",
    "hiệu trưởng", "viện trưởng", "đội trưởng", "tổ trưởng", "trưởng",
)  # fmt: skip
"""What the names of offices that people hold end or begin with: "trưởng" is that of "trưởng phòng"."""
TITLE_QUALIFIERS = ("phó", "nguyên", "cựu", "quyền", "tổng", "trợ lý", "thư ký")
"""Right before the name of an office they make another office of it."""
PARTY_COMMITTEES = {"huyện": "huyện ủy", "tỉnh": "tỉnh ủy", "quận": "quận ủy"}
"""The party's committees by the kind of unit that they lead."""
BODIES = (
    "ủy ban nhân dân", "hội đồng nhân dân", "ủy ban bầu cử", "ủy ban mặt trận tổ quốc", "mặt trận tổ quốc", "đảng ủy",
    "thành ủy", "thị ủy", *PARTY_COMMITTEES.values(), "hội nông dân", "hội phụ nữ", "hội liên hiệp phụ nữ",
    "hội cựu chiến binh", "đoàn thanh niên",
)  # fmt: skip
"""What the holders of offices preside over."""
ORGANISATIONS = ("sở", "bộ", "phòng", "trường", "hội", "trung tâm", "công ty")
"""How the names of all kinds of organisations begin."""
OFFICE_HEADS = _listed("""
bản tin | thành ủy | tp | ubnd | hđnd | mttq | ủy ban | uỷ ban | đảng ủy | đảng uỷ | đảng bộ | đảng cộng sản
| ban tuyên | ban biên | ban tổ chức | ban dân | ban chỉ | ban chấp | ban quản | ban nội | ban thường | báo | đài
| cổng | trang | mặt trận | đoàn thanh | đoàn tncs | đoàn thể | tỉnh đoàn | văn phòng | công an | công đoàn
| công báo | tổng cục | tổng công | cục | chi cục | tạp chí | tòa án | toà án | tòa soạn | toà soạn | viện | học viện
| bệnh viện | liên đoàn | liên hiệp | liên minh | quốc hội | chính phủ | thông tấn | nhà xuất bản | website | trang tin
""").union(UNITS, ORGANISATIONS)
"""How the name of an office, a newspaper or a site begins where it stands alone on a line."""
OFFICE_WORDS = _listed("""
ủy | uỷ | ban | nhân | dân | đồng | đảng | cộng | sản | báo | đài | cổng | trang | thông | tin | điện | tử | mặt
| trận | tổ | quốc | đoàn | thanh | niên | văn | tổng | hợp | an | cục | chi | tạp | chí | viện | phát | và | truyền
| hình | vận | chức | kiểm | tra | tuyên | bản | nội | vụ | tiếng | nói | của | sát | tòa | án | học | chính | phủ
| quyền | tư | pháp | giáo | dục | đào | tạo | y | tế | hóa | hoá | thể | thao | du | lịch | online | viên | cơ | quan
| nông | phụ | nữ | cựu | chiến | binh
""").union(*(phrase.split() for phrase in (*UNITS, *ORGANISATIONS)))
"""The words that it goes on with, besides the names of places."""
NEWSPAPERS = _listed("""
dân trí | dân việt | tuổi trẻ | thanh niên | tiền phong | lao động | người lao động | nhân dân
| hà nội mới | tin tức | pháp luật | sức khỏe đời sống | nhà báo công luận | công lý | đời sống pháp luật
| tri thức trẻ | gia đình việt nam | sài gòn giải phóng | quân đội nhân dân | công an nhân dân
| đại đoàn kết | kinh tế đô thị | đầu tư | zing | vietnamnet | vnexpress
""")

DIGITS = {
    "không": 0, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
SPELLED_OTHERWISE = {"bẩy": 7}
"""Numerals that alone are more often another word: "đòn bẩy"."""
FIVES_BEHIND_TENS = ("lăm", "nhăm")
ONE_BEHIND_TENS, FOUR_BEHIND_TENS = "mốt", "tư"
TEN, TENS, HUNDRED, HALF = "mười", "mươi", "trăm", "rưỡi"
ZERO_TENS = ("linh", "lẻ")
SCALES = {"nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
UNCLEAR_NUMERALS = frozenset({"ngan", "van", "ti", "tu", "mot"})
"""Numerals that without accents are more often another word: "ngan hang", "van ban", "ti vi", "tu", "mốt"."""

MONTHS = {
    "giêng": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")
"""Behind "thứ"; Sunday is "chủ nhật"."""

ASKS_WHERE = ("ở đâu", "tại đâu", "nơi nào", "đâu là")
ASKS_WHEN = ("khi nào", "bao giờ", "lúc nào")
ASKS_HOW_MANY = ("bao nhiêu", "mấy")
ASKS_HOW_FAR = ("bao lâu", "bao xa")
ASKS_HOW = ("ra sao", "thế nào")
ASKS_WHY = ("tại sao", "vì sao")
ASKS = (
    "ai", "gì", "nào", "đâu", *ASKS_WHEN, *ASKS_HOW_MANY, *ASKS_HOW_FAR, *ASKS_HOW, *ASKS_WHY,
)  # fmt: skip
"""Any of the question words, alone or in a phrase."""
QUESTION_SYLLABLES = ("ai", "gì", "nào", "sao", "đâu", "mấy", "bao", "nhiêu")
"""What is left of the question words where single syllables are compared."""
UNCLEAR_QUESTION_WORDS = frozenset({"dau", "may"})
"""Without accents they are more often another word: "dầu", "đầu", "máy"."""
