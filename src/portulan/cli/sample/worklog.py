"""Work items of four teams over a year and more: tickets with their changes, some of them dirty.

What they say is drawn at random with a seed of its own, so that the rest of the sample stays as it
is. Hours are those of a working day.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

from portulan.base.changes import Cause
from portulan.base.policy import Actor
from portulan.cli.sample.group import table
from portulan.evidence.access import indicator_for
from portulan.evidence.actions import edit_indicator
from portulan.evidence.flow import follow_product
from portulan.portfolio import items
from portulan.portfolio.activities import BACKLOG_EDIT
from portulan.portfolio.work_intake import take_in
from portulan.portfolio.worklog import Incoming, Intake, compare

ZONE = ZoneInfo("Europe/Paris")
WEEKS = 62
TO_DO, DOING, REVIEW, TEST, DONE, GONE = (
    "À faire", "En cours", "En relecture", "Recette", "Terminé", "Abandonné",
)  # fmt: skip
STATES = {
    TO_DO: "before", DOING: "active", REVIEW: "waiting", TEST: "active", DONE: "done",
    GONE: "dropped",
}  # fmt: skip
VERBS = (
    "Afficher {}", "Corriger {}", "Accélérer {}", "Rendre accessible {}", "Vérifier {}",
    "Simplifier {}", "Expliquer {}", "Prévenir le client pour {}", "Mesurer {}", "Reprendre {}",
)  # fmt: skip
CRITERIA = (
    "Le texte tient sur un écran de téléphone\nLe parcours se fait au clavier\n"
    "Une mesure suit l’usage",
    "Le montant est juste au centime\nUn refus dit pourquoi\nLe conseiller voit la même chose",
    "La page répond en moins d’une seconde\nUne erreur ne perd pas la saisie",
)  # fmt: skip
#: Target of each measure that the product is followed by.
TARGETS = {"cycle_p85": 8.0, "throughput": 7.0, "wip": 10.0, "efficiency": 70.0}
MEASURES = {
    "cycle_p85": "Temps de cycle de 85 % des éléments",
    "throughput": "Éléments terminés par semaine",
    "wip": "Éléments en cours en fin de mois",
    "efficiency": "Efficacité du flux",
}


@dataclass(frozen=True, slots=True)
class Stream:
    """What a team does for a product: so many items a week, with their usual length in days.

    ``works``: initiative → weeks since it began, items in all, items a week. ``things``: what the
    items are about.
    """

    team: str
    product: str
    prefix: str
    pace: float
    days: float
    works: Mapping[str, tuple[int, int, float]]
    things: Sequence[str]
    release: str = ""
    left_over: int = 0
    bulk: bool = field(default=False)


STREAMS = (
    Stream(
        "EQ-CLI", "ESPCLI", "ECL", 3.4, 3.5,
        {"esp-facture": (15, 54, 2.4), "pro-comptable": (14, 34, 1.9), "esp-alerte": (3, 26, 0.0)},
        ("la ligne d’abonnement", "le détail des taxes", "la facture au format PDF",
         "la date du prélèvement", "le relevé de consommation", "le changement d’adresse",
         "la comparaison avec l’an passé", "le message d’impayé", "la liste des contrats",
         "l’estimation du mois", "le mot de passe oublié", "le justificatif de domicile"),
        release="Espace client 4.3", left_over=5, bulk=True,
    ),
    Stream(
        "EQ-SOU", "SOUSCR", "SOU", 2.6, 2.6,
        {"sou-mandat": (18, 44, 2.2)},
        ("le choix de l’offre", "la reprise de l’IBAN", "la date de mise en service",
         "le récapitulatif du contrat", "le devis sans compte", "la pièce d’identité",
         "l’adresse inconnue", "le retour en arrière", "le code de parrainage",
         "la relance du panier abandonné"),
        release="Souscription 12", left_over=2,
    ),
    Stream(
        "EQ-APP", "APPENE", "APP", 3.0, 4.4,
        {"app-gestes": (12, 44, 1.8)},
        ("le conseil du jour", "la courbe de charge", "l’alerte de dépassement",
         "le logement secondaire", "l’écran d’accueil", "le mode hors ligne",
         "la notification du soir", "le gain en euros", "l’objectif de la famille"),
        release="Appli Énergie 7", left_over=4,
    ),
    Stream(
        "EQ-DON", "DONNEES", "DON", 4.2, 6.5,
        {"don-tempsreel": (16, 58, 2.6)},
        ("le flux des compteurs", "le jeu de données clients", "la fraîcheur des tables",
         "le catalogue", "l’alerte de qualité", "le droit d’accès", "l’historique des prix",
         "la reprise après incident", "le rapprochement des sites"),
        left_over=8,
    ),
)


def load_work(actor: Actor, today: date) -> None:
    """Take the work of the four teams in, plan releases, follow a product's flow."""
    for stream in STREAMS:
        for name, due in _releases(stream, today):
            items.create_release(actor, stream.product, name=name, due_on=due)
        compared = compare(_intake(stream, today))
        take_in(actor, compared, BACKLOG_EDIT.code, Cause("import", uuid4()), stream.prefix)
    _settle(actor, today)


