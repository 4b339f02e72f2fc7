# ruff: noqa: E501, SIM905 - tables of words read better whole
"""Words of the sources and what they mean here: states, stages, roles, sizes, yes and no.

The tables are published in ``docs/how-to/import``; every reading can be corrected in the page.
"""

from __future__ import annotations

from dataclasses import dataclass

from portulan.base.text import fold
from portulan_core.periods import split

YES = frozenset("oui yes o y vrai true x 1 v ok si ja".split())
NO = frozenset("non no n faux false 0 - ko nein".split())
#: Words that say "we do not know yet" where a number or a date is expected.
MISSING = frozenset(
    (
        "en cadrage|cadrage|nc|n/c|n.c.|na|n/a|n.a.|nd|n/d|n.d.|-|--|—|?|??|a definir|a preciser"
        "|a determiner|non defini|non definie|non communique|non renseigne|inconnu|tbd|tba|tbc"
        "|to be defined|unknown|none|null|nan|neant|sans objet|so|s.o.|s/o|a completer|en cours"
        "|non chiffre|a chiffrer|en attente|confidentiel|vide|#n/a|#na|aucun|aucune|non estime"
        "|a estimer|not available|not applicable|pending"
    ).split("|")
)

#: Person-days and usual months of each T-shirt size.
SIZES: dict[str, tuple[int, int]] = {
    "XS": (5, 1),
    "S": (20, 2),
    "M": (60, 4),
    "L": (150, 8),
    "XL": (400, 12),
}
_SIZE_WORDS = {
    "xs": "XS", "tres petit": "XS", "extra small": "XS", "s": "S", "petit": "S", "small": "S",
    "petite": "S", "m": "M", "moyen": "M", "medium": "M", "moyenne": "M", "l": "L", "grand": "L",
    "large": "L", "grande": "L", "gros": "L", "xl": "XL", "tres grand": "XL", "extra large": "XL",
    "xxl": "XL",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the word of a source puts an initiative: its state and the funding time that pays."""

    state: str
    stage: str


#: State and funding time → words of sources, folded. The longest word found in a text wins.
PHASES: dict[Standing, tuple[str, ...]] = {
    Standing("idea", "exploration"): (
        "idee", "idea", "emergence", "opportunite", "a etudier", "prospective", "backlog", "new",
        "nouveau", "ideation",
    ),
    Standing("proposed", "exploration"): (
        "cadrage", "en cadrage", "avant-projet", "avant projet", "etude", "etudes", "faisabilite",
        "propose", "proposee", "proposed", "framing", "scoping", "definition", "initialisation", "a valider",
        "demande", "discovery", "decouverte", "exploration", "preparation", "instruction",
        "pre-study", "feasibility", "study", "submitted", "initiation",
    ),
    Standing("planned", "development"): (
        "planifie", "planifiee", "planned", "prevu", "a demarrer", "a lancer", "valide", "validee",
        "approuve", "approved", "programme", "a venir", "not started", "non demarre", "pas commence",
        "planning", "pret", "ready", "to do", "a faire",
    ),
    Standing("in_progress", "development"): (
        "conception", "realisation", "conception / realisation", "developpement", "construction",
        "build", "experimentation", "pilote", "pilot", "deploiement", "deployment", "rollout",
        "generalisation", "en cours", "in progress", "execution", "recette", "test", "tests",
        "lance", "demarre", "started", "ongoing", "actif", "active", "mise en oeuvre", "integration",
        "doing", "design", "delivery", "development", "implementation", "production", "en retard",
        "late", "on track",
    ),
    Standing("in_progress", "run"): (
        "maintenance", "exploitation", "run", "mco", "o&m", "operations", "amelioration continue",
        "maintien en condition operationnelle",
    ),
    Standing("in_progress", "end_of_life"): ("decommissionnement", "retrait", "end of life", "fin de vie"),
    Standing("done", "run"): (
        "termine", "terminee", "acheve", "achevee", "clos", "close", "cloture", "cloturee", "fini",
        "livre", "livree", "done", "completed", "complete", "closed", "finished", "delivered",
        "mis en service", "bilan", "solde", "realise",
    ),
    Standing("deferred", "development"): (
        "suspendu", "suspendue", "reporte", "reportee", "gele", "en pause", "on hold", "deferred",
        "postponed", "differe", "paused", "en veille", "standby",
    ),
    Standing("refused", "exploration"): ("refuse", "refusee", "rejete", "rejetee", "rejected", "refused"),
    Standing("stopped", "end_of_life"): (
        "abandonne", "abandonnee", "arrete", "arretee", "annule", "annulee", "stoppe", "stopped",
        "cancelled", "canceled", "abandoned", "interrompu", "interrompue", "terminated", "abandon",
    ),
}  # fmt: skip
_STANDINGS = {word: standing for standing, words in PHASES.items() for word in words}
STANDING_OF_STATE = {
    "idea": Standing("idea", "exploration"),
    "proposed": Standing("proposed", "exploration"),
    "planned": Standing("planned", "development"),
    "in_progress": Standing("in_progress", "development"),
    "done": Standing("done", "run"),
    "deferred": Standing("deferred", "development"),
    "refused": Standing("refused", "exploration"),
    "stopped": Standing("stopped", "end_of_life"),
}
#: What the state of the work says of the project that carries it.
PROJECT_STATES = {
    "idea": "proposed",
    "proposed": "proposed",
    "planned": "proposed",
    "in_progress": "running",
    "done": "done",
    "deferred": "proposed",
    "refused": "stopped",
    "stopped": "stopped",
}

#: Choice → words, folded; the code itself is always among them.
CHOICES: dict[str, dict[str, str]] = {
    "level": {
        "group": "groupe|holding|siege|corporate",
        "unit": "business unit|bu|unite|direction|division|ministere|departement|filiale|metier",
        "country": "pays|region|territoire",
    },
    "axis": {
        "segment": "segment client|clients|marche|offre",
        "domain": "domaine|domaine fonctionnel|fonction|metier",
        "platform": "plateforme|socle|technique",
    },
    "product_kind": {
        "digital": "numerique|application|logiciel|software|site|appli",
        "physical": "physique|materiel|hardware|objet",
        "service": "prestation|offre",
        "platform": "plateforme|socle|api",
    },
    "stage": {
        "exploration": "decouverte|cadrage|idee|investigation|explore|etude",
        "development": "developpement|construction|build|realisation|acceleration|projet|investissement",
        "run": "exploitation|optimisation|exploitation et optimisation|run|mco|perennisation|maintenance|operations",
        "end_of_life": "fin de vie|retrait|decommissionnement|sunset|end of life|arret",
    },
    "status": {
        "green": "vert|verte|ok|soleil|bon|on track|maitrise|g",
        "amber": "orange|jaune|yellow|nuageux|a risque|at risk|vigilance|a|alerte",
        "red": "rouge|orage|critique|critical|off track|bloque|r|danger",
    },
    "version": {
        "voted": "vote|votee|initial|budget initial|bi|bp|lfi|vote initial|budget|approved",
        "revised": "revise|revisee|modifie|dm|rectifie|br",
        "forecast": "previsionnel|prevision|atterrissage|estime|reforecast",
    },
    "cost_kind": {
        "plan": "prevu|planned|previsionnel|budget|budgete|prevision|forecast",
        "commitment": "engage|engagement|committed|commande|bon de commande|purchase order|ae",
        "actual": "realise|reel|consomme|paye|actuals|facture|facturee|depense|spent|cp|invoice",
    },
    "nature": {
        "opex": "fonctionnement|charge|exploitation|expense",
        "capex": "investissement|investment|immobilisation|immobilise",
    },
}
ROLE_WORDS: dict[str, str] = {
    "pmo": "pmo|responsable portefeuille|portfolio manager|bureau des projets|gestionnaire de portefeuille",
    "executive": "direction generale|directeur general|ceo|codir|comex|executive|dirigeant",
    "sponsor": "commanditaire|sponsor executif|business sponsor",
    "finance": "controleur de gestion|controle de gestion|daf|finance|directeur financier|controller",
    "head_of_product": "directeur produit|directrice produit|head of product|cpo|responsable de ligne|vp product",
    "product_manager": "product manager|manager produit|chef de produit|responsable produit|pm|cheffe de produit",
    "product_owner": "product owner|po",
    "business": "metier|referent metier|business owner|direction metier|moa|amoa|business analyst",
    "marketing": "marketing|responsable marketing|growth|communication|chargee de deploiement marketing",
    "tech_lead": "tech lead|responsable technique|lead developpeur|lead dev|cto|lead tech",
    "architect": "architecte|architect",
    "developer": "developpeur|developpeuse|developer|dev|ingenieur|engineer",
    "designer": "designer|ux|ui|ux designer|design",
    "data": "data|data scientist|data analyst|data engineer|analyste de donnees",
    "legal": "juriste|juridique|legal",
    "compliance": "conformite|dpo|compliance|dpd",
    "security": "rssi|securite|ciso|security",
    "support": "support|assistance|exploitation|ops|operations",
    "deployment": "deploiement|charge de deploiement|deployment",
    "project_manager": "chef de projet|cheffe de projet|project manager|cp|directeur de projet|chef projet",
    "coach": "coach|coach agile|scrum master|intrapreneur coach",
    "contributor": "contributeur|membre|contributor|autre|other|member",
}
_INDEX: dict[str, dict[str, str]] = {}
for _table, _codes in {**CHOICES, "role": ROLE_WORDS}.items():
    _INDEX[_table] = {word: code for code, words in _codes.items() for word in words.split("|")}
    _INDEX[_table].update({code.replace("_", " "): code for code in _codes})


def read_choice(table: str, text: str) -> str | None:
    """The code of a word in a table of choices; the longest known word inside it counts too."""
    known = _INDEX[table]
    word = fold(text).replace("_", " ").strip(" .")
    if word in known:
        return known[word]
    inside = [w for w in known if len(w) > 3 and f" {w} " in f" {word} "]
    return known[max(inside, key=len)] if inside else None


def read_standing(text: str) -> Standing | None:
    """State and funding time that a source's word for a phase means, if it is known."""
    word = fold(text).strip(" .")
    if word in _STANDINGS:
        return _STANDINGS[word]
    if word.replace(" ", "_") in STANDING_OF_STATE:
        return STANDING_OF_STATE[word.replace(" ", "_")]
    inside = [w for w in _STANDINGS if len(w) > 3 and f" {w} " in f" {word} "]
    return _STANDINGS[max(inside, key=len)] if inside else None


def read_flag(text: str) -> bool | None:
    """Yes or no, or ``None`` for another word."""
    word = fold(text)
    return True if word in YES else False if word in NO else None


def read_size(text: str) -> str | None:
    """A T-shirt size, or ``None``."""
    return _SIZE_WORDS.get(fold(text))


def effort_curve(total: int, months: int) -> list[int]:
    """An effort spread over months: it rises, peaks in the middle and falls; the sum is exact."""
    return split(total, [(i + 1) * (months - i) for i in range(months)])
