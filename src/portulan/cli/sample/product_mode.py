"""What follows decisions, the options of the coming dossiers, and the way to product mode."""

from __future__ import annotations

from datetime import timedelta

from portulan.cli.sample.group import Group
from portulan_core.model import Risk

#: Decision → condition, who follows it, days until it is due, state, what happened.
CONDITIONS = (
    ("moteur", "Un premier lot en service avant de lancer le second.", "Martine Zimmer", 75,
     "open", ""),
    ("bot", "Passage à un conseiller en moins de trente secondes.", "Estelle Vasseur", -12,
     "open", ""),
    ("nuage", "Une charge compatible avec l’équipe Data.", "Justine Caron", 20, "open", ""),
    ("socle", "Retour au socle avant tout déploiement.", "Serge Aubin", -30, "met",
     "Le pilote est revenu sur l’identité unique."),
)  # fmt: skip
#: Decision → committee asked, what, days until it is due, answer ("": none yet).
ORDERS = (
    ("moteur", "COP-ENE", "Planifier la reprise des contrats du premier lot", -8, ""),
    ("moteur", "COP-NUM", "Réserver l’équipe Données pour la bascule", 30,
     "Deux personnes réservées de mars à mai."),
    ("biogaz", "COP-EAU", "Choisir le site de l’essai", 25, ""),
)  # fmt: skip
OPTIONS = {
    "soleil": (
        ("proposed", "Passer en développement avec une commune", "Recommandé : les trois communes "
         "sont prêtes, le contrat type sort en janvier."),
        ("later", "La même chose, six mois plus tard", "Attendre le contrat type définitif."),
        ("nothing", "Ne rien changer", "L’exploration continue trois mois de plus."),
    ),
    "bot": (
        ("proposed", "Continuer au même rythme", "L’assistant garde son équipe."),
        ("nothing", "Ne rien changer", "Les questions de facture restent aux conseillers."),
    ),
}  # fmt: skip
#: Domain, test, target, from, title, how, who, days until it is due, state.
STEPS = (
    ("roles", "roles.owner", 75, 40, "Un product owner sur chaque produit construit ou exploité",
     "D’abord les produits en développement ; une personne peut en tenir deux.",
     "Hélène Marchand", 120, "open"),
    ("compliance", "compliance.assessed", 50, 0,
     "Le risque sur les données évalué avant tout développement",
     "Grille de la déléguée à la protection des données, une page.", "Nora Belkacem", 90, "open"),
    ("funding", "funding.envelopes", 90, 30, "Une enveloppe par ligne de produits",
     "À voter avec le budget du prochain exercice.", "Paul Joly", 150, "open"),
    ("governance", "", None, None, "Un relevé de décisions signé à chaque séance",
     "Fait depuis la séance de septembre.", "Claire Aubry", -40, "done"),
    ("discovery", "", None, None, "Un atelier d’exploration par mois, ouvert aux métiers",
     "Animé par les équipes, préparé avec le PMO.", "Claire Aubry", 60, "open"),
)  # fmt: skip
NOTES = (
    ("BOT", "value.usage", "Avant la revue : séparer les questions de facture des autres, sinon "
     "le taux ne dira rien de l’extension."),
    ("SOLEIL", "", "La feuille de route va loin ; deux jalons d’apprentissage suffiraient jusqu’à "
     "l’été."),
    ("ESPCLI", "vision.objectives", "Relier la refonte à l’objectif de satisfaction, ou dire à "
     "quoi elle sert."),
)  # fmt: skip


def build(group: Group) -> None:
    """Add them all."""
    _conditions(group)
    _orders(group)
    _options(group)
    _steps(group)
    _notes(group)


def _conditions(group: Group) -> None:
    for key, text, owner, days, state, note in CONDITIONS:
        decision, person = group.find("decisions", key), group.find("people", owner)
        due = group.today + timedelta(days=days)
        group.detail(
            "governance.condition", decision=decision, text=text, owner=person, due_on=due,
            state=state, note=note,
            settled_on=group.today - timedelta(days=35) if state != "open" else None,
        )  # fmt: skip


def _orders(group: Group) -> None:
    for key, forum, subject, days, answer in ORDERS:
        group.detail(
            "governance.referral",
            kind="cascade",
            decision=group.find("decisions", key),
            source=group.find("forums", "COS"),
            target=group.find("forums", forum),
            subject=subject,
            on=group.today - timedelta(days=28),
            due_on=group.today + timedelta(days=days),
            state="answered" if answer else "waiting",
            answer=answer,
            answered_on=group.today - timedelta(days=6) if answer else None,
        )


def _options(group: Group) -> None:
    for key, rows in OPTIONS.items():
        for position, (code, name, text) in enumerate(rows):
            group.detail(
                "governance.dossieroption",
                dossier=group.keys["dossiers"][key],
                position=position,
                code=code,
                name=name,
                text=text,
            )
    day = group.day_in(8)
    group.detail(
        "governance.promise", dossier=group.keys["dossiers"]["soleil"],
        product=group.find("products", "SOLEIL"), kind="date",
        title="Première commune en service", promised_on=day, due_on=day,
        guarantor=group.find("people", "Sophie Carlier"),
    )  # fmt: skip
    risk = Risk(
        uid=group.uid(),
        target_type="product",
        target=group.find("products", "SOLEIL"),
        name="Règles de partage de l’énergie encore mouvantes",
        kind="business",
        likelihood=2,
        impact=4,
        owner=group.find("people", "Nora Belkacem"),
        state="open",
        review_on=group.today + timedelta(days=80),
    )
    group.add("risks", risk, "soleil-regles")
    group.detail(
        "compliance.risk", risk.uid,
        mitigation="Contrat type en cours de validation ; sortie possible à chaque échéance.",
    )  # fmt: skip


def _steps(group: Group) -> None:
    for position, row in enumerate(STEPS):
        domain, test, target, start, title, note, owner, days, state = row
        group.detail(
            "diagnosis.planstep",
            position=position,
            domain=domain,
            test=test,
            target=target,
            start=start,
            title=title,
            note=note,
            owner=group.find("people", owner),
            due_on=group.today + timedelta(days=days),
            state=state,
            done_on=group.today - timedelta(days=45) if state == "done" else None,
        )


def _notes(group: Group) -> None:
    for number, (product, test, text) in enumerate(NOTES):
        group.detail(
            "diagnosis.coachingnote",
            product=group.find("products", product),
            author=group.find("people", "Hélène Marchand"),
            on=group.today - timedelta(days=9 * number + 4),
            test=test,
            text=text,
        )
