"""What the people of the made-up group say, are told, and are asked to fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.utils import timezone

from portulan.base.policy import Actor
from portulan.base.text import slug
from portulan.campaigns import access, actions, queries
from portulan.collaboration.actions import attachments, comments, watching
from portulan.notifications import making
from portulan.notifications.actions import mark_read
from portulan.organisation.queries import sign_ins

#: Product → what is said, in order: author, text, answered comment (by rank, from 1), settled.
SAID: Mapping[str, tuple[tuple[str, str, int, bool], ...]] = {
    "ESPCLI": (
        ("Claire Aubry", "Le comité demande une **estimation revue** avant jeudi. "
         "@karim-delmas, peux-tu dire ce qui a changé depuis #NOTIF ?", 0, False),
        ("Karim Delmas", "Deux écarts :\n\n- les relances passent par #NOTIF, donc moins de "
         "développement ici ;\n- l’authentification attend #IDENT.\n\nJe mets l’initiative à jour "
         "ce soir.", 1, False),
        ("Anne Texier", "Merci. Que se passe-t-il si #IDENT glisse d’un trimestre ?", 1, False),
        ("Paul Joly", "Les chiffres du trimestre sont joints, à l’euro près.", 0, False),
        ("Léa Huet", "La page d’aide renvoie encore à l’ancienne adresse.", 0, True),
    ),
    "NOTIF": (
        ("Karim Delmas", "Le fournisseur confirme la reprise des envois. "
         "@claire-aubry, on peut lever le point au prochain comité.", 0, False),
        ("Claire Aubry", "Noté, je le retire de l’ordre du jour.", 1, False),
    ),
}
FILE = (
    "chiffres-du-trimestre.csv",
    "mois;clients actifs;appels évités\n1;41200;3100\n2;43850;3420\n",
)
FIELDS = ("value_users", "constraints_operations", "debt", "exit_strategy")
GIVEN = {
    "debt": "Deux composants en fin de support ; remplacement prévu l’an prochain, 45 jours.",
    "exit_strategy": "Reprise des données documentée, préavis de six mois aux clients.",
    "constraints_operations": "Astreinte de nuit assurée par l’équipe d’exploitation.",
}


def load_talk(load: Actor, day: date) -> None:
    """Load it: comments, files, follows, a collection half filled in, notifications."""
    known = sign_ins()

    def of(name: str) -> Actor:
        account, person = known[slug(name)]
        return replace(load, name=name, account_id=account, person_id=person)

    for product, said in SAID.items():
        made: list[str] = []
        for author, text, answered, settled in said:
            parent = made[answered - 1] if answered else None
            made.append(str(comments.write(of(author), "product", product, text, parent).uid))
            if settled:
                comments.settle(of("Claire Aubry"), made[-1], True)
    name, content = FILE
    attachments.attach(of("Paul Joly"), "product", "ESPCLI", name, content.encode())
    for product in ("ESPCLI", "NOTIF", "IDENT", "PAIEMENT"):
        watching.watch(of("Claire Aubry"), "product", product, True)
    _collections(of, day)
    making.run(timezone.now())
    mark_read(of("Léa Huet"))


def _collections(of: Callable[[str], Actor], day: date) -> None:
    """One collection that runs, half filled in; one in preparation."""
    pmo = of("Claire Aubry")
    made = actions.create(
        pmo, name="Fiches produit avant la revue de portefeuille", kind="sheets",
        due_on=day + timedelta(days=9), fields=FIELDS,
        message="Merci de relire vos fiches : la revue de portefeuille s’appuie dessus. "
        "Une phrase par champ suffit.",
    )
    actions.launch(pmo, made.code)
    for name in ("Karim Delmas", "Hélène Marchand", "Adèle Perrin", "Théo Masson"):
        _fill(of(name), str(made.uid), half=name in ("Karim Delmas", "Théo Masson"))
    waiting = queries.page(pmo, access.campaign_for(pmo, made.code)).differences
    if len(waiting) > 3:
        actions.accept(pmo, made.code, [str(waiting[0].answer.uid)])
        actions.refuse(
            pmo, made.code, [str(waiting[1].answer.uid)], "Préciser l’échéance, s’il vous plaît."
        )
    actions.create(
        pmo, name="Prévisions de fin d’exercice", kind="forecasts", entity="ENE",
        due_on=day + timedelta(days=20), fields=("costs_capex", "costs_opex"),
        message="Le coût complet que vous voyez aujourd’hui, en k€.",
    )


def _fill(who: Actor, uid: str, *, half: bool) -> None:
    mine = [row for row in queries.asked_of(who.person_id) if str(row.uid) == uid]
    if not mine:
        return
    _campaign, asks = access.contribution_for(who, uid)
    chosen = asks[: max(1, len(asks) // 2)] if half else asks
    for rank, ask in enumerate(chosen):
        for field, text in list(GIVEN.items())[: 1 + rank % 3]:
            actions.give(who, ask.uid, field, text)
    actions.finish(who, uid, [str(ask.uid) for ask in chosen], True)
