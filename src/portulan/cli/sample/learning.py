"""What the made-up group learned, knows and trains; who manages whom; what its people did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from portulan.base.policy import Actor
from portulan.base.samples import tell_acts
from portulan.base.text import slug
from portulan.cli.sample.group import address, table
from portulan.organisation.accounts import give_access
from portulan.organisation.lessons.actions import Told, write_lesson
from portulan.organisation.matrix import company, entity_place_of, own_letters
from portulan.organisation.queries import sign_ins
from portulan.organisation.responsibilities import Asked, check_changes, set_letters
from portulan.organisation.skills import actions as skills
from portulan.organisation.skills.access import skill_for

#: People who sign in besides those that the load names: name, role and entity if they have none.
MORE = (
    ("Nadia Ferrand", "hr", "VAL"), ("Hélène Marchand", "", ""), ("Justine Caron", "", ""),
    ("Stéphane Ruiz", "", ""), ("Michel Pons", "", ""), ("Aurélie Bonnet", "", ""),
)
#: Skill → family, and what its four levels look like (French, English).
ANCHORS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "product-management-fundamentals": ("product", (
        ("Connaît les notions : produit, valeur, cycle de vie, backlog.",
         "Knows the notions: product, value, life cycle, backlog."),
        ("Tient une feuille de route et un backlog avec l’aide d’un pair.",
         "Keeps a roadmap and a backlog with a peer’s help."),
        ("Conduit un produit de bout en bout et rend compte de ses résultats.",
         "Leads a product from end to end and accounts for its results."),
        ("Forme les autres et fait évoluer la pratique du groupe.",
         "Trains others and moves the group’s practice forward."),
    )),
    "product-strategy": ("product", (
        ("Sait dire la vision de son produit.", "Can tell the vision of the product."),
        ("Relie les initiatives aux objectifs de l’entité.",
         "Links initiatives to the objectives of the entity."),
        ("Propose des choix, avec ce à quoi l’on renonce.",
         "Puts forward choices, with what is given up."),
        ("Porte la stratégie d’une ligne de produits devant le comité.",
         "Carries the strategy of a line before the committee."),
    )),
    "prioritising-by-value": ("product", (
        ("Comprend la grille de notation.", "Understands the scoring grid."),
        ("Note ses initiatives et motive chaque note.", "Scores initiatives with a reason each."),
        ("Défend un classement devant des avis contraires.",
         "Stands for a ranking against other opinions."),
        ("Fait évoluer le modèle avec les résultats observés.",
         "Develops the model from the results observed."),
    )),
    "discovery-interviews-assumptions-experiments": ("discovery", (
        ("A assisté à des entretiens d’utilisateurs.", "Has attended user interviews."),
        ("Écrit des hypothèses et prépare un test simple.",
         "Writes hypotheses and prepares a simple test."),
        ("Mène une découverte et décide de poursuivre ou d’arrêter sur preuves.",
         "Runs a discovery and goes on or stops on evidence."),
        ("Accompagne d’autres équipes dans leurs découvertes.",
         "Coaches other teams in their discoveries."),
    )),
    "reading-usage-and-flow-data": ("data", (
        ("Lit un tableau de bord.", "Reads a dashboard."),
        ("Définit un indicateur, sa source et sa cible.",
         "Defines an indicator, its source and target."),
        ("Explique un écart et propose une action.", "Explains a variance and acts on it."),
        ("Construit la mesure d’un résultat avec les équipes de données.",
         "Builds the measure of an outcome with the data teams."),
    )),
    "portfolio-finance-opex-capex-landing": ("business", (
        ("Distingue CAPEX et OPEX, engagé et consommé.",
         "Tells CAPEX from OPEX, committed from spent."),
        ("Tient l’atterrissage de son produit.", "Keeps the landing of the product."),
        ("Explique un écart de budget et ses suites.",
         "Explains a variance of the budget and what follows."),
        ("Arbitre une enveloppe entre plusieurs produits.",
         "Trades an envelope off between several products."),
    )),
    "portfolio-governance": ("governance", (
        ("Connaît les comités et leurs mandats.", "Knows the committees and their mandates."),
        ("Prépare une séance et son relevé.", "Prepares a sitting and its record."),
        ("Anime un comité et suit l’effet des décisions.",
         "Runs a committee and follows what decisions do."),
        ("Conçoit la comitologie d’une entité.", "Designs the committees of an entity."),
    )),
    "change-management": ("leadership", (
        ("Identifie qui est touché par un changement.", "Sees who is touched by a change."),
        ("Construit un plan de communication simple.", "Makes a simple plan to tell people."),
        ("Conduit le changement d’une organisation avec ses relais.",
         "Leads the change of an organisation with its relays."),
        ("Forme des relais et mesure l’adoption.", "Trains relays and measures adoption."),
    )),
}
#: Training → provider, hours, skill, level, days from today of its sessions, what one learns.
TRAININGS = (
    ("Mener une découverte en six semaines", "Académie Valmoré", 21,
     "discovery-interviews-assumptions-experiments", 3, (-40, 24),
     "Des entretiens au premier test, sur un cas apporté par chacun. On repart avec ses "
     "hypothèses, un plan de test et le critère qui fera continuer ou arrêter."),
    ("Lire les données d’usage de son produit", "Pôle Données", 7,
     "reading-usage-and-flow-data", 2, (-12, 38),
     "Choisir trois indicateurs, trouver leur source, dire qui en répond. Une journée, sur les "
     "données de son propre produit."),
    ("Prioriser par la valeur", "Académie Valmoré", 14, "prioritising-by-value", 3, (17,),
     "La grille du groupe, la note motivée, le désaccord utile. Deux jours, avec un vrai "
     "portefeuille à classer."),
    ("Finance de portefeuille pour managers produit", "Direction financière", 7,
     "portfolio-finance-opex-capex-landing", 2, (45,),
     "CAPEX, OPEX, engagé, consommé, atterrissage : savoir expliquer l’écart de son produit en "
     "trois phrases."),
    ("Animer un comité qui décide", "Académie Valmoré", 7, "portfolio-governance", 2, (-75,),
     "Un ordre du jour tenu, un dossier lu avant, une décision écrite avant de se lever."),
)
#: Author, days ago, title, what happened, why, again, otherwise, tags, what it is about.
LESSONS = (
    ("Claire Aubry", 21, "Écrire le critère d’arrêt avant de lancer le pilote",
     "Le pilote a été prolongé deux fois. Personne n’osait l’arrêter, alors que l’usage ne "
     "décollait pas depuis la troisième semaine.",
     "Le dossier ne disait pas à partir de quel résultat on renonçait. Chacun jugeait avec sa "
     "propre idée du succès.",
     "Réunir le terrain et le comité toutes les deux semaines, même dix minutes.",
     "Écrire dans le dossier le chiffre et la date qui font arrêter, et les relire en séance.",
     "découverte, pilote, critère d’arrêt", ("product:BOT",)),
    ("Karim Delmas", 48, "Prévenir le support deux mois avant une bascule",
     "La bascule a eu lieu de nuit sans incident technique, mais le support a reçu trois fois "
     "plus d’appels pendant dix jours.",
     "Les conseillers ont découvert les nouveaux écrans le matin même ; la base de réponses "
     "n’était pas à jour.",
     "Le retour arrière répété deux fois, à blanc, avec l’exploitation.",
     "Former un conseiller par plateau deux mois avant et lui ouvrir l’environnement de recette.",
     "bascule, support, déploiement", ("project:PRJ-RELC",)),
    ("Hélène Marchand", 83, "Un produit partagé se finance à un seul endroit",
     "Trois entités payaient chacune un morceau de la plateforme. Aucune n’arbitrait la dette, et "
     "les mêmes travaux ont été commandés deux fois.",
     "Le financement suivait les projets, pas le produit.",
     "La répartition par parts, écrite dans la fiche produit et revue une fois l’an.",
     "Nommer dès l’exploration l’entité qui porte le budget d’exploitation.",
     "financement, plateforme, entités", ("product:IDENT", "product:PAIEMENT")),
    ("Stéphane Ruiz", 120, "Mille valideurs ne se posent pas au même rythme partout",
     "Le planning comptait un rythme unique ; les dépôts de nuit ont pris six semaines de retard.",
     "Nous avions étalonné la pose sur le réseau le plus simple.",
     "Le point hebdomadaire sur les poses réelles, dépôt par dépôt.",
     "Étalonner sur deux dépôts différents avant d’annoncer une date au comité.",
     "estimation, déploiement, terrain", ("project:PRJ-BILL",)),
    ("Justine Caron", 155, "Un coach aide davantage sur un vrai arbitrage que dans une salle",
     "Les formations plaisaient, les pratiques ne bougeaient pas.",
     "Rien ne reliait la salle aux décisions du trimestre.",
     "Accompagner chaque manager produit sur son prochain dossier, du premier jet au comité.",
     "Commencer par deux volontaires, raconter leurs cas, puis élargir.",
     "coaching, arbitrage, montée en compétence", ()),
)
#: Who did what in the last months: name, activity, how many times.
ACTS = (
    ("Karim Delmas", "product.edit", 34), ("Karim Delmas", "initiative.edit", 21),
    ("Karim Delmas", "project.edit", 9), ("Karim Delmas", "risk.edit", 7),
    ("Karim Delmas", "score.record", 12), ("Claire Aubry", "project.edit", 26),
    ("Claire Aubry", "dossier.edit", 11), ("Claire Aubry", "meeting.run", 8),
    ("Claire Aubry", "budget.edit", 5), ("Paul Joly", "budget.edit", 14),
    ("Hélène Marchand", "rank.override", 3), ("Hélène Marchand", "product.edit", 6),
    ("Hélène Marchand", "objective.edit", 9), ("Stéphane Ruiz", "project.edit", 17),
    ("Michel Pons", "request.answer", 13), ("Michel Pons", "product.edit", 4),
    ("Aurélie Bonnet", "people.edit", 4), ("Aurélie Bonnet", "product.edit", 8),
)
OWNER_ACTS = (("project.edit", 16), ("request.answer", 4), ("initiative.edit", 5))


@dataclass(frozen=True, slots=True)
class People:
    """Those who sign in, as actors of the load."""

    by_code: dict[str, tuple[int, int]]
    load: Actor

    def actor(self, name: str) -> Actor:
        """Somebody, with the rights of the load."""
        account, person = self.by_code[slug(name)]
        return replace(self.load, name=name, account_id=account, person_id=person)


def load_learning(actor: Actor, day: date, owners: list[str], password: str) -> None:
    """Load it all: accounts, managers, letters of one entity, skills, trainings, lessons, the past.

    ``owners``: names of people who own products, whose days went to following projects.
    """
    for name, role, entity in (*MORE, *((name, "", "") for name in owners)):
        give_access(
            actor, email=address(name), name=name, role=role, entity_code=entity,
            password=password,
        )
    people = People(sign_ins(), actor)
    skills.managers_from_teams(actor)
    _letters(people)
    _skills(actor, people, day)
    _trainings(actor, people, day)
    for author, ago, name, happened, causes, again, otherwise, tags, about in LESSONS:
        told = Told(
            name, happened, causes, again, otherwise, tags, day - timedelta(days=ago), about
        )
        write_lesson(people.actor(author), told)
    tell_acts(_past(people, day, owners))


def _letters(people: People) -> None:
    """One entity has letters of its own, and one role must not decide alone in the company."""
    for code, activity, after, reason in (
        ("EAU", "risk.edit", {"support": "R"},
         "Les exploitants des usines tiennent leurs risques eux-mêmes"),
        ("", "decision.decide", {"project_manager": "X"},
         "Un chef de projet n’entérine pas les décisions sur son projet"),
    ):
        place = entity_place_of(code) if code else company()
        before = own_letters(activity, place)
        asked = [Asked(activity, before, {**before, **after})]
        if not check_changes(place, asked):
            set_letters(people.actor("Claire Aubry"), place, asked, reason=reason)


def _skills(actor: Actor, people: People, day: date) -> None:
    skills.skills_from_sheets(actor)
    for code, (family, anchors) in ANCHORS.items():
        found = skill_for(code)
        skills.save_skill(
            actor, code, name=found.name, name_en=found.name_en, family=family,
            anchors=[{"fr": french, "en": english} for french, english in anchors],
        )
    codes = list(ANCHORS)
    for rank, name in enumerate(_known(people)):
        given: dict[str, int | None] = {
            code: 1 + (rank * 3 + place * 5) % 4 for place, code in enumerate(codes[: 5 + rank % 4])
        }
        skills.declare(people.actor(name), given)
    skills.agree(actor, slug("Karim Delmas"), {codes[0]: 3, codes[2]: 2, codes[4]: 2})
    for kind, title, skill, coach, ahead in (
        ("coaching", "Préparer le dossier de reconduction avec un pair", codes[1],
         "Justine Caron", 40),
        ("practice", "Mener une découverte complète, du premier entretien à la décision", codes[3],
         "", 90),
    ):
        skills.add_step(
            actor, slug("Karim Delmas"), kind=kind, title=title, skill=skill,
            coach=slug(coach) if coach else "", due_on=day + timedelta(days=ahead),
        )


def _known(people: People) -> list[str]:
    """Those of the group who sign in, by name."""
    names = [row["name"] for row in table("people")] + ["Karim Delmas"]
    return sorted(name for name in set(names) if slug(name) in people.by_code)


def _trainings(actor: Actor, people: People, day: date) -> None:
    names = _known(people)
    for rank, (name, provider, hours, skill, level, days, text) in enumerate(TRAININGS):
        made = skills.save_training(
            actor, "", name=name, description=text, provider=provider, hours=hours,
            leads_to={skill: level},
        )
        for ahead in days:
            starts = day + timedelta(days=ahead)
            session = skills.add_session(
                actor, made.code, starts=starts,
                ends=starts + timedelta(days=max(0, hours // 7 - 1)),
                place=("Nantes", "À distance", "Lyon")[rank % 3], seats=10,
            )
            if ahead > 0:
                for who in names[rank : rank + 3]:
                    skills.ask_seat(people.actor(who), session.uid)


def _past(people: People, day: date, owners: list[str]) -> Iterator[tuple[int, str, str, datetime]]:
    rows = [*ACTS, *((name, code, n) for name in owners for code, n in OWNER_ACTS)]
    for name, activity, times in rows:
        account, _person = people.by_code[slug(name)]
        for number in range(times):
            ago = 1 + (number * 83 // max(1, times))
            clock = time(9 + number % 8, (7 * number) % 60)
            at = datetime.combine(day - timedelta(days=ago), clock)
            yield account, name, activity, timezone.make_aware(at)
