"""Files as they come: found in folders, unpacked, told apart, decoded line by line.

Nothing here knows what an article is; ``readers.py`` does.
"""

import codecs
import gzip
import io
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from .errors import ConfigError, SourceFileError

FORMATS = ("text", "html", "jsonl", "json", "csv", "tsv", "parquet")
_SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
# The longer marks first: UTF-32-LE begins like UTF-16-LE.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, Word or Excel document"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel document"),
    (b"PAR1", "a Parquet file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file to read.

    Attributes:
        path: Where it lies; None for standard input.
        name: The path as written, for messages; ``stdin`` for standard input.
        format: One of ``FORMATS``; None where only a look inside can tell (standard input).
    """

    path: Path | None
    name: str
    format: str | None

    @property
    def short_name(self) -> str:
        """The name without folders."""
        return self.name if self.path is None else _printable(self.path.name)

    @property
    def stem(self) -> str:
        """The name without folders, ``.gz`` and suffix."""
        return self.name if self.path is None else _printable(_without_gz(self.path).stem)


def find_files(sources: Iterable[str | Path], *, format: str | None) -> Iterator[SourceFile | SourceFileError]:
    """Every file that the sources name, folders searched recursively and in sorted order.

    Args:
        sources: Files, folders, ``-`` for standard input.
        format: Read everything as this; None goes by the suffix. A file of unknown suffix is then text where
            it is named itself and passed over in a folder; hidden files and linked folders always are.
    """
    for source in sources:
        path = Path(source)
        if str(source) == "-":
            yield SourceFile(path=None, name="stdin", format=format)
            continue
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
            found = list(_walk(path)) if is_folder else [path]
        except OSError as error:
            yield unreadable(_printable(str(path)), error)
            continue
        except ValueError as error:
            yield SourceFileError(f"{str(path)!r}: can be no path ({error}); check it")
            continue
        known = [file for file in found if not is_folder or format or _suffix_format(file)]
        if not known:
            yield SourceFileError(
                f"{_printable(str(path))}: the folder holds {len(found)} files, none of them with a known suffix "
                f"({', '.join(_SUFFIXES)}); name the format, e.g. --input-format text"
            )
        for file in known:
            kind = format or _suffix_format(file) or "text"
            yield SourceFile(path=file, name=_printable(str(file)), format=kind)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            # A linked folder may lead back up.
            yield from () if path.is_symlink() else _walk(path)
        elif path.is_file():
            yield path


def _without_gz(path: Path) -> Path:
    return path.with_suffix("") if path.suffix.lower() == ".gz" else path


def _suffix_format(path: Path) -> str | None:
    return _SUFFIXES.get(_without_gz(path).suffix.lower())


def _printable(name: str) -> str:
    # File names may hold line breaks, and bytes that are no UTF-8, which Python carries as lone surrogates.
    return name.encode("utf-8", errors="replace").decode("utf-8").replace("\n", " ")


def unreadable(name: str, error: OSError) -> SourceFileError:
    """The error for a file that the operating system does not give."""
    if isinstance(error, FileNotFoundError):
        return SourceFileError(f"{name}: there is no such file or folder; check the path")
    return SourceFileError(f"{name}: cannot be read: {error.strerror or error}; check the file and its permissions")


@contextmanager
def open_bytes(file: SourceFile, *, stdin: BinaryIO | None = None) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where it is gzip (told by its first bytes, not by its name).

    Args:
        file: What to open.
        stdin: Stands for standard input; None takes the process's own. It is never closed.

    Raises:
        SourceFileError: Where the name ends in ``.gz`` and the content is no gzip.
        OSError, EOFError, zlib.error: While reading; a truncated gzip shows only at its end.
    """
    with ExitStack() as stack:
        raw: BinaryIO
        raw = (stdin or sys.stdin.buffer) if file.path is None else stack.enter_context(file.path.open("rb"))
        stream = raw
        if not hasattr(raw, "peek"):
            wrapper = io.BufferedReader(cast(io.RawIOBase, raw))
            # Without this the caller's stream would be closed along with the wrapper.
            stack.callback(wrapper.detach)
            stream = wrapper
        head = cast(io.BufferedReader, stream).peek(2)[:2]
        if head == b"\x1f\x8b":
            stream = cast(BinaryIO, stack.enter_context(gzip.GzipFile(fileobj=stream)))
        elif file.path is not None and file.path.suffix.lower() == ".gz":
            raise SourceFileError(f"{file.name}: is no gzip file although it is named so; rename or pack it again")
        yield stream


def refuse_binary(head: bytes, *, name: str, encoding: str) -> None:
    """Check that a file's first bytes can be text.

    Raises:
        SourceFileError: Where they hold a NUL or begin like a known binary format.
    """
    for magic, kind in _BINARY_KINDS:
        if head.startswith(magic):
            raise SourceFileError(f"{name}: is {kind}, no text; convert it, or name its format with --format")
    if b"\0" in head and not _is_wide(text_encoding(head, encoding=encoding)[0]):
        raise SourceFileError(
            f"{name}: is binary (a NUL byte at offset {head.index(0)}), no text; if it is UTF-16, say --encoding utf-16"
        )


def check_encoding(encoding: str) -> None:
    """Check that Python knows a text encoding of this name.

    Raises:
        ConfigError: Where it does not.
    """
    try:
        # Nothing would be decoded, and nothing looked up, of empty bytes.
        b"x".decode(encoding, errors="ignore")
        codecs.getincrementaldecoder(encoding)
    except LookupError:
        raise ConfigError(f"encoding {encoding!r} is unknown; write a name such as utf-8, cp1256 or utf-16") from None


def text_encoding(head: bytes, *, encoding: str) -> tuple[str, int]:
    """The encoding to use and the length of the byte order mark, which wins over what is asked for."""
    for mark, marked in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return marked, len(mark)
    # Python's own decoders disagree on what a missing mark means; nearly all such files are little-endian.
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(codecs.lookup(encoding).name, encoding), 0


def _is_wide(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))


