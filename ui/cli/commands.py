"""The command line, where all commands meet: a front over index, rag, the page and the evaluation. It owns no logic."""

import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, Literal

import typer
from platformdirs import user_data_path
from pydantic import ValidationError
from pydantic_settings import SettingsError

from index import HoidapError
from ui.cli.articles import index_app
from ui.cli.questions import question_app
from ui.cli.serving import page_app, serve_command
from ui.cli.terminal import EXIT_FAILED, PortOption, command_settings, print_error, print_json, print_line, progress_bar

app = typer.Typer(no_args_is_help=True, add_completion=False)
measuring_app = typer.Typer(add_completion=False)  # listed last
for part in (index_app, question_app, page_app, measuring_app):
    app.add_typer(part)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"hoidap {metadata.version('hoidap')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="In phiên bản rồi thoát.")
    ] = False,
) -> None:
    """Hỏi đáp tiếng Việt trên kho bài viết của bạn."""


def main() -> None:
    """Run the command line; expected failures print one line and exit 1."""
    if sys.argv[1:2] in ([], ["--help"], ["eval"]):  # every other command does without the evaluation
        try:
            from evals.cli import eval_app
        except ModuleNotFoundError as error:
            if sys.argv[1:2] == ["eval"]:
                print_error(f"Thiếu {error.name} cho phần đo đạc. Hãy chạy: pip install 'hoidap[evals]'")
                sys.exit(EXIT_FAILED)
        else:
            app.add_typer(eval_app, name="eval")
    try:
        app()
    except HoidapError as error:
        print_error(str(error))
        sys.exit(EXIT_FAILED)
    except ValidationError as error:
        parts = [f"HOIDAP_{'_'.join(map(str, part['loc'])).upper()} ({part['msg']})" for part in error.errors()]
        print_error(f"Cấu hình sai: {', '.join(parts)}")
        sys.exit(EXIT_FAILED)
    except SettingsError as error:  # a value that is no JSON where there are several
        print_error(f"Cấu hình sai: {error}")
        sys.exit(EXIT_FAILED)
    except OSError as error:  # an index folder or result file that the system does not let us use
        print_error(f"{error.filename or 'Hệ thống'}: {error.strerror or error}")
        sys.exit(EXIT_FAILED)


@app.command("demo")
def demo_command(
    index: Annotated[
        Path | None, typer.Option("--index", help="Thư mục chỉ mục (mặc định trong thư mục dữ liệu của người dùng).")
    ] = None,
    port: PortOption = 7860,
) -> None:
    """Dùng thử: lập chỉ mục các bài viết mẫu đi kèm rồi mở trang hỏi đáp."""
    from evals.suite import BUNDLED
    from index import Index, ingest

    settings = command_settings(index or user_data_path("hoidap") / "demo")
    with (
        Index.open_or_create(settings.index, settings) as opened,
        progress_bar("Đang lập chỉ mục bài mẫu", quiet=False) as step,
    ):
        ingest(opened, [BUNDLED / "articles"], step)  # what another installation has put there already is no news
    print_line(f'Hỏi ở dòng lệnh: hoidap ask "…" --index "{settings.index}"')
    serve_command(settings.index, port=port)


@measuring_app.command("bench")
def bench_command(
    name: Annotated[str, typer.Argument(help="Tên phép đo; tên sai sẽ được đáp bằng danh sách.")],
    path: Annotated[
        Path | None, typer.Argument(help="Thư mục bộ câu hỏi (mặc định data trong HOIDAP_DATA), hoặc tệp của phép đo.")
    ] = None,
    split: Annotated[Literal["tune", "report"], typer.Option(help="Nửa câu hỏi, với phép đo ablation.")] = "tune",
) -> None:
    """Đo và ghi kết quả vào evals/results (dành cho người phát triển)."""
    try:
        from evals.benchmarks import Choices, run_benchmark
    except ModuleNotFoundError as error:
        raise HoidapError(f"Thiếu {error.name} cho phần đo đạc. Hãy chạy: pip install 'hoidap[evals]'") from error
    with progress_bar(name, quiet=False) as step:
        result, figures = run_benchmark(name, Choices(path, split, step))
    print_json(figures)
    print_error(str(result), "dim")
