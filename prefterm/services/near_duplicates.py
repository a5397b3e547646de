"""The search for near-duplicate prompts: MinHash candidates, exact verification, clusters as connected components.

What a near-duplicate is stands in `domain.prompts`. Signatures come from a library (rensa) and are stored with the prompt;
the clusters of an import are planned before its write transaction, which only looks at prompts added since.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from prefterm.domain.ids import derived_uuid
from prefterm.domain.prompts import JACCARD_THRESHOLD, Message, jaccard, normalised, shingles
from prefterm.domain.strict_json import sha256_of
from prefterm.store import prompts
from prefterm.store.prompts import NewPrompt, PromptRow

__all__ = ["LARGE_CLUSTER", "PromptIndex", "PromptPlan", "SideClash"]

LARGE_CLUSTER = 0.05
"""A cluster with more than this share of all prompts is warned about: a shared preamble may chain a whole domain."""
_PERMUTATIONS = 128
_ROWS = 4
"""Signature values a band: with 32 bands a pair at Jaccard 0.8 is missed about once in 10⁷ times."""
_SEED = 42
_VERSION = 2
_LAYOUT = struct.Struct(f"<H{_PERMUTATIONS}I")


class SideClash(Exception):
    """A prompt is near to clusters on different sides."""


@dataclass(frozen=True)
class PromptPlan:
    """What an import has to write about prompts."""

    new: tuple[NewPrompt, ...]
    merged: dict[str, str]
    """Clusters that a new prompt joined to others: old name → new name."""
    sides: dict[str, str]
    """Sides that merged clusters without one take over."""
    warnings: tuple[str, ...]


@dataclass
class _Known:
    id: int
    normal_sha256: str
    signature: bytes | None
    cluster: str


@dataclass
class PromptIndex:
    """Every stored prompt's signature, in memory, ready to be asked about new ones."""

    bands: dict[tuple[int, bytes], list[int]] = field(default_factory=dict)
    known: list[_Known] = field(default_factory=list)
    by_normal: dict[str, int] = field(default_factory=dict)
    by_sha: dict[str, str] = field(default_factory=dict)
    sides: dict[str, str | None] = field(default_factory=dict)
    served: frozenset[str] = frozenset()
    last_id: int = 0

    def catch_up(self, connection: Connection) -> None:
        """Take in the prompts added since the last call, page by page."""
        while page := prompts.all_prompts(connection, self.last_id):
            for row in page:
                self._take(row)
            self.last_id = page[-1].id
        uses = prompts.clusters_by_use(connection)
        self.served = frozenset(set().union(*uses.values()))

    def _take(self, row: PromptRow) -> None:
        self.by_sha[row.sha256] = row.cluster
        if row.quarantined:
            return
        self.sides[row.cluster] = row.side
        self._add(_Known(row.id, row.normal_sha256, row.signature, row.cluster))

    def _add(self, known: _Known) -> None:
        place = len(self.known)
        self.known.append(known)
        self.by_normal.setdefault(known.normal_sha256, place)
        for band in _bands(known.signature):
            self.bands.setdefault(band, []).append(place)

    def plan(
        self, wanted: Iterable[tuple[Message, ...]], texts_of: Callable[[Iterable[int]], dict[int, tuple[Message, ...]]]
    ) -> PromptPlan:
        """Clusters and sides for prompts; those stored already are left out.

        `texts_of` gives the messages of stored prompts by id, for the exact check. A prompt near to both a train and an
        eval cluster is quarantined: it joins neither, and is never served nor exported to trainers.
        """
        fresh = self._fresh(wanted)
        signatures = _signatures([s for _, _, s in fresh])
        planner = _Planner(self, texts_of)
        for (messages, normal, grams), signature in zip(fresh, signatures, strict=True):
            planner.place(messages, normal, grams, signature)
        return planner.result()

    def _fresh(self, wanted: Iterable[tuple[Message, ...]]) -> list[tuple[tuple[Message, ...], str, frozenset[str]]]:
        fresh: dict[str, tuple[Message, ...]] = {}
        for messages in wanted:
            sha = prompts.prompt_sha(messages)
            if sha not in self.by_sha:
                fresh.setdefault(sha, messages)
        found = []
        for messages in fresh.values():
            normal = normalised(messages)
            found.append((messages, normal, shingles(normal)))
        return found


