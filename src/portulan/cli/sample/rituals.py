"""The rhythm of the group's committees, its rituals, their agenda templates, a year of sittings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portulan.base.policy import Actor
from portulan.cli.sample.committee import PLACE
from portulan.cli.sample.group import Group, table
from portulan.governance.access import forum_for
from portulan.governance.actions.calendars import plan_year
from portulan.governance.queries import forums
from portulan_core.model import Forum, ForumMember, Meeting

#: Days already planned by the content of these committees (the rhythm goes on after them).
AHEAD_OF = {"CPF": 70, "COS": 30, "CAR": 20}
AHEAD = timedelta(days=365)

#: Committee → minutes, quorum in percent, whether the chair must be there.
HABITS = {
    "COS": (180, 50, True),
    "CPF": (150, 0, True),
    "CAR": (90, 50, False),
    "COP-ENE": (90, 0, False),
    "COP-MOB": (90, 0, False),
    "COP-EAU": (90, 0, False),
    "COP-NUM": (90, 0, False),
}
TEMPLATES = {
    "COS": (
        ("Suites de la séance précédente", "Savoir ce qui est fait", "actions", 10, "PMO"),
        ("Objectifs et enveloppes", "Garder ou changer le cap", "decision", 60, "Présidence"),
        ("Remontées du comité de portefeuille", "Trancher au-delà du seuil", "escalation", 40,
         "PMO"),
        ("Tour d’horizon", "Dire ce qui vient de l’extérieur", "discussion", 20, "Chacun"),
    ),
    "CPF": (
        ("Suites de la séance précédente", "Savoir ce qui est fait", "actions", 10, "PMO"),
        ("État du portefeuille", "Partager les mêmes chiffres", "information", 15, "PMO"),
        ("Dossiers à décider", "Décider ligne par ligne", "decision", 75, "Managers produit"),
        ("Revues de valeur échues", "Comparer au promis", "review", 30, "Managers produit"),
        ("Ce que nous avons appris", "Garder une leçon par séance", "discussion", 10, "Présidence"),
    ),
    "CAR": (
        ("Dérogations en cours", "Les fermer ou les prolonger", "information", 15, "Architecte"),
        ("Demandes nouvelles", "Accorder ou refuser", "decision", 50, "Équipes"),
        ("Dette du socle", "Choisir ce qui se traite", "discussion", 20, "Architecte"),
    ),
    "COP-ENE": (
        ("Avancement", "Voir ce qui glisse", "information", 25, "Product owners"),
        ("Points bloquants", "Débloquer ou faire remonter", "discussion", 35, "Chefs de projet"),
        ("Décisions de l’unité", "Décider ce qui tient dans l’unité", "decision", 20, "Sponsor"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ritual:
    """A ritual of the group; the first of ``people`` leads it."""

    code: str
    name: str
    kind: str
    entity: str
    rule: str
    at: time
    minutes: int
    people: tuple[str, ...]
    purpose: str
    template: tuple[tuple[str, str, str, int, str], ...]
    place: str = "À distance"
    zone: str = ""


RITUALS = (
    Ritual(
        "RIT-PTF", "Revue de portefeuille", "portfolio_review", "VAL",
        "FREQ=MONTHLY;BYDAY=3TU", time(14), 90,
        ("Hélène Marchand", "Claire Aubry", "Karim Delmas", "Thomas Evrard", "Loïc Hamon",
         "Estelle Vasseur"),
        "Regarder ensemble les valeurs livrées et les glissements, avant le comité.",
        (
            ("Ce qui a changé depuis un mois", "Partager les faits", "information", 15, "PMO"),
            ("Valeur livrée par ligne", "Comparer au promis", "review", 40, "Managers produit"),
            ("Charge des deux trimestres", "Voir où cela ne tient pas", "discussion", 25, "PMO"),
            ("À porter au comité", "Choisir les sujets", "discussion", 10, "Directrice produit"),
        ),
    ),
    Ritual(
        "RIT-DEC", "Atelier de découverte Énergie", "discovery_workshop", "ENE",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", time(9, 30), 120,
        ("Sophie Carlier", "Karim Delmas", "Julien Navarro", "Inès Roussel"),
        "Confronter hypothèses et preuves, décider la prochaine expérience.",
        (
            ("Preuves recueillies", "Entendre les utilisateurs", "information", 30, "Chacun"),
            ("Hypothèses à garder ou à quitter", "Conclure", "discussion", 50, "Manager produit"),
            ("Prochaines expériences", "Choisir la moins chère", "discussion", 30, "Équipe"),
        ),
        place="Atelier du 3e, site de Nantes",
    ),
    Ritual(
        "RIT-PRJ", "Synchro projets et produits Mobilités", "project_product_sync", "MOB",
        "FREQ=WEEKLY;BYDAY=MO", time(11), 45,
        ("Aurélie Bonnet", "Thomas Evrard", "Manon Ferrand", "Stéphane Ruiz"),
        "Accorder jalons des projets et versions des produits.",
        (
            ("Jalons à six semaines", "Voir les croisements", "information", 15, "Chefs de projet"),
            ("Dépendances", "S’engager sur une date", "discussion", 20, "Managers produit"),
        ),
    ),
    Ritual(
        "RIT-INT", "Synchro inter-produits Relation client", "inter_product_sync", "NUM-REL",
        "FREQ=MONTHLY;BYDAY=-1WE", time(16), 60,
        ("Solène Maillard", "Estelle Vasseur", "Rémi Lemoine"),
        "Dire ce que l’un change pour l’autre.",
        (
            ("Changements qui touchent les autres", "Prévenir", "information", 30, "Chacun"),
            ("Ce que nous faisons deux fois", "Mettre en commun", "discussion", 25, "Chacun"),
        ),
    ),
    Ritual(
        "RIT-MET", "Dialogue produit et métier La Réunion", "business_dialogue", "MOB-REU",
        "FREQ=MONTHLY;BYDAY=1TH", time(10), 60,
        ("Michèle Payet", "Hugo Imbert", "Salomé Périer"),
        "Entendre le terrain, dire ce qui vient et pourquoi.",
        (
            ("Ce que disent les voyageurs", "Écouter d’abord", "information", 20, "Métier"),
            ("Ce qui vient", "Expliquer l’ordre", "information", 20, "Manager produit"),
            ("Ce que nous arrêtons", "Le dire", "discussion", 15, "Manager produit"),
        ),
        place="Le Port, La Réunion",
    ),
)  # fmt: skip
#: What the last portfolio review decided and learned.
LAST = (
    ("Valeur livrée par ligne",
     "Présenter chaque mois la valeur avant l’avancement.",
     "Deux gains annoncés venaient d’un même effet compté deux fois : un seul produit le portera."),
    ("Charge des deux trimestres",
     "L’équipe Data garde un jour par semaine pour l’imprévu.",
     "Une équipe prévue à plein ne peut rien promettre : les dates ont glissé chaque fois."),
)  # fmt: skip


def build(group: Group) -> None:
    """Give the committees their habits, add the rituals and the portfolio review of last month."""
    for code, (minutes, percent, chaired) in HABITS.items():
        forum = group.find("forums", code)
        group.detail(
            "governance.forum",
            forum,
            duration=minutes,
            quorum_percent=percent,
            quorum_chair=chaired,
            cadence_from=group.sitting(code, 0),
            starts_at=next(
                time.fromisoformat(row["time"]) for row in table("forums") if row["code"] == code
            ),
            place=PLACE.get(code, "À distance"),
        )
        _template(group, forum, TEMPLATES.get(code, ()))
    for one in RITUALS:
        forum_row = Forum(
            group.uid(), one.code, one.name, "ritual", group.find("entities", one.entity)
        )
        group.add("forums", forum_row, one.code)
        group.detail(
            "governance.forum",
            forum_row.uid,
            ritual=one.kind,
            mandate=one.purpose,
            cadence=one.rule,
            starts_at=one.at,
            duration=one.minutes,
            place=one.place,
        )
        for rank, name in enumerate(one.people):
            right = "votes" if rank else "chair"
            group.add(
                "forum_members",
                ForumMember(group.uid(), forum_row.uid, group.find("people", name), right),
                f"{one.code}:{name}",
            )
        _template(group, forum_row.uid, one.template)
    _last_review(group)


def _template(
    group: Group, forum: str, lines: tuple[tuple[str, str, str, int, str], ...]
) -> None:
    for position, (title, purpose, kind, minutes, who) in enumerate(lines):
        group.detail(
            "governance.agendatemplateline",
            forum=forum,
            position=position,
            title=title,
            purpose=purpose,
            kind=kind,
            minutes=minutes,
            who=who,
        )


def _last_review(group: Group) -> None:
    """The portfolio review of last month, with what it decided and learned."""
    one = RITUALS[0]
    on = group.today - timedelta(days=(group.today.weekday() - 1) % 7 + 21)
    begun = datetime.combine(on, one.at, tzinfo=ZoneInfo("Europe/Paris"))
    meeting = Meeting(
        group.uid(), group.find("forums", one.code), on, "closed", f"{one.code}-{on.isoformat()}"
    )
    group.add("meetings", meeting, f"{one.code}:1")
    group.detail(
        "governance.meeting",
        meeting.uid,
        at=one.at,
        place=one.place,
        opened_at=begun,
        closed_at=begun + timedelta(minutes=84),
        minutes="\n\n".join(
            f"{title}\nDécidé : {decided}\nAppris : {learned}" for title, decided, learned in LAST
        ),
    )
    for rank, (title, decided, learned) in enumerate(LAST):
        group.detail(
            "governance.agendaitem",
            meeting=meeting.uid,
            position=rank,
            title=title,
            kind="discussion",
            minutes_planned=30,
            state="closed",
            opened_at=begun + timedelta(minutes=40 * rank),
            closed_at=begun + timedelta(minutes=40 * rank + 34),
            decision_text=decided,
            learned=learned,
        )
    for rank, name in enumerate(one.people):
        group.detail(
            "governance.attendance",
            meeting=meeting.uid,
            person=group.find("people", name),
            present=rank != 3,
        )


def plan_ahead(actor: Actor, day: date) -> None:
    """Plan a year of every committee and ritual from its rhythm, after what is planned already."""
    for row in forums(actor):
        forum = forum_for(actor, row.code)
        first = max(day, row.next_on or day)
        if row.code in AHEAD_OF:
            first = day + timedelta(days=AHEAD_OF[row.code])
        plan_year(actor, forum, first, day + AHEAD)
