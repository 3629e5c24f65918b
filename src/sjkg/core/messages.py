"""Parts of messages: counted nouns, full or failing disks, names of characters, advice on characters that look like ASCII."""

import errno
import tempfile
import unicodedata

CONTROL_NAMES = {
    "\x00": "null character",
    "\b": "backspace",
    "\t": "tab",
    "\n": "line feed",
    "\v": "vertical tab",
    "\f": "form feed",
    "\r": "carriage return",
    "\x1b": "escape character",
    "\x7f": "delete character",
    "\x85": "next line character",
    "\ufeff": "byte order mark",
}
FULL_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_TEMPORARY_FOLDER = "No usable temporary directory"  # of Python's tempfile
FULL_TEXTS = ("disk is full", "No space left on device", "Disk quota exceeded", "File too large")
# SQLite's text for a disk that fails, but also for a used-up quota and for a limit on file sizes
FAILED_TEXTS = ("disk I/O error", "Input/output error")
SPACES = "\v\f\x85"  # control characters that editors show as white space
DOUBLE_QUOTES, SINGLE_QUOTES = "“”„‟«»″〝〞＂", "‘’‚‛‹›′`´＇"
DASHES = "‐‑‒–—―−﹣－"
OPERATORS = {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∧": "&&",
    "∨": "||",
    "¬": "!",
    "×": "*",
    "∗": "*",
    "÷": "/",
    "⁄": "/",
    "⟨": "<",
    "⟩": ">",
}


def count_noun(number: int, noun: str) -> str:
    """Return a number and a noun, such as “1 file”, “0 entities” or “1,200 triples”.

    noun: in the singular. Its plural must be regular: -ies for -y after a consonant, otherwise -s.
    """
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number:,} {plural}"


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error says that a file could not grow: a full disk, a used-up quota, or a limit on file sizes.

    SQLite, Oxigraph and child processes report it by text only.
    """
    if isinstance(error, OSError) and error.errno:
        return error.errno in FULL_ERRORS
    return any(text in str(error) for text in FULL_TEXTS)


def disk_error(error: BaseException, folder: object, change: str) -> str | None:
    """Return the message for an error that says that a disk is full or fails; None for any other error.

    folder: where files were written. change: how to choose another one, such as “--snapshots”.
    """
    folders = f"{folder} or in the folder of temporary files, {tempfile.gettempdir()}"
    others = f"choose other folders ({change}; environment variable TMPDIR)"
    if is_disk_full(error):
        return f"no space is left in {folders} ({error}); free some space, or {others}"
    if any(text in str(error) for text in FAILED_TEXTS):
        return (
            f"a file cannot be read or written in {folders} ({error}); the disk fails, or a quota or limit on file sizes "
            f"is reached: check both, or {others}"
        )
    return None


def system_error(error: OSError) -> str:
    """Return the message for an error of the operating system: its reason, the file concerned if known, and what to do."""
    reason = str(error.strerror or error)
    if NO_TEMPORARY_FOLDER in reason:
        return (
            "no folder for temporary files can be written; set the environment variable TMPDIR to a writable folder, or start "
            "a container whose disk is read-only with --tmpfs /tmp"
        )
    file = f"{error.filename}: " if error.filename else ""
    return f"{file}{reason}; the operating system reports it: check the file, its permissions and the limits of the process"


def name_character(char: str) -> str:
    """Return the name of a character with article and code point, such as “a no-break space (U+00A0)”."""
    name = CONTROL_NAMES.get(char) or unicodedata.name(char, "").lower()
    if not name:
        name = {"Cc": "control character", "Co": "private-use character", "Cs": "lone surrogate"}.get(
            unicodedata.category(char), "character without a name"
        )
    return f"{'an' if name[0] in 'aeio' else 'a'} {name} (U+{ord(char):04X})"


def find_replacement(char: str, *, with_operators: bool = False) -> str | None:
    """Return advice on a character that looks like an ASCII character or is invisible, such as “write an ordinary space”.

    Return None for any other character. with_operators: also give advice on mathematical signs that stand for operators of
    a query language, such as “write <=” for “≤”.
    """
    if char in "\u2028\u2029":
        return "write an ordinary line break"
    if char in SPACES or unicodedata.category(char) == "Zs":
        return "write an ordinary space"
    if unicodedata.category(char) in ("Cc", "Cf", "Mn"):
        return "delete it"
    if char in DOUBLE_QUOTES:
        return 'write the straight quotation mark "'
    if char in SINGLE_QUOTES:
        return "write the straight quotation mark '"
    if char in "。、":
        return f"write {'.' if char == '。' else ','}"
    if with_operators and char in OPERATORS:
        return f"write {OPERATORS[char]}"
    plain = "-" if char in DASHES else unicodedata.normalize("NFKC", char)
    return f"write {plain}" if plain != char and len(plain) == 1 and plain.isascii() else None
