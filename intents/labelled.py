"""Reads a file of labelled sentences, one JSON object a line; a slip is told in Chinese with its line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from intents.faults import HandbookFault, HandbookFaults


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, what it is, and what a careful reader would let pass as well."""

    text: str
    intent: str
    also: tuple[str, ...] = ()
    danger: bool | None = None
    """Whether safety words are due; None: the file does not say."""
    line: int = 0


def read_labelled(raw: bytes, file: str) -> tuple[Labelled, ...]:
    """Read a whole file of `text`, `intent`, `also`?, `danger`?. HandbookFaults: everything to be mended."""
    faults: list[HandbookFault] = []
    found = tuple(_lines(raw, file, faults))
    if not found and not faults:
        faults.append(HandbookFault(file, 0, "一句话也没有"))
    if faults:
        raise HandbookFaults(faults)
    return found


def _lines(raw: bytes, file: str, faults: list[HandbookFault]) -> Iterator[Labelled]:
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            faults.append(HandbookFault(file, number, "不是 UTF-8 的文字，请另存为 UTF-8"))
            continue
        except (ValueError, RecursionError):
            faults.append(HandbookFault(file, number, '看不懂；一行写一个 {"text": "…", "intent": "…"}'))
            continue
        message = _wrong(row)
        if message:
            faults.append(HandbookFault(file, number, message))
            continue
        also = tuple(row.get("also") or ())
        yield Labelled(row["text"], row["intent"].strip(), also, row.get("danger"), number)


def _wrong(row: Any) -> str:  # noqa: ANN401 - JSON comes as it comes
    """What is wrong with one object; empty where nothing is."""
    if not isinstance(row, dict):
        return '要写成 {"text": "…", "intent": "…"}'
    for key, label in (("text", "客户的话"), ("intent", "业务代号")):
        if key not in row:
            return f"少了「{key}」（{label}）"
        if not isinstance(row[key], str):
            return f"「{key}」（{label}）要写成文字"
    if not row["intent"].strip():
        return "「intent」（业务代号）是空的；不归我们管的写 out_of_scope"
    also = row.get("also")
    if also is not None and not (isinstance(also, list) and all(isinstance(code, str) for code in also)):
        return '「also」（也算对的业务）要写成 ["代号", "代号"]'
    if not isinstance(row.get("danger"), bool | None):
        return "「danger」（是不是险情）要写成 true 或 false"
    return ""