def _releases(stream: Stream, today: date) -> list[tuple[str, date]]:
    if not stream.release:
        return []
    stem, _, number = stream.release.rpartition(" ")
    major, dot, minor = number.partition(".")
    earlier = f"{major}.{int(minor) - 1}" if dot else str(int(major) - 1)
    return [
        (f"{stem} {earlier}", today - timedelta(days=49)),
        (stream.release, today + timedelta(days=45)),
    ]


def _settle(actor: Actor, today: date) -> None:
    """The past releases are out; typed items with criteria; a product followed by its flow."""
    for stream in STREAMS:
        for name, due in _releases(stream, today)[:1]:
            code = items.release_code(stream.product, name)
            release, _at = items.release_at(actor, code)
            items.edit_release(actor, code, "released_on", due, release.revision)
            release, _at = items.release_at(actor, code)
            items.edit_release(actor, code, "state", "released", release.revision)
    follow_product(actor, "ESPCLI", MEASURES)
    for measure, target in TARGETS.items():
        code = f"espcli-flow-{measure.replace('_', '-')}"
        indicator = indicator_for(actor, code)
        edit_indicator(actor, code, "target", target, indicator.revision)
        edit_indicator(actor, code, "owner", "karim-delmas", indicator_for(actor, code).revision)


def _intake(stream: Stream, today: date) -> Intake:
    random = Random(f"{stream.team}")
    made: list[Incoming] = []
    codes = {row["key"]: f"INI-{n:03d}" for n, row in enumerate(table("initiatives"), start=1)}
    for name, (weeks, whole, pace) in stream.works.items():
        made += _initiative(stream, random, today, codes[name], weeks, whole, pace)
    made += _upkeep(stream, random, today)
    made += _forgotten(stream, random, today)
    if stream.bulk:
        _clean_up(random, made, today)
    made.sort(key=lambda item: item.moves[0][0])
    for number, item in enumerate(made, 101):
        item.key = f"{stream.prefix}-{number}"
    targets = {"team": stream.team, "product": stream.product}
    groups: dict[str, dict[str, str]] = {"*": targets}
    groups |= {f"epic:{codes[name]}": {"initiative": codes[name]} for name in stream.works}
    return Intake(
        source=f"Jira {stream.prefix}", kind="transitions", zone="Europe/Paris", states=STATES,
        groups=groups, columns={"form": "jira", "headings": {}, "kinds_out": ["Epic"]},
        known_until=datetime.combine(today, time(8), ZONE).astimezone(UTC), items=made,
    )


def _item(stream: Stream, random: Random, initiative: str = "") -> Incoming:
    thing = random.choice(stream.things)
    bug = random.random() < (0.12 if initiative else 0.45)
    title = f"Anomalie sur {thing}" if bug else random.choice(VERBS).format(thing)
    targets = {"team": stream.team, "product": stream.product}
    if initiative:
        targets["initiative"] = initiative
    return Incoming(
        key="", title=title, kind="Anomalie" if bug else "Récit", targets=targets,
        criteria="" if bug or random.random() < 0.3 else random.choice(CRITERIA),
    )


