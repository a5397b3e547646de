"""Draws of clustered samples: the same as if what every kind of prompt adds were written out."""

import numpy as np
import pytest

from prefterm.stats.bootstrap import draw_counts, draw_sums, leave_one_out
from prefterm.stats.drawing import drawn_sums, left_out_values
from prefterm.stats.ratings import STRENGTHS, Ratings
from prefterm.stats.reliability import Alpha
from prefterm.stats.samples import Sample, counts_sample


def clustered(prompts: int = 40) -> Sample:
    """Some prompts with one item, some with up to six."""
    generator = np.random.default_rng(5)
    sizes = generator.integers(1, 7, prompts)
    prompt = np.repeat(np.arange(prompts), sizes)
    strengths = np.clip(generator.normal(0, 2, len(prompt))[:, None] + generator.normal(0, 1, (len(prompt), 3)), -3, 3).astype(int)
    return counts_sample(Ratings.from_matrix(strengths.tolist(), STRENGTHS, prompt.tolist()))


@pytest.mark.parametrize("block", [1, 40, 1 << 18])
def test_clusters_are_drawn_as_if_written_out(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = clustered()
    assert sample.clusters is not None
    alpha = Alpha("ordinal", STRENGTHS)
    features = alpha.features(sample.content)
    written_out = sample.per_unit(features)
    monkeypatch.setattr("prefterm.stats.drawing._BLOCK", block)
    assert np.allclose(drawn_sums(sample, features, 300), draw_sums(written_out, sample.unit_weight, 300))
    expected = alpha.value(leave_one_out(written_out, sample.unit_weight))
    assert left_out_values(sample, features, alpha.value) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("weight", [[3, 1, 7], [40, 3, 25, 1, 90], [30, 25]])
def test_counts_are_those_that_sums_are_made_of(weight: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prefterm.stats.bootstrap._BLOCK", 500)
    features = np.random.default_rng(6).normal(size=(len(weight), 2))
    counts = np.concatenate([part for _, part in draw_counts(np.array(weight), 70)])
    assert counts.shape == (70, len(weight)) and (counts.sum(axis=1) == sum(weight)).all()
    assert np.allclose(counts @ features, draw_sums(features, np.array(weight), 70))
