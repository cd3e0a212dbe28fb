"""The shapes of the service, by name."""

import pytest

from dialer.errors import BadInput
from simulation.demo.shape import Shape, shape_named


def test_shapes_are_known_by_name() -> None:
    assert shape_named("one") is Shape.ONE
    assert shape_named("several") is Shape.SEVERAL


def test_an_unknown_shape_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(BadInput) as refused:
        shape_named("round")

    assert str(refused.value) == "--shape: 'round' is unknown; choose one or several"
