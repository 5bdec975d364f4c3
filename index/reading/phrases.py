"""Words of buttons and menus on Vietnamese pages, for :mod:`index.reading.boilerplate`."""

BUTTONS = r"""
truy cập nội dung luôn | chuyển đến nội dung chính | chuyển đến nội dung | bỏ qua nội dung
| đi đến nội dung | skip to main content | skip to content | skip to navigation | chi tiết tin
| chi tiết tin tức | chi tiết bài viết | nội dung chi tiết | xem chi tiết | trở về trang trước
| quay lại trang trước | quay về trang trước | trở về trang chủ | quay về trang chủ | trở lại trang chủ
| về trang chủ | về trang trước | quay lại trang chủ | trở về đầu trang | về đầu trang | lên đầu trang
| đầu trang | trở lại đầu trang | cuối trang | back to top | in trang | in trang này | in bài viết
| in bài này | in bài | in tin | in tin này | bản để in | phiên bản in | gửi qua email | gửi cho bạn bè
| gửi bài viết | gửi bài viết này | gửi bài viết qua email | gửi cho bạn | email bài viết | gửi tin
| gửi tin này cho bạn bè | lưu bài viết | lưu bài viết này | lưu bài | lưu tin | sao chép liên kết
| copy link | copy liên kết | chia sẻ bài viết | chia sẻ bài viết này | chia sẻ bài viết lên facebook
| chia sẻ bài viết lên twitter | chia sẻ lên facebook | chia sẻ lên zalo | chia sẻ lên twitter
| chia sẻ facebook | chia sẻ zalo | chia sẻ qua facebook | chia sẻ qua zalo | chia sẻ trên facebook
| chia sẻ qua email | share on facebook | share on twitter | share facebook | share this | google\+
| chia sẻ ngay | theo dõi trên | theo dõi chúng tôi | theo dõi trên google news | kích thước chữ | cỡ chữ
| tăng cỡ chữ | giảm cỡ chữ | cỡ chữ to | cỡ chữ nhỏ | font size | xem cỡ chữ | nghe đọc bài
| nghe bài viết | nghe bài | nghe audio | nghe đọc tin | gửi bình luận | gửi bình luận của bạn
| viết bình luận | viết bình luận mới | viết bình luận của bạn | bình luận của bạn | thêm bình luận
| thêm bình luận mới | để lại bình luận | để lại bình luận của bạn | để lại một bình luận
| để lại một trả lời | để lại phản hồi | đăng bình luận | xem bình luận | xem thêm bình luận
| xem tất cả bình luận | bình luận facebook | bình luận bài viết | bình luận bằng facebook
| hãy là người đầu tiên bình luận | hãy là người bình luận đầu tiên | chưa có bình luận
| chưa có bình luận nào | chưa có bình luận nào cho bài viết này | không có bình luận nào | ý kiến của bạn
| ý kiến bạn đọc | ý kiến độc giả | gửi ý kiến | gửi ý kiến của bạn | gửi phản hồi | gửi phản hồi của bạn
| viết phản hồi | bình luận không có dấu tiếng việt | leave a comment | leave a reply | add comment
| post comment | no comments | mã bảo mật | mã xác nhận | nhập mã xác nhận | nhập mã bảo mật
| nhập nội dung bình luận | tên của bạn | email của bạn | nhập email của bạn | nhập bình luận
| nhập bình luận của bạn | click để đánh giá bài viết | hãy đánh giá bài viết này | đánh giá bài viết này
| bấm để đánh giá | bài trước | bài sau | tin trước | tin sau | slideshow | slide show | banner quảng cáo
| advertisement | đang tải | đang tải dữ liệu | vui lòng chờ | vui lòng đợi | toggle navigation
| menu chính | thanh điều hướng | main menu | đóng lại | đóng menu | sơ đồ cổng | sơ đồ trang | sơ đồ site
| sơ đồ website | site map | đăng ký nhận tin | nhập từ khóa tìm kiếm | nhập từ khóa
| nhập từ khóa cần tìm | liên kết website | liên kết web | hỏi đáp - góp ý | bạn đang ở đây | bạn đang ở
| you are here | tải thêm | view all | read more
"""
"""Unmistakable wherever they stand alone on a line."""

SHARING = """
facebook | twitter | zalo | google+ | google plus | linkedin | pinterest | messenger | telegram
| fanpage | tweet | like | thích | share | print | copy | chia sẻ | in | email | gửi | mail | bình luận
| phản hồi | lưu | nghe | google news | youtube | tiktok | x | instagram | gửi mail | gửi email | bản in
"""
"""Names of services and one-word buttons: two of them in a row are a bar of buttons, one may be anything."""

MENU = """
giới thiệu | giới thiệu chung | tin tức | tin tức sự kiện | tin tức - sự kiện | tin tức & sự kiện
| tin tức và sự kiện | sự kiện | tin mới | tin nổi bật | tin hoạt động | tin trong tỉnh | tin địa phương
| tin trong nước | tin tổng hợp | văn bản | văn bản mới | văn bản pháp luật | văn bản chỉ đạo điều hành
| văn bản quy phạm pháp luật | hệ thống văn bản | thủ tục hành chính | dịch vụ công
| dịch vụ công trực tuyến | liên hệ | liên kết | hỏi đáp | góp ý | thông báo | lịch công tác
| lịch làm việc | thư viện | thư viện ảnh | thư viện video | thư viện hình ảnh | hình ảnh | video
| multimedia | media | podcast | e-magazine | emagazine | infographic | longform | bộ máy tổ chức
| cơ cấu tổ chức | tổ chức bộ máy | sơ đồ tổ chức | công khai ngân sách | quy hoạch
| thông tin tuyên truyền | chính trị | xã hội | kinh tế | văn hóa | văn hoá | pháp luật | giáo dục | y tế
| thể thao | thế giới | thời sự | đời sống | khoa học | công nghệ | giải trí | du lịch | quốc phòng
| an ninh | bạn đọc | quốc tế | nông nghiệp | môi trường | đánh giá | đóng | hủy | từ điển | hotline
| danh mục | chuyên mục | top | trước | sau | tiếp | tiếp theo | quay lại | trở về | trở lại | xem
| tải xuống | menu | đăng nhập | đăng xuất | đăng ký | tìm kiếm | tìm kiếm nâng cao | thống kê | mới nhất
| tải về | tiếng việt | english | quảng cáo | đường dây nóng | liên kết trang | quên mật khẩu | login
| logout | search | banner | slide | next | previous | prev | home | homepage | close | rss | sitemap
| trang chủ | comment | comments | loading | đang xử lý | phát âm | tự động phát | in ấn | quan tâm nhất
| đánh giá bài viết | xem tiếp | xem tất cả | xem nhanh | thống kê truy cập | lượt truy cập
| số lượt truy cập | trang trước | trang sau | trang kế | gửi câu hỏi | tương phản | độ tương phản
| đọc bài | đọc bài viết
"""
"""Names of sections: furniture only above and below the body; inside it they may be a heading."""
