"""The command line's part about the page: serving it, its accounts, and what its users thought of the answers."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from index import HoidapError, IndexMissing
from rag import Assistant
from ui.cli.terminal import IndexOption, PortOption, output, print_line
from ui.server.accounts import Accounts
from ui.settings import PageSettings

page_app = typer.Typer(add_completion=False)
user_app = typer.Typer(no_args_is_help=True, help="Tài khoản đăng nhập của trang hỏi đáp.")
page_app.add_typer(user_app, name="user")


@page_app.command("serve")
def serve_command(
    index: IndexOption = None,
    host: Annotated[str, typer.Option(help="Địa chỉ nghe; mặc định chỉ máy này.")] = "127.0.0.1",
    port: PortOption = 7860,
) -> None:
    """Mở trang hỏi đáp trong trình duyệt."""
    from ui.server.app import start
    from ui.server.logs import configure_logging

    settings = _settings(index)
    configure_logging(settings.log_file)
    assistant = Assistant.open(settings=settings)
    output.print("Đang nạp mô hình …")
    assistant.warm_up()
    with suppress(IndexMissing):  # the searchers, too: they took the first question 1.5 s
        assistant.search("khởi động", count=1)
    server = start(assistant, host, port, settings)
    output.print(f"Mở {server.address} trong trình duyệt; Ctrl-C để dừng.", highlight=False)
    server.run()
    assistant.index.close()


@page_app.command("feedback")
def feedback_command(
    folder: Annotated[Path, typer.Argument(help="Thư mục để ghi bộ câu hỏi.")], index: IndexOption = None
) -> None:
    """Xuất góp ý 👍 👎 của người dùng thành bộ câu hỏi đánh giá (dùng với hoidap eval run)."""
    from index import Index
    from ui.page.conversations import Conversations
    from ui.page.feedback import export_suite

    settings = _settings(index)
    conversations = Conversations(settings.page_folder / "conversations.sqlite3")
    with Index.open(settings=settings) as opened:
        exported = export_suite(conversations.feedback(), opened, folder)
    conversations.close()
    print_line(f"Đã ghi {exported.questions} câu hỏi vào {folder}; {exported.to_review} câu cần người xem lại.")


@user_app.command("add")
def user_add_command(name: str, index: IndexOption = None) -> None:
    """Thêm tài khoản hoặc đổi mật khẩu. Có tài khoản thì trang mới yêu cầu đăng nhập."""
    password = typer.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại mật khẩu")
    _accounts(index).add(name, password)
    print_line(f"Đã lưu tài khoản {name}. Hãy khởi động lại trang nếu đang mở.")


@user_app.command("remove")
def user_remove_command(name: str, index: IndexOption = None) -> None:
    """Xóa tài khoản."""
    if not _accounts(index).remove(name):
        raise HoidapError(f"Không có tài khoản {name}. Xem bằng: hoidap user list")
    print_line(f"Đã xóa tài khoản {name}. Hãy khởi động lại trang nếu đang mở.")


@user_app.command("list")
def user_list_command(index: IndexOption = None) -> None:
    """Liệt kê tài khoản."""
    for name in _accounts(index).names():
        print_line(name)


def _settings(index: Path | None) -> PageSettings:
    return PageSettings(index=index, store="faiss") if index else PageSettings()  # a named folder is meant


def _accounts(index: Path | None) -> Accounts:
    return Accounts(_settings(index).page_folder / "accounts.json")
