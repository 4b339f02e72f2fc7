"""Whatever is changed, wherever: exactly one role answers for an activity in every scope."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from portulan.base.policy import Activity, Actor, Override, Scope, letters_at
from portulan.organisation.matrix import Place, check_letters

ROLES = ("pmo", "head_of_product", "product_manager", "product_owner")
SHIPPED = Activity("thing.edit", {"pmo": "R", "product_manager": "A"})
#: Entity → itself and everything above it: 1 is the group, 2 and 3 its units, 4 a country of 2.
ABOVE = {1: {1}, 2: {1, 2}, 3: {1, 3}, 4: {1, 2, 4}}
PLACES = (
    Place(),
    *(Place("entity", pk, f"entity:{pk}", above=frozenset(up)) for pk, up in ABOVE.items()),
    *(Place("line", pk, f"line:{pk}") for pk in (1, 2)),
    *(Place("team", pk, f"team:{pk}") for pk in (1, 2)),
)
LETTERS = st.dictionaries(st.sampled_from(ROLES), st.sampled_from(("R", "A", "C", "I", "X", "")))
CHANGES = st.lists(st.tuples(st.sampled_from(PLACES), LETTERS), max_size=12)
SCOPES = st.builds(
    lambda entity, lines, team: Scope(frozenset(ABOVE[entity]), frozenset(lines), team=team),
    st.sampled_from(sorted(ABOVE)),
    st.sets(st.sampled_from((1, 2))),
    st.sampled_from((None, 1, 2)),
)


def _overrides(place: Place, own: dict[str, str]) -> list[Override]:
    part = place.part
    return [
        Override(SHIPPED.code, role, letter, part.entity, part.line, part.team, place.above)
        for role, letter in own.items()
    ]


@settings(max_examples=300, deadline=None)
@given(CHANGES, SCOPES)
def test_one_role_answers_in_every_scope(
    changes: list[tuple[Place, dict[str, str]]], scope: Scope
) -> None:
    letters = dict(SHIPPED.letters)
    overrides: tuple[Override, ...] = ()
    taken = 0
    for place, own in changes:
        if check_letters(SHIPPED, letters, overrides, place, own) is not None:
            continue
        taken += 1
        if place.kind:
            kept = [o for o in overrides if o.place != place.part.place]
            overrides = tuple(
                sorted([*kept, *_overrides(place, own)], key=lambda o: (o.rank, o.role))
            )
        else:
            letters = {r: v for r, v in {**SHIPPED.letters, **own}.items() if v}
    actor = Actor(
        "a", matrix={SHIPPED.code: letters}, overrides={SHIPPED.code: overrides}
    )
    found = letters_at(actor, SHIPPED, scope)
    assert list(found.values()).count("A") == 1
    assert taken <= len(changes)


@given(LETTERS)
def test_a_change_is_taken_when_it_leaves_one_answer_and_only_then(own: dict[str, str]) -> None:
    after = {**SHIPPED.letters, **own}
    refusal = check_letters(SHIPPED, SHIPPED.letters, (), Place(), own)
    assert (refusal is None) == (list(after.values()).count("A") == 1)


def test_the_refusal_says_which_part_would_have_two_answers() -> None:
    unit = PLACES[2]
    overrides = tuple(_overrides(unit, {"product_manager": "R", "head_of_product": "A"}))
    own = {"product_manager": "R", "product_owner": "A"}
    refusal = check_letters(SHIPPED, SHIPPED.letters, overrides, Place(), own)
    assert refusal is not None
    assert refusal.code == "matrix.several_answers_below"
    assert set(refusal.roles) == {"head_of_product", "product_owner"}
