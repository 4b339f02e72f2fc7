"""Words of trackers: headings of columns, and names of states in any of several languages.

A state's category is guessed from its words first, then from where it stands in the histories: what
nearly always comes first is before the start, what nearly always ends them is done. Everything is
shown and can be corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from portulan.base.text import fold

#: Field → headings, folded.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "key": (
        "key",
        "id",
        "issue key",
        "issue id",
        "case",
        "case id",
        "case:concept:name",
        "ticket",
        "ticket id",
        "item",
        "item id",
        "work item id",
        "issue",
        "cle",
        "cle de ticket",
        "cle ticket",
        "cle du ticket",
        "identifiant",
        "numero",
        "no",
        "n°",
        "ref",
        "reference",
        "n° ticket",
        "numero de ticket",
        "clé de ticket",
        "number",
        "dossier",
        "demande",
        "schlussel",
        "vorgang",
        "clave",
        "id del caso",
        "story id",
        "task id",
        "incident",
        "caseid",
        "case_id",
    ),
    "title": (
        "title",
        "summary",
        "name",
        "subject",
        "titre",
        "resume",
        "libelle",
        "intitule",
        "sujet",
        "nom",
        "objet",
        "zusammenfassung",
        "resumen",
        "titulo",
        "titolo",
        "titel",
    ),
    "kind": (
        "type",
        "issue type",
        "issuetype",
        "work item type",
        "kind",
        "tracker",
        "type de ticket",
        "type de demande",
        "nature",
        "vorgangstyp",
        "tipo",
    ),
    "state": (
        "state",
        "status",
        "to",
        "to state",
        "to status",
        "new state",
        "new status",
        "activity",
        "concept:name",
        "event",
        "stage",
        "step",
        "column",
        "etat",
        "statut",
        "nouvel etat",
        "nouveau statut",
        "vers",
        "etape",
        "activite",
        "evenement",
        "colonne",
        "status nach",
        "zustand",
        "estado",
        "stato",
        "fase",
        "to_state",
        "to_status",
        "tostring",
        "task state",
    ),
    "left": (
        "from",
        "from state",
        "from status",
        "old state",
        "old status",
        "previous state",
        "ancien etat",
        "ancien statut",
        "etat precedent",
        "de",
        "depuis",
        "von",
        "from_state",
        "from_status",
        "fromstring",
        "previous status",
    ),
    "at": (
        "timestamp",
        "time:timestamp",
        "complete timestamp",
        "date",
        "datetime",
        "time",
        "at",
        "when",
        "moment",
        "changed",
        "changed at",
        "changed on",
        "change date",
        "transition date",
        "transitioned at",
        "entered",
        "event time",
        "horodatage",
        "horodate",
        "date et heure",
        "date de changement",
        "date du changement",
        "date de transition",
        "quand",
        "le",
        "zeitstempel",
        "datum",
        "fecha",
        "data",
        "date_changement",
        "date heure",
        "timestamp utc",
    ),
    "created": (
        "created",
        "created at",
        "created on",
        "created date",
        "creation date",
        "date created",
        "opened",
        "opened at",
        "open date",
        "submitted",
        "reported",
        "date de creation",
        "cree",
        "cree le",
        "creation",
        "date d'ouverture",
        "ouvert le",
        "ouverture",
        "date de demande",
        "demande le",
        "created_date",
        "created_at",
        "creation_date",
        "erstellt",
        "fecha de creacion",
        "date creation",
        "date_creation",
    ),
    "started": (
        "started",
        "start",
        "started at",
        "start date",
        "in progress",
        "in progress date",
        "date started",
        "date de debut",
        "debut",
        "demarre le",
        "commence le",
        "pris en charge le",
        "date de prise en charge",
        "started_date",
        "started_at",
        "start_date",
        "debut le",
        "activated date",
        "begonnen",
        "date debut",
        "inicio",
    ),
    "finished": (
        "finished",
        "finished at",
        "finish date",
        "finished date",
        "done",
        "done date",
        "closed",
        "closed at",
        "closed date",
        "close date",
        "resolved",
        "resolved at",
        "resolution date",
        "resolutiondate",
        "completed",
        "completed at",
        "completion date",
        "end",
        "end date",
        "date de fin",
        "fin",
        "termine le",
        "termine",
        "cloture le",
        "date de cloture",
        "resolu le",
        "date de resolution",
        "livre le",
        "date de livraison",
        "ferme le",
        "finished_date",
        "finished_at",
        "closed_at",
        "resolved_at",
        "completed_at",
        "end_date",
        "abgeschlossen",
        "date fin",
        "fecha de fin",
        "erledigt",
        "date_fin",
        "date cloture",
        "date resolution",
    ),
    "project": (
        "project",
        "project key",
        "projet",
        "cle de projet",
        "projekt",
        "proyecto",
        "space",
    ),
    "component": ("component", "components", "component/s", "composant", "composants", "module"),
    "epic": (
        "epic",
        "epic link",
        "epic key",
        "parent",
        "parent key",
        "feature",
        "initiative",
        "epopee",
        "lien d'epopee",
    ),
    "team": (
        "team",
        "squad",
        "area path",
        "board",
        "equipe",
        "support_section",
        "support section",
        "group",
        "assignment group",
        "groupe",
        "equipo",
        "mannschaft",
    ),
    "product": ("product", "application", "service", "produit", "produkt", "producto"),
    "release": (
        "release",
        "fix version",
        "fix versions",
        "fix version/s",
        "version",
        "sprint release",
        "version corrigee",
        "milestone",
        "jalon",
    ),
    "description": ("description", "details", "detail", "beschreibung"),
    "criteria": ("acceptance criteria", "criteres d'acceptation", "acceptance", "acceptation"),
}
#: Fields whose values are groups that may stand for a team, a product or an initiative.
GROUPS = ("project", "component", "epic", "team", "product")
#: Types that hold others: their time is that of what they hold.
CONTAINERS = frozenset({"epic", "epopee", "initiative", "theme", "portfolio epic", "capability"})

_DROPPED = re.compile(
    r"cancel|annul|abandon|reject|rejet|refus|won'?t|wont do|not doing|duplica|doublon|invalid|"
    r"discard|withdraw|retire|obsolet|sans suite|dropped|storniert|abgelehnt|verworfen|cancela|"
    r"rechaz|descart|geannuleerd|geweigerd|rifiut|annullat|not applicable|declined"
)
_WAITING = re.compile(
    r"\bwait|\bhold\b|blocked|bloqu|attente|pending|en pause|suspen|paused|impeded|review|"
    r"relecture|revue|approv|approb|validation|a valider|wartet|wartend|espera|in attesa|aguard|"
    r"wacht|ready for|ready to|pret pour|pret a|a tester|a deployer|to be |to test|to review|"
    r"to deploy|to release|upgrade|parked|stuck|escalat|on ice|stand ?by"
)
_BEFORE = re.compile(
    r"^(to ?do|todo|open|opened|new|backlog|created?|submitted|reported|reopened|idea\w*|funnel|"
    r"proposed|draft|selected.*|ready|prioriti[sz]ed|triage|inbox|queue|next|insert.*|planned|"
    r"requested|a faire|nouveau|nouvelle|ouvert|ouverte|rouvert|cree|creee|a traiter|demande|idee|"
    r"a planifier|planifie|pret|prete|a qualifier|qualification|brouillon|soumis|offen|neu|"
    r"zu erledigen|geplant|por hacer|nuevo|abierto|pendiente|da fare|nuovo|aperto|a fazer|novo|"
    r"aberto|te doen|nieuw|open\w*|do zrobienia|not started|non commence|unstarted|assign.*|icebox|"
    r"product backlog|sprint backlog|refinement|affinage|selectionne.*)$"
)
_DONE = re.compile(
    r"^(done|closed?|resolved?\b.*|finished|complete|completed|released?|deployed|delivered|live|"
    r"in production|production|shipped|accepted|verified|fixed|termine|terminee|fini|finie|ferme|"
    r"fermee|clos|close|cloture|cloturee?|resolu|resolue|livre|livree|deploye|deployee|"
    r"en production|mis en production|mise en production|realise|realisee|fait|faite|acheve|"
    r"achevee|accepte|acceptee|valide|validee|en service|fertig|erledigt|geschlossen|"
    r"abgeschlossen|hecho|hecha|cerrado|terminado|resuelto|finalizado|fatto|chiuso|completato|"
    r"risolto|feito|concluido|fechado|resolvido|gereed|gesloten|afgerond|klaar|zrobione|zamkniete)$"
)
_ACTIVE = re.compile(
    r"progress|doing|en cours|develop|\bdev\b|coding|\btest|\bqa\b|recette|analys|design|concept|"
    r"implement|build|realisation|take in charge|prise? en charge|traitement|in arbeit|en curso|"
    r"in corso|em andamento|em progresso|in uitvoering|bezig|working|started|active|"
    r"specification|integration|investigat|schedul"
)
#: "Analysis done", "Dev terminé": the queue after a step, not the end.
_STEP_DONE = re.compile(
    r"^(\w+[ /_-])+(done|complete|completed|finished|termine|terminee|fini|finie|ok|fertig)$"
)


def heading_field(heading: str) -> str:
    """The field that a heading names, or ""."""
    plain = fold(heading).replace("_", " ").strip()
    raw = fold(heading).strip()
    for field, known in HEADINGS.items():
        if plain in known or raw in known:
            return field
    return ""


def category(state: str) -> str:
    """The category that a state's own words say, or "" when they say nothing."""
    plain = fold(state).strip(" .-_!✔✅")
    if _DROPPED.search(plain):
        return "dropped"
    if _DONE.match(plain):
        return "done"
    if _STEP_DONE.match(plain):
        return "waiting"
    if _BEFORE.match(plain):
        return "before"
    if _WAITING.search(plain):
        return "waiting"
    return "active" if _ACTIVE.search(plain) else ""
