"""Words that names of offices, newspapers, provinces and families are made of."""


def listed(words: str) -> frozenset[str]:
    """The words or phrases that a text separates by bars."""
    return frozenset(word.strip() for word in words.split("|"))


OFFICE_HEADS = listed("""
bản tin | huyện | tỉnh | xã | phường | quận | thị xã | thị trấn | thành phố | thành ủy | tp | ubnd
| hđnd | mttq | ủy ban | uỷ ban | đảng ủy | đảng uỷ | đảng bộ | đảng cộng sản | ban tuyên | ban biên
| ban tổ chức | ban dân | ban chỉ | ban chấp | ban quản | ban nội | ban thường | sở | bộ | báo | đài
| cổng | trang | phòng | trung tâm | hội | mặt trận | đoàn thanh | đoàn tncs | đoàn thể | tỉnh đoàn
| văn phòng | công ty | công an | công đoàn | công báo | tổng cục | tổng công | cục | chi cục | tạp chí
| tòa án | toà án | tòa soạn | toà soạn | viện | trường | học viện | bệnh viện | liên đoàn | liên hiệp
| liên minh | quốc hội | chính phủ | thông tấn | nhà xuất bản | website | trang tin
""")
"""How the name of an office, a newspaper or a site begins."""

OFFICE_WORDS = listed("""
huyện | tỉnh | xã | phường | quận | thị | trấn | thành | phố | ủy | uỷ | ban | nhân | dân | hội | đồng
| đảng | bộ | cộng | sản | sở | báo | đài | cổng | trang | thông | tin | điện | tử | trung | tâm | mặt
| trận | tổ | quốc | đoàn | thanh | niên | văn | phòng | tổng | hợp | công | an | ty | cục | chi | tạp
| chí | viện | phát | và | truyền | hình | vận | chức | kiểm | tra | tuyên | bản | nội | vụ | tiếng | nói
| của | sát | tòa | án | trường | học | chính | phủ | quyền | tư | pháp | giáo | dục | đào | tạo | y | tế
| hóa | hoá | thể | thao | du | lịch | online | viên | cơ | quan | nông | phụ | nữ | cựu | chiến | binh
""")
"""What it goes on with, besides the names of places."""

NEWSPAPERS = listed("""
dân trí | dân việt | tuổi trẻ | thanh niên | tiền phong | lao động | người lao động | nhân dân
| hà nội mới | tin tức | pháp luật | sức khỏe đời sống | nhà báo công luận | công lý | đời sống pháp luật
| tri thức trẻ | gia đình việt nam | sài gòn giải phóng | quân đội nhân dân | công an nhân dân
| đại đoàn kết | kinh tế đô thị | đầu tư | zing | vietnamnet | vnexpress
""")

PROVINCES = listed("""
an giang | bà rịa - vũng tàu | bà rịa vũng tàu | bắc giang | bắc kạn | bạc liêu | bắc ninh | bến tre
| bình định | bình dương | bình phước | bình thuận | cà mau | cần thơ | cao bằng | đà nẵng | đắk lắk
| đắk nông | đắc lắc | đắc nông | điện biên | đồng nai | đồng tháp | gia lai | hà giang | hà nam | hà nội
| hà tĩnh | hải dương | hải phòng | hậu giang | hòa bình | hồ chí minh | hưng yên | khánh hòa | kiên giang
| kon tum | lai châu | lâm đồng | lạng sơn | lào cai | long an | nam định | nghệ an | ninh bình
| ninh thuận | phú thọ | phú yên | quảng bình | quảng nam | quảng ngãi | quảng ninh | quảng trị
| sóc trăng | sơn la | tây ninh | thái bình | thái nguyên | thanh hóa | thừa thiên huế | tiền giang
| trà vinh | tuyên quang | vĩnh long | vĩnh phúc | yên bái | việt nam
""")
"""Before July 2025; those since then are a subset. Two to four capitalised words, like a person's name."""

SURNAMES = listed("""
nguyễn | trần | lê | phạm | hoàng | huỳnh | phan | vũ | võ | đặng | bùi | đỗ | hồ | ngô | dương | lý
| đào | đoàn | vương | trịnh | trương | đinh | lâm | phùng | mai | tô | tạ | hà | chu | lương | thái
| châu | cao | la | tăng | kiều | quách | từ | nông | ma | triệu | vi | hứa | lại | nghiêm | thạch | sơn
| kim | đàm | mạc | văn | tôn | lưu | giang
""")
