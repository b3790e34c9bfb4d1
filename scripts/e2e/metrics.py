"""What CloudWatch makes of what is written and counted, as far as our alarms need it: points of metrics from lines in the
embedded metric format and by metric filters, and the state of an alarm over them.

Apart from the faults because this is AWS's part. The emulator has alarms, but looks neither at their dimensions nor at
what missing data means, so a wrong one would fire there.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Point:
    """One figure, without its time: a fault is looked at as long as it lasts."""

    namespace: str
    name: str
    value: float
    dimensions: frozenset[tuple[str, str]] = frozenset()


def point(namespace: str, name: str, value: float, **dimensions: str) -> Point:
    return Point(namespace, name, float(value), frozenset(dimensions.items()))


def of_line(line: str) -> list[Point]:
    """The figures of one line (Amazon CloudWatch User Guide, "Specification: Embedded metric format")."""
    if '"_aws"' not in line:
        return []
    document: Json = json.loads(line)
    found = []
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            for names in directive["Dimensions"]:
                pairs = frozenset((name, str(document[name])) for name in names)
                found.append(Point(directive["Namespace"], metric["Name"], float(document[metric["Name"]]), pairs))
    return found


def at(document: Any, path: str) -> Any:
    for part in path.split("."):
        document = document.get(part) if isinstance(document, dict) else None
    return document


def matches(pattern: str, document: Json) -> bool:
    """A filter on JSON lines: comparisons, all of which are joined by `||` (ibid., "Filter pattern syntax")."""
    inner = pattern.strip().removeprefix("{").removesuffix("}")
    results = []
    for clause in inner.split("||"):
        parsed = re.fullmatch(r'\s*\(?\s*\$\.([\w.]+)\s*(=|<|>=)\s*("[^"]*"|[\d.]+)\s*\)?\s*', clause)
        if parsed is None:
            raise SystemExit(f"the filter {pattern!r} is of no form that is known here")
        value, wanted = at(document, parsed[1]), json.loads(parsed[3])
        if value is None:
            results.append(False)
        else:
            results.append({"=": value == wanted, "<": value < wanted, ">=": value >= wanted}[parsed[2]])
    return any(results)


def filtered(filters: list[Json], line: str) -> list[Point]:
    """What the metric filters of a log group make of a line of it."""
    document = json.loads(line)
    found = []
    for one in filters:
        if matches(one["filterPattern"], document):
            for change in one["metricTransformations"]:
                text = change["metricValue"]
                value = at(document, text[2:]) if text.startswith("$.") else text
                found.append(point(change["metricNamespace"], change["metricName"], float(value)))
    return found


def statistic(alarm: Json, values: list[float]) -> float:
    if "ExtendedStatistic" in alarm:
        ordered = sorted(values)
        share = float(alarm["ExtendedStatistic"].removeprefix("p")) / 100
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return {"Sum": sum(values), "Maximum": max(values), "Average": sum(values) / len(values)}[alarm["Statistic"]]


def breaches(alarm: Json, value: float) -> bool:
    threshold = float(alarm["Threshold"])
    return {
        "GreaterThanThreshold": value > threshold,
        "GreaterThanOrEqualToThreshold": value >= threshold,
        "LessThanThreshold": value < threshold,
        "LessThanOrEqualToThreshold": value <= threshold,
    }[alarm["ComparisonOperator"]]


def state(alarm: Json, points: list[Point], every: int) -> str:
    """The alarm's state while the same points come every so many seconds: ALARM or OK, or both where it would go to and
    fro, since periods are cut at any moment.
    """
    pairs = frozenset((pair["Name"], pair["Value"]) for pair in alarm.get("Dimensions", []))
    values = [one.value for one in points
              if (one.namespace, one.name, one.dimensions) == (alarm["Namespace"], alarm["MetricName"], pairs)]
    period, periods = int(alarm["Period"]), int(alarm["EvaluationPeriods"])
    missing = alarm.get("TreatMissingData", "missing") == "breaching"
    states = set()
    for end in range(0, max(every, period), 60):
        over = []
        for number in range(periods):
            until, since = end - number * period, end - (number + 1) * period
            # Points stand at every multiple of `every`.
            rounds = (until - 1) // every - (since - 1) // every
            over.append(breaches(alarm, statistic(alarm, values * rounds)) if values and rounds else missing)
        states.add("ALARM" if all(over) else "OK")
    return " and ".join(sorted(states))
