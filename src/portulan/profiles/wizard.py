"""Six questions to a new company, and the profile and step that fit, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portulan.profiles.library import shipped

#: Question → its answers, from the lightest to the heaviest.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "size": ("under_250", "under_5000", "over_5000"),
    "products": ("under_10", "under_40", "over_40"),
    "entities": ("one", "few", "many"),
    "committees": ("none", "few", "many"),
    "maturity": ("project", "mixed", "product"),
    "regulated": ("no", "some", "strong"),
}
#: What an answer weighs towards the group's profile.
WEIGHTS: Mapping[str, tuple[int, int, int]] = {
    "size": (-1, 0, 2),
    "products": (0, 1, 2),
    "entities": (0, 1, 2),
    "committees": (0, 0, 1),
    "maturity": (0, 0, 0),
    "regulated": (0, 0, 1),
}
#: From this weight on, the group's profile is proposed.
GROUP = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """A profile and a step of its ladder; ``reasons`` are question and answer, heaviest first."""

    profile: str
    step: str
    reasons: tuple[tuple[str, str], ...]
    weight: int


def propose(answers: Mapping[str, str]) -> Proposal | None:
    """What fits these answers; ``None`` while one is missing or unknown.

    The profile follows from size, products, entities, committees and regulation (a sum of weights);
    the step from the maturity: who works by projects begins with roles, who has committees already
    goes on to what they decide on.
    """
    if any(answers.get(question) not in known for question, known in QUESTIONS.items()):
        return None
    weights = {
        question: WEIGHTS[question][known.index(answers[question])]
        for question, known in QUESTIONS.items()
    }
    total = sum(weights.values())
    code = "groupe" if total >= GROUP else "eti"
    steps = [str(step["code"]) for step in shipped(code).steps]
    rung = {"project": 0, "mixed": 1, "product": 3}[answers["maturity"]]
    if answers["maturity"] == "mixed" and answers["committees"] != "none":
        rung = 2
    towards = 1 if code == "groupe" else -1
    named = sorted(weights, key=lambda question: -towards * weights[question])
    reasons = [(q, answers[q]) for q in named if weights[q] * towards > 0 or (
        code == "eti" and weights[q] == 0 and q != "maturity"
    )]
    return Proposal(code, steps[rung], (*reasons[:3], ("maturity", answers["maturity"])), total)
