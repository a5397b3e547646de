"""Bands, the sentence about lopsided labels, and the shape of a figure."""

import pytest

from prefterm.stats import MARKS, Ratings, band, lopsided_labels
from prefterm.stats.figures import Difference, Figure


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.7500001, "strong"),
        (0.75, "moderate"),
        (0.60, "moderate"),
        (0.5999, "fair"),
        (0.40, "fair"),
        (0.3999, "poor"),
        (-0.02, "poor"),
        (None, None),
    ],
)
def test_bands(value: float | None, expected: str | None) -> None:
    assert band(value) == expected


def test_lopsided_labels() -> None:
    shares = {"first": 0.93, "tie": 0.02, "second": 0.05}
    sentence = lopsided_labels(-0.02, 0.94, shares)
    assert sentence is not None
    assert "93 % are first" in sentence
    assert lopsided_labels(0.6, 0.7, shares) is None
    assert lopsided_labels(None, 0.94, shares) is None
    assert lopsided_labels(0.1, None, shares) is None


def test_a_figure_as_json() -> None:
    figure = Figure(0.61, 0.52, 0.76, 300, "bca")
    assert figure.to_json() == {
        "value": 0.61, "low": 0.52, "high": 0.76, "n_items": 300, "method": "bca", "band": "moderate", "band_low": "fair",
        "band_high": "strong", "undefined": None, "no_interval": None,
    }  # fmt: skip
    undefined = Figure.without_value("no variation", 7)
    assert {key for key, value in undefined.to_json().items() if value is not None} == {"n_items", "undefined"}
    assert Figure(1.0, None, None, 30, None, no_interval="nothing varies").to_json()["no_interval"] == "nothing varies"


def test_a_share_has_no_band() -> None:
    figure = Figure(0.9, 0.8, 0.95, 300, "percentile", banded=False)
    assert (figure.band, figure.band_low, figure.band_high) == (None, None, None)


@pytest.mark.parametrize(
    "arguments",
    [
        (None, None, None, 5, None),
        (0.5, 0.4, None, 5, "bca"),
        (0.5, 0.4, 0.6, 5, None),
        (0.5, None, None, 5, None),
        (None, 0.4, 0.6, 5, "bca", "no variation"),
        (0.5, 0.4, 0.6, 5, "bca", "no variation"),
    ],
)
def test_a_figure_says_what_it_knows(arguments: tuple) -> None:
    with pytest.raises(ValueError):
        Figure(*arguments)


def test_a_difference_as_json() -> None:
    found = Difference("v1", "v2", "alpha_nominal", 0.1, -0.02, 0.2, True, 50, 50)
    assert found.to_json() == {
        "a": "v1", "b": "v2", "coefficient": "alpha_nominal", "value": 0.1, "low": -0.02, "high": 0.2, "paired": True, "note": "",
    }  # fmt: skip


def test_the_face_names_what_it_has() -> None:
    import prefterm.stats as face

    assert all(getattr(face, name) is not None for name in face.__all__)
    assert Ratings.from_matrix([[1]], MARKS).n_labels == 1
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        face.nothing  # noqa: B018
