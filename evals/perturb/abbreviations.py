"""Long forms put in their short forms, as officials and newspapers write them."""

from index.vietnamese import words

# From the list of Vietnamese abbreviations of soe-vinorm (MIT), the ones of public life, and those that the bundled
# suite uses. Matching ignores case, punctuation, tone placement and i/y.
SHORT_FORMS = {
    "Ủy ban nhân dân": "UBND",
    "Hội đồng nhân dân": "HĐND",
    "Mặt trận Tổ quốc": "MTTQ",
    "Tòa án nhân dân": "TAND",
    "Viện kiểm sát nhân dân": "VKSND",
    "cải cách hành chính": "CCHC",
    "thủ tục hành chính": "TTHC",
    "cán bộ công chức": "CBCC",
    "ban thường vụ": "BTV",
    "nông thôn mới": "NTM",
    "hợp tác xã": "HTX",
    "bảo hiểm y tế": "BHYT",
    "bảo hiểm xã hội": "BHXH",
    "công nghệ thông tin": "CNTT",
    "giáo dục và đào tạo": "GD&ĐT",
    "trung học phổ thông": "THPT",
    "trung học cơ sở": "THCS",
    "trách nhiệm hữu hạn": "TNHH",
    "thành phố Hồ Chí Minh": "TP.HCM",
    "chủ nghĩa xã hội": "CNXH",
    "đồng bằng sông Cửu Long": "ĐBSCL",
    "Liên Hợp Quốc": "LHQ",
    "Cộng hòa xã hội chủ nghĩa": "CHXHCN",
    "giao thông vận tải": "GTVT",
    "an toàn giao thông": "ATGT",
    "phòng cháy chữa cháy": "PCCC",
    "doanh nghiệp": "DN",
    "đại học": "ĐH",
    "cao đẳng": "CĐ",
    "bệnh viện": "BV",
    "giáo sư": "GS",
    "tiến sĩ": "TS",
    "thạc sĩ": "ThS",
    "bác sĩ": "BS",
    "thành phố": "TP",
    "thị xã": "TX",
    "thị trấn": "TT",
    "quân đội nhân dân": "QĐND",
    "văn hóa": "VH",
    "quốc lộ": "QL",
    "khu công nghiệp": "KCN",
    "khoa học và công nghệ": "KH&CN",
}
_BY_KEY = {tuple(word.exact for word in words(long)): short for long, short in SHORT_FORMS.items()}
_LONGEST = max(len(key) for key in _BY_KEY)


def abbreviated(text: str) -> str:
    """NFC text with every known long form, longest first, replaced by its short form.

    >>> abbreviated("Uỷ ban nhân dân thành phố Hồ Chí Minh họp")
    'UBND TP.HCM họp'
    """
    found = list(words(text))
    pieces: list[str] = []
    written = position = 0
    while position < len(found):
        length = _length_at([word.exact for word in found[position : position + _LONGEST]])
        if not length:
            position += 1
            continue
        run = found[position : position + length]
        pieces += [text[written : run[0].start], _BY_KEY[tuple(word.exact for word in run)]]
        written = run[-1].end
        position += length
    return "".join([*pieces, text[written:]])


def _length_at(keys: list[str]) -> int:
    """How many words the longest known long form at the beginning of ``keys`` has; 0 without one."""
    return next((length for length in range(len(keys), 0, -1) if tuple(keys[:length]) in _BY_KEY), 0)