def wrong_encoding(error: UnicodeDecodeError, *, place: str, offset: int) -> str:
    """The message for bytes that do not decode.

    Args:
        error: What the decoder said.
        place: File, or file and line.
        offset: Where in the file the decoded bytes began.
    """
    byte = error.object[error.start : error.start + 1].hex()
    return (
        f"{place}: byte 0x{byte} at offset {offset + error.start} is not {error.encoding.upper()}; name the file's "
        "encoding, e.g. --encoding cp1256 (Arabic), cp1251 (Cyrillic) or cp1252 (Western European)"
    )


def decode(data: bytes, *, name: str, encoding: str) -> str:
    """A whole file as text, exactly, but for the byte order mark.

    Raises:
        SourceFileError: Where the bytes are binary or do not decode; it names the byte and its offset.
    """
    refuse_binary(data, name=name, encoding=encoding)
    used, skipped = text_encoding(data, encoding=encoding)
    try:
        return data[skipped:].decode(used)
    except UnicodeDecodeError as error:
        raise SourceFileError(wrong_encoding(error, place=name, offset=skipped)) from None


class Lines:
    r"""The lines of a file as text, split at ``\n`` only and with their ends kept.

    A line that does not decode is given with replacement characters, and ``take_fault`` then tells so, but
    only once a line with non-ASCII text has decoded: before that, the whole file must be in another encoding.

    Attributes:
        number: Number of the line given last, from 1.

    Raises:
        SourceFileError: While iterating, where the file is in another encoding.
    """

    def __init__(self, chunks: Iterable[bytes], *, name: str, encoding: str) -> None:
        """Take the lines of a binary stream; an iterable of byte lines will do."""
        self.number = 0
        self._chunks = iter(chunks)
        self._name = name
        self._encoding = encoding
        self._offset = 0
        self._confirmed = False
        self._fault: str | None = None

    def __iter__(self) -> Iterator[str]:
        first = next(self._chunks, b"")
        refuse_binary(first, name=self._name, encoding=self._encoding)
        self._encoding, skipped = text_encoding(first, encoding=self._encoding)
        self._offset = skipped
        read = self._wide_lines if _is_wide(self._encoding) else self._narrow_lines
        yield from read(first[skipped:])

    def take_fault(self) -> str | None:
        """The message for the first undecodable line since the last call, or None."""
        fault, self._fault = self._fault, None
        return fault

    def _narrow_lines(self, first: bytes) -> Iterator[str]:
        chunk: bytes | None = first
        while chunk:
            self.number += 1
            try:
                line = chunk.decode(self._encoding)
                self._confirmed = self._confirmed or not chunk.isascii()
            except UnicodeDecodeError as error:
                message = wrong_encoding(error, place=f"{self._name}:{self.number}", offset=self._offset)
                if not self._confirmed:
                    raise SourceFileError(message) from None
                self._fault = self._fault or message
                line = chunk.decode(self._encoding, errors="replace")
            self._offset += len(chunk)
            yield line
            chunk = next(self._chunks, None)

    def _wide_lines(self, first: bytes) -> Iterator[str]:
        # The stream is cut at the byte 0x0A, which may be half a character here.
        decoder = codecs.getincrementaldecoder(self._encoding)()
        pending = ""
        chunk: bytes | None = first
        while chunk is not None:
            following = next(self._chunks, None)
            fault: UnicodeDecodeError | None = None
            try:
                pending += decoder.decode(chunk, final=following is None)
            except UnicodeDecodeError as error:
                pending += error.object[: error.start].decode(self._encoding)
                fault = error
            *whole, pending = pending.split("\n")
            for line in whole:
                self.number += 1
                yield line + "\n"
            if fault is not None:
                place = f"{self._name}:{self.number + 1}"
                raise SourceFileError(wrong_encoding(fault, place=place, offset=self._offset))
            self._offset += len(chunk)
            chunk = following
        if pending:
            self.number += 1
            yield pending