class _Planner:
    """Places new prompts one by one; remembers their shingles, so that each pair is computed once."""

    def __init__(self, index: PromptIndex, texts_of: Callable[[Iterable[int]], dict[int, tuple[Message, ...]]]) -> None:
        self.index = index
        self.texts_of = texts_of
        self.grams: dict[int, frozenset[str]] = {}
        self.sides = dict(index.sides)
        self.merged: dict[str, str] = {}
        self.taken_over: dict[str, str] = {}
        self.new: list[NewPrompt] = []

    def place(self, messages: tuple[Message, ...], normal: str, grams: frozenset[str], signature: bytes | None) -> None:
        normal_sha = sha256_of(normal)
        near = {self._root(self.index.known[p].cluster) for p in self._near(normal_sha, grams, signature)}
        sha = prompts.prompt_sha(messages)
        own = derived_uuid("prompt", sha)
        try:
            cluster, side = self._join(near, own)
        except SideClash:
            self.new.append(NewPrompt(own, messages, normal_sha, signature, own, None, True))
            return
        self.new.append(NewPrompt(own, messages, normal_sha, signature, cluster, side, False))
        self.sides[cluster] = side
        self.grams[len(self.index.known)] = grams
        self.index._add(_Known(0, normal_sha, signature, cluster))

    def _near(self, normal_sha: str, grams: frozenset[str], signature: bytes | None) -> list[int]:
        near = [self.index.by_normal[normal_sha]] if normal_sha in self.index.by_normal else []
        candidates = sorted({p for band in _bands(signature) for p in self.index.bands.get(band, ())} - set(near))
        self._load([p for p in candidates if p not in self.grams])
        return near + [p for p in candidates if jaccard(grams, self.grams[p]) >= JACCARD_THRESHOLD]

    def _load(self, places: Sequence[int]) -> None:
        texts = self.texts_of([self.index.known[p].id for p in places]) if places else {}
        for place in places:
            self.grams[place] = shingles(normalised(texts[self.index.known[place].id]))

    def _root(self, cluster: str) -> str:
        while cluster in self.merged:
            cluster = self.merged[cluster]
        return cluster

    def _join(self, near: set[str], own: str) -> tuple[str, str | None]:
        if not near:
            return own, None
        # A cluster that was served counts as train even where no side was drawn yet.
        sides = {c: self.sides.get(c) or ("train" if c in self.index.served and len(near) > 1 else None) for c in near}
        drawn = {s for s in sides.values() if s is not None}
        if len(drawn) > 1:
            raise SideClash
        cluster, side = min(near), (drawn.pop() if drawn else None)
        for other in near - {cluster}:
            self.merged[other] = cluster
        if side is not None and any(self.sides.get(c) is None for c in near):
            self.taken_over[cluster] = side
        return cluster, side

    def result(self) -> PromptPlan:
        final = tuple(self._settled(p) for p in self.new)
        sides = {self._root(c): s for c, s in self.taken_over.items()}
        return PromptPlan(final, {old: self._root(old) for old in self.merged}, sides, self._warnings(final))

    def _settled(self, p: NewPrompt) -> NewPrompt:
        if p.quarantined:
            return p
        cluster = self._root(p.cluster)
        return NewPrompt(p.uuid, p.messages, p.normal_sha256, p.signature, cluster, self.sides.get(cluster), False)

    def _warnings(self, final: Sequence[NewPrompt]) -> tuple[str, ...]:
        found = []
        sizes = Counter(self._root(k.cluster) for k in self.index.known)
        total = len(self.index.known)
        if total >= 40 and sizes:
            cluster, size = sizes.most_common(1)[0]
            if size > LARGE_CLUSTER * total and any(p.cluster == cluster for p in final):
                found.append(
                    f"{size} of {total} prompts are near-duplicates of each other: a preamble that they share may chain them; "
                    "they will all stand on one side of a hold-out"
                )
        quarantined = sum(p.quarantined for p in final)
        if quarantined:
            found.append(
                f"{quarantined} prompts are near to both sides of the hold-out: quarantined, never served nor exported to trainers"
            )
        return tuple(found)


def _bands(signature: bytes | None) -> list[tuple[int, bytes]]:
    if signature is None:
        return []
    width = _ROWS * 4
    return [(n, signature[2 + n * width : 2 + (n + 1) * width]) for n in range(_PERMUTATIONS // _ROWS)]


def _signatures(grams: Sequence[frozenset[str]]) -> list[bytes | None]:
    """Packed MinHash signatures; None for a prompt too short to have shingles."""
    from rensa import RMinHash

    if RMinHash.ALGORITHM_VERSION != _VERSION:
        raise RuntimeError(f"rensa's MinHash changed (version {RMinHash.ALGORITHM_VERSION}): stored signatures must be computed again")
    full = [sorted(g) for g in grams if g]
    digests = iter(RMinHash.digests_from_token_sets(full, _PERMUTATIONS, _SEED) if full else ())
    return [_LAYOUT.pack(_VERSION, *next(digests)) if g else None for g in grams]
