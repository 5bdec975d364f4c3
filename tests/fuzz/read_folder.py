"""Reads every file of a folder under a limit on memory; one JSON line each: name, seconds, result or error."""

import json
import resource
import sys
import time
from pathlib import Path

from index.errors import ArticleError
from index.reading import pdf, read_article

if __name__ == "__main__":
    memory_bytes = int(sys.argv[2])
    pdf.MAX_PDF_SECONDS = 5.0
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    for path in sorted(Path(sys.argv[1]).iterdir()):
        started = time.process_time()
        try:
            said = f"article: {read_article(path).text[:2000]}"
        except ArticleError as error:
            said = str(error)
        print(json.dumps([path.name, time.process_time() - started, said]), flush=True)