def _initiative(
    stream: Stream, random: Random, today: date, name: str, weeks: int, whole: int, pace: float
) -> list[Incoming]:
    """The items of an initiative, in order: done up to now at its pace, the rest to do."""
    begins = today - timedelta(weeks=weeks)
    made = []
    at = 0.0
    for number in range(whole):
        item = _item(stream, random, name)
        late = random.random() < 0.25
        created = begins + timedelta(days=random.randint(0, 10) + (random.randint(20, 70) if late
                                                                   else 0))
        at += random.expovariate(pace / 7) if pace else 10_000
        finish = begins + timedelta(days=12 + at)
        if created >= today:
            created = today - timedelta(days=random.randint(2, 9))
        _live(stream, random, item, created, finish, today)
        if stream.release and number % 3 == 0 and finish > today - timedelta(days=50):
            item.release = stream.release
        made.append(item)
    return made


def _upkeep(stream: Stream, random: Random, today: date) -> list[Incoming]:
    """What no initiative asked for: upkeep, small requests, a busy winter and a quiet August."""
    made = []
    for week in range(WEEKS):
        monday = today - timedelta(weeks=WEEKS - week, days=today.weekday())
        season = 0.45 if monday.month == 8 else 1.25 if monday.month in (1, 11) else 1.0
        for _ in range(_poisson(random, stream.pace * season)):
            item = _item(stream, random)
            created = monday + timedelta(days=random.randint(0, 4))
            wait = random.lognormvariate(math.log(6), 0.8)
            length = random.lognormvariate(math.log(stream.days * 1.4), 0.65)
            _live(stream, random, item, created, created + timedelta(days=wait + length), today,
                  length)
            out = today - timedelta(days=49)
            if stream.release and out - timedelta(days=28) < created < out:
                item.release = _releases(stream, today)[0][0] if len(item.moves) > 3 else ""
            made.append(item)
    return made


def _forgotten(stream: Stream, random: Random, today: date) -> list[Incoming]:
    """Items that somebody began and nobody ever closed, and some closed without being begun."""
    made = []
    for number in range(stream.left_over):
        item = _item(stream, random)
        day = today - timedelta(days=random.randint(190, 380))
        item.moves = [(_at(random, day), TO_DO, ""), (_at(random, day, 9), DOING, TO_DO)]
        made.append(item)
        closed = _item(stream, random)
        begun = _at(random, day, 20 + number)
        closed.moves = [(_at(random, day), TO_DO, ""), (begun, DONE, TO_DO)]
        made.append(closed)
    return made


def _clean_up(random: Random, made: list[Incoming], today: date) -> None:
    """An afternoon on which two dozen old tickets were closed together."""
    moment = _at(random, today - timedelta(days=140))
    old = [
        item for item in made
        if moment - 50 * 86_400 < item.moves[-1][0] < moment and item.moves[-1][1] == DONE
        and "initiative" not in item.targets
    ]
    for item in random.sample(old, min(22, len(old))):
        state = item.moves[-1][2]
        item.moves[-1] = (moment + random.randint(0, 20), DONE, state)


def _live(
    stream: Stream, random: Random, item: Incoming, created: date, finish: date, today: date,
    length: float = 0.0,
) -> None:
    """The changes of an item from its creation to its finish, as far as today."""
    length = length or random.lognormvariate(math.log(stream.days * 1.4), 0.6)
    start = max(created + timedelta(days=0.4), finish - timedelta(days=length))
    span = max(0.6, (finish - start).days + random.random())
    path = [(0.0, DOING), (0.45 + 0.2 * random.random(), REVIEW), (0.7, TEST), (1.0, DONE)]
    if random.random() < 0.03:
        path = [(0.0, DOING), (0.5, GONE)]
    elif random.random() < 0.05:
        path += [(1.6, DOING), (2.1, DONE)]
    moves = [(_at(random, created), TO_DO, "")]
    last, state = moves[0][0], TO_DO
    for part, to in path:
        day = start + timedelta(days=part * span)
        moment = max(_at(random, day), last + 1_800)
        if datetime.fromtimestamp(moment, ZONE).date() >= today:
            break
        moves.append((moment, to, state))
        last, state = moment, to
    item.moves = moves


def _at(random: Random, day: date, later: int = 0) -> int:
    """A moment of the working day on or after a day."""
    on = day + timedelta(days=later)
    while on.weekday() > 4:
        on += timedelta(days=1)
    clock = time(9 + random.randint(0, 8), random.randint(0, 59), random.randint(0, 59))
    return int(datetime.combine(on, clock, ZONE).timestamp())


def _poisson(random: Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count
