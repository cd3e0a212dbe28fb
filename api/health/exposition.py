"""Engines' samples in Prometheus' text format, beside the application's own.

Knows the format's families. Refuses to know how samples are come by.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from dialer.domain.metric import FAMILIES, Family, Kind, Sample

Told = Mapping[str, Sequence[Sample]]
"""Samples by node."""


def text_of(told: Told, own: CollectorRegistry) -> bytes:
    """Return everything as text.

    Args:
        told: what the engines say.
        own: what the application counts.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Engines(told))
    return bytes(generate_latest(own)) + bytes(generate_latest(registry))


class _Engines:
    """A collector of what was told already."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def collect(self) -> Iterable[Metric]:
        """Return the families that have samples."""
        for family in FAMILIES.values():
            samples = [
                (node, sample)
                for node, samples in self._told.items()
                for sample in samples
                if sample.name == family.name
            ]
            if samples:
                yield _metric(family, samples)


def _metric(family: Family, samples: Sequence[tuple[str, Sample]]) -> Metric:
    labels = ["node", *family.labels]
    metric: CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily
    match family.kind:
        case Kind.COUNTER:
            metric = CounterMetricFamily(family.name, family.text, labels=labels)
        case Kind.GAUGE:
            metric = GaugeMetricFamily(family.name, family.text, labels=labels)
        case Kind.HISTOGRAM:
            metric = HistogramMetricFamily(family.name, family.text, labels=labels)
    for node, sample in samples:
        values = [node, *sample.labels]
        if isinstance(metric, HistogramMetricFamily):
            if isinstance(sample.value, Mapping):
                buckets = list(_cumulated(sample.value))
                metric.add_metric(values, buckets=buckets, sum_value=sample.value["sum"])
        elif not isinstance(sample.value, Mapping):
            metric.add_metric(values, float(sample.value))
    return metric


def _cumulated(facts: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Return each bound with how many values are at or below it."""
    seen = 0
    for bound, count in zip([*facts["bounds"], "+Inf"], facts["counts"], strict=True):
        seen += count
        yield str(bound), float(seen)
