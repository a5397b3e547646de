"""MT-bench votes (lmsys): two models on a two-turn question, judged at turn 1 or turn 2.

Layouts, told apart by their keys:

- votes alone: `question_id`, `model_a`, `model_b`, `turn`, `judge`, `winner`, one vote a line and no texts. Gives a
  comparison of two responses known by their models, and a judgment. `conversation_a` and `conversation_b` beside the vote,
  as on the Hugging Face hub, give the texts.
- joined: `conversation_a`, `conversation_b` and `human_votes`, a list of `judge` and `winner`. Gives a comparison with
  texts and a judgment per vote. Its `gpt4_pair` is no human vote: it is kept in `meta`, as the name of the model that won.

Label semantics: `winner` is `model_a`, `model_b`, `tie`, or `tie (inconsistent)`: GPT-4 chose the same side in both orders,
so that its two verdicts cancel out; a tie here, with the word kept in the judgment's `meta`. Judges `gpt4…` are machines.

Warts: the same two models stand now as a and b, now as b and a; responses are brought into the order of the model names, so
that all votes on a pair meet in one comparison. One judge voted twice on one comparison. Turn 1 compares the first answers.
Turn 2 compares whole conversations, for the second answer builds upon the first: the prompt is the first user message.

Keys beyond the layout go into the comparison's `meta` where the record is about the comparison (joined), and into the
judgment's where the record is one vote, for there they may differ from vote to vote of one comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefterm.interchange.importers.building import checked, comparison, judgment, response, text_in, unknown_keys
from prefterm.interchange.importers.protocol import Translation

__all__ = ["MTBenchImporter"]

_PAIR_KEYS = {"question_id", "model_a", "model_b", "turn"}
_TEXT_KEYS = {"conversation_a", "conversation_b"}
_VOTE_KEYS = {"judge", "winner"}
_JOINED_KEYS = {"human_votes", "category", "gpt4_pair"}
_INCONSISTENT = "tie (inconsistent)"
_WINNERS = ("model_a", "model_b", "tie", _INCONSISTENT)


class MTBenchImporter:
    """MT-bench votes, alone or joined with the conversations."""

    name = "mt-bench"
    source = "mt-bench"

    def recognises(self, record: Mapping[str, Any]) -> bool:
        """By the question, the two models and the turn, with a vote or a list of votes."""
        return record.keys() >= _PAIR_KEYS and ("human_votes" in record or record.keys() >= _VOTE_KEYS)

    def translate(self, record: Mapping[str, Any]) -> Translation:
        """The comparison, and a judgment per human vote."""
        for key in ("question_id", "turn"):
            if type(record.get(key)) is not int:
                raise ValueError(f"{key} must be a whole number, not {record.get(key)!r:.80}")
        if record["turn"] not in (1, 2):
            raise ValueError(f"turn must be 1 or 2, not {record['turn']}")
        joined = "human_votes" in record
        warnings: list[str] = []
        pair = self._comparison(record, joined, warnings)
        votes = _votes(record) if joined else [unknown_keys(record, _PAIR_KEYS | _TEXT_KEYS)]
        return checked([pair, *(self._judgment(pair, record, vote) for vote in votes)], warnings)

    def _comparison(self, record: Mapping[str, Any], joined: bool, warnings: list[str]) -> dict[str, Any]:
        sides = sorted("ab", key=lambda side: text_in(record, f"model_{side}"))
        models = [record[f"model_{side}"] for side in sides]
        identity = "-".join([self.source, str(record["question_id"]), *models, f"t{record['turn']}"])
        if not (joined or record.keys() & _TEXT_KEYS):
            # Neither tags nor meta: this record must not contradict the joined one of the same id.
            return comparison(identity, self.source, None, [{"text": None, "model": model} for model in models])
        prompt, said = _texts(record, sides)
        responses = [response(messages, model) for messages, model in zip(said, models, strict=True)]
        for model, messages in zip(models, said, strict=True):
            if any(m.get("content") == "" for m in messages):
                warnings.append(f"an answer of {model} is empty")
        meta = {"question_id": record["question_id"], "turn": record["turn"]}
        if joined:
            meta |= unknown_keys(record, _PAIR_KEYS | _TEXT_KEYS | _JOINED_KEYS)
            if record.get("gpt4_pair") is not None:
                meta["gpt4_pair"] = record.get(str(record["gpt4_pair"]), record["gpt4_pair"])
        tags = [text_in(record, "category")] if record.get("category") and joined else []
        return comparison(identity, self.source, prompt, responses, tags, meta)

    def _judgment(self, pair: Mapping[str, Any], record: Mapping[str, Any], vote: Mapping[str, Any]) -> dict[str, Any]:
        judge, winner = text_in(vote, "judge"), text_in(vote, "winner")
        if winner not in _WINNERS:
            raise ValueError(f"winner must be one of {', '.join(_WINNERS)}, not {winner!r:.80}")
        meta = unknown_keys(vote, _VOTE_KEYS)
        if winner == _INCONSISTENT:
            meta["winner"] = winner
        choice = "tie"
        if winner.startswith("model"):
            a_first = record["model_a"] <= record["model_b"]
            choice = "first" if (winner == "model_a") == a_first else "second"
        return judgment(pair, judge, choice, meta, kind="judge" if judge.startswith("gpt4") else "human")


def _votes(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    votes = record["human_votes"]
    if not isinstance(votes, list) or not all(isinstance(vote, dict) for vote in votes):
        raise ValueError("human_votes must be a list of objects with judge and winner")
    return votes


def _texts(record: Mapping[str, Any], sides: list[str]) -> tuple[str, list[list[dict[str, Any]]]]:
    """The first user message and, per side, what followed it up to the answer of the record's turn."""
    turn = record["turn"]
    wanted = ["user", "assistant"] * turn
    said = []
    for side in sides:
        talk = record.get(f"conversation_{side}")
        if not isinstance(talk, list) or not all(isinstance(message, dict) for message in talk):
            raise ValueError(f"conversation_{side} must be a list of messages")
        # The hub's rows hold both turns whichever is judged; what came after the judged one was not part of it.
        talk = talk[: len(wanted)]
        if [message.get("role") for message in talk] != wanted:
            raise ValueError(f"conversation_{side} must begin with {turn} x user, assistant, as turn {turn} is judged")
        said.append(talk)
    if said[0][0] != said[1][0]:
        raise ValueError("the two conversations begin with different questions")
    return text_in(said[0][0], "content"), [talk[1:] for talk in said]
