"""A report as Chinese text for those who edit the handbook: figures, weakest matters with bars, confused pairs."""

import unicodedata
from collections.abc import Iterator, Mapping

from intents.scoring import OUTSIDE, Report, TopicScore

_WEAKEST = 12
_PAIRS = 10
_LINES = 20
_BAR = 10
_PERCENT = 100
_EIGHTHS = "▏▎▍▌▋▊▉█"
_NONE = "—（没有这类句子）"
_ZONES = {
    "answer": ("直接答", "答对"),
    "choose": ("给几个让客户选", "前三个里有对的"),
    "refuse": ("说没听懂、请人工", "确实不归我们管"),
}


def lines(report: Report, names: Mapping[str, str]) -> Iterator[str]:
    """The whole report; `names` are the matters' Chinese names by code."""
    yield from _figures(report)
    yield ""
    yield from _weakest(report, names)
    yield from _confused(report, names)
    yield from _calibrated(report)


def percent(value: float | None) -> str:
    """A share as people read it."""
    return _NONE if value is None else f"{value * _PERCENT:.1f} %"


def _figures(report: Report) -> Iterator[str]:
    scope, danger = report.out_of_scope, report.danger
    yield f"共 {report.count} 句：归我们管的 {report.inside} 句，不归我们管的 {report.outside} 句。"
    yield ""
    for label, told in (
        ("听对（严）", f"{percent(report.strict)}　没听懂也算错"),
        ("听对（宽）", f"{percent(report.lenient)}　标注里「也算对」的也算"),
        ("头一个猜对", f"{percent(report.named)}　不管有没有把握"),
        ("前三个里有", percent(report.top3)),
        ("最有把握的一半", f"{percent(report.surest_half)}　连「也算对」是 {percent(report.surest_half_lenient)}"),
        ("说没听懂，说得对", f"{percent(scope.precision)}　其余是该听懂的"),
        ("不归我们管的，认出", percent(scope.recall)),
        ("分得清内外", _NONE if scope.auroc is None else f"{scope.auroc:.3f}　1 是全分得清，0.5 是瞎猜"),
        (
            "把握准不准",
            _NONE if report.calibration.off is None else f"平均差 {percent(report.calibration.off)}　越小越准",
        ),
        ("险情听出", f"{percent(danger.recall)}　共 {danger.count} 句{_at('，漏了', danger.missed)}"),
        ("险情虚惊", f"{_alarms(report)}{_at('，', danger.false)}"),
    ):
        yield f"  {padded(label, 20)}{told}"
    yield ""
    for zone in report.zones:
        doing, right = _ZONES[zone.zone]
        told = f"，其中{right} {percent(zone.right)}" if zone.count else ""
        yield f"  {padded(doing, 20)}{zone.count} 句{told}"


def _alarms(report: Report) -> str:
    per_1000 = report.danger.false_alarms_per_1000
    return _NONE if per_1000 is None else f"每千句 {per_1000:g} 次　共 {report.danger.false_alarms} 次"


def _at(label: str, found: tuple[int, ...]) -> str:
    """Where to look in the file."""
    if not found:
        return ""
    etc = " 等" if len(found) > _LINES else ""
    return f"{label}第 {'、'.join(map(str, found[:_LINES]))}{etc} 行"


def _weakest(report: Report, names: Mapping[str, str]) -> Iterator[str]:
    weak = [topic for topic in report.topics if topic.taken_for][:_WEAKEST]
    if not weak:
        yield "每一项都听对了。"
        return
    yield "听得最差的业务（条是听对了多少）："
    for topic in weak:
        for_what = "，".join(f"{_heard(code, names)} {count}" for code, count in topic.taken_for)
        yield f"  {padded(_name(topic.code, names), 26)}{bar(topic.recall or 0)} {_hits(topic)}　听成：{for_what}"
    rest = sum(bool(topic.taken_for) for topic in report.topics) - len(weak)
    if rest:
        yield f"  另有 {rest} 项也有听错的。"


def _hits(topic: TopicScore) -> str:
    right = round((topic.recall or 0) * topic.count)
    return f"{right:>3}/{topic.count} 句"


def _confused(report: Report, names: Mapping[str, str]) -> Iterator[str]:
    if not report.pairs:
        return
    yield ""
    yield "最容易混的（本来是 → 听成）："
    for pair in report.pairs[:_PAIRS]:
        yield f"  {pair.count:>3} 次  {_name(pair.want, names)} → {_heard(pair.got, names)}"
    rest = len(report.pairs) - _PAIRS
    if rest > 0:
        yield f"  另有 {rest} 对。"


def _calibrated(report: Report) -> Iterator[str]:
    yield ""
    yield "把握和实际（把握多大 → 实际对了多少）："
    for one in report.calibration.bins:
        if one.hoped is not None and one.right is not None:
            told = f"{percent(one.hoped):>7} → {percent(one.right):>7}"
            yield f"  {one.low:.1f}–{one.high:.1f}  {told}　{bar(one.right)} {one.count} 句"


def _name(code: str, names: Mapping[str, str]) -> str:
    return "不归我们管的" if code == OUTSIDE else names.get(code, code)


def _heard(code: str, names: Mapping[str, str]) -> str:
    return "没听懂" if code == OUTSIDE else names.get(code, code)


def bar(part: float) -> str:
    """A share of one as ten cells."""
    eighths = round(max(0.0, min(part, 1.0)) * _BAR * len(_EIGHTHS))
    whole, rest = divmod(eighths, len(_EIGHTHS))
    filled = "█" * whole + (_EIGHTHS[rest - 1] if rest else "")
    return filled + "·" * (_BAR - len(filled))


def padded(text: str, columns: int) -> str:
    """A text in so many columns of a terminal, where a Chinese character takes two."""
    wide = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(1, columns - wide)
