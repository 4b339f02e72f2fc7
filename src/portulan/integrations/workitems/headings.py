"""Headings of trackers' exports, in several languages, and what each of them names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portulan.base.text import fold

#: Field → headings, folded; the plainest first.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "key": (
        "key", "issue key", "cle de ticket", "work item id", "case id", "case:concept:name",
        "number", "iid", "id readable", "id", "issue id", "case", "ticket", "ticket id", "item",
        "item id", "issue", "cle", "cle ticket", "cle du ticket", "identifiant", "numero", "no",
        "n°", "ref", "reference", "n° ticket", "numero de ticket", "clé de ticket", "dossier",
        "demande", "schlussel", "vorgang", "clave", "id del caso", "story id", "task id",
        "incident", "caseid", "case_id", "work item", "no de ticket", "issue number", "card id",
        "card", "carte", "id carte", "case number", "n° demande", "no demande",
        "numero de demande", "n° de demande", "n° ticket glpi", "numero du ticket", "trace",
        "work item number", "issue iid", "#", "id ticket", "id de ticket", "id demande",
    ),
    "title": (
        "title", "summary", "name", "subject", "titre", "resume", "libelle", "intitule", "sujet",
        "nom", "objet", "zusammenfassung", "resumen", "titulo", "titolo", "titel", "issue title",
        "card name", "card title", "sujet du ticket",
    ),
    "kind": (
        "type", "issue type", "issuetype", "work item type", "kind", "tracker", "type de ticket",
        "type de demande", "nature", "vorgangstyp", "tipo", "type d'element", "type de carte",
        "categorie de ticket", "item type",
    ),
    "state": (
        "state", "status", "to", "to state", "to status", "new state", "new status", "activity",
        "concept:name", "event", "stage", "step", "column", "etat", "statut", "nouvel etat",
        "nouveau statut", "vers", "etape", "activite", "evenement", "colonne", "status nach",
        "zustand", "estado", "stato", "fase", "to_state", "to_status", "tostring", "task state",
        "activity id", "activity name", "task", "list", "list name", "lane", "swimlane", "liste",
        "colonne du tableau", "incident state", "issue state", "issue status", "ticket status",
        "system state", "event name", "action", "tache", "board column", "workflow state",
        "state name", "status name", "nouvel etat du ticket", "statut du ticket", "etat du ticket",
        "current state",
        "list after", "valeur", "new value", "nouvelle valeur",
    ),
    "left": (
        "from", "from state", "from status", "old state", "old status", "previous state",
        "ancien etat", "ancien statut", "etat precedent", "de", "depuis", "von", "from_state",
        "from_status", "fromstring", "previous status", "previous", "old value", "ancienne valeur",
        "from value",
        "list before", "ancienne valeur du champ",
    ),
    "at": (
        "timestamp", "time:timestamp", "complete timestamp", "date", "datetime", "time", "at",
        "when", "moment", "changed", "changed at", "changed on", "change date", "transition date",
        "transitioned at", "entered", "event time", "horodatage", "horodate", "date et heure",
        "date de changement", "date du changement", "date de transition", "quand", "le",
        "zeitstempel", "datum", "fecha", "data", "date_changement", "date heure", "timestamp utc",
        "complete time", "completion timestamp", "end timestamp", "event timestamp", "event date",
        "timestamp de fin", "change time", "state change date", "status change date",
        "date du statut", "entered at", "entered on", "date d'entree", "entree le", "date entree",
        "changed date", "transition", "transition time", "event at", "occurred at", "completetime",
        "date de l'evenement", "date evenement", "sys updated at", "activity timestamp",
    ),
    "created": (
        "created", "created at", "created on", "created date", "creation date", "date created",
        "opened", "opened at", "open date", "submitted", "reported", "date de creation", "cree",
        "cree le", "creation", "date d'ouverture", "ouvert le", "ouverture", "date de demande",
        "demande le", "created_date", "created_at", "creation_date", "erstellt",
        "fecha de creacion", "date creation", "date_creation", "opened date", "creation time",
        "create date", "create time", "issue created", "reported date", "submit date",
        "submitted at", "date de saisie", "date de soumission", "cree a", "date ouverture",
        "creee le", "created time", "date d'emission", "date de la demande", "sys created at",
        "sys created on", "date demande",
        "creee", "ouverte", "soumise le", "deposee le", "depose le",
    ),
    "started": (
        "started", "start", "started at", "start date", "in progress", "in progress date",
        "date started", "date de debut", "debut", "demarre le", "commence le", "pris en charge le",
        "date de prise en charge", "started_date", "started_at", "start_date", "debut le",
        "activated date", "begonnen", "date debut", "inicio", "activated", "activated at",
        "in progress at", "first response", "date de prise en compte", "start time", "started on",
        "work started", "start timestamp", "date de demarrage", "date demarrage", "demarrage",
        "pris en compte le", "first activated date", "starttime",
        "demarree", "demarre", "commencee", "demarree le", "commencee le",
    ),
    "finished": (
        "finished", "finished at", "finish date", "finished date", "done", "done date", "closed",
        "closed at", "closed date", "close date", "resolved", "resolved at", "resolution date",
        "resolutiondate", "completed", "completed at", "completion date", "end", "end date",
        "date de fin", "fin", "termine le", "termine", "cloture le", "date de cloture",
        "resolu le", "date de resolution", "livre le", "date de livraison", "ferme le",
        "finished_date", "finished_at", "closed_at", "resolved_at", "completed_at", "end_date",
        "abgeschlossen", "date fin", "fecha de fin", "erledigt", "date_fin", "date cloture",
        "date resolution", "completed date", "completed on", "date completed", "closed on",
        "resolved on", "resolved date", "resolve date", "close time", "closed time", "done at",
        "date done", "date resolved", "date closed", "date de realisation", "date livraison",
        "date de mise en production", "mis en production le", "resolu", "ferme", "clos le",
        "cloturee le", "delivered", "delivered at", "delivered on", "livraison", "end time",
        "merged at", "fermee le", "date de fermeture", "resolue le", "resolution time",
        "terminee", "cloturee", "cloture", "fermee", "resolue", "livree", "livre", "terminee le",
    ),
    "project": (
        "project", "project key", "projet", "cle de projet", "projekt", "proyecto", "space",
        "project id", "cle du projet", "nom du projet", "project name", "repository", "depot",
        "team project",
    ),
    "component": (
        "component", "components", "component/s", "composant", "composants", "module",
        "composant/s",
    ),
    "epic": (
        "epic", "epic link", "epic key", "parent", "parent key", "feature", "initiative", "epopee",
        "lien d'epopee", "epic title", "epic name", "epic id", "parent id", "parent issue",
        "lien d'epic", "lien de l'epopee", "cle de l'epopee", "epic parent",
    ),
    "team": (
        "team", "squad", "area path", "board", "equipe", "support_section", "support section",
        "group", "assignment group", "groupe", "equipo", "mannschaft", "team name", "squad name",
        "nom de l'equipe", "groupe d'affectation", "org:group",
    ),
    "product": (
        "product", "application", "service", "produit", "produkt", "producto", "app",
        "product name", "produit concerne",
    ),
    "release": (
        "release", "fix version", "fix versions", "fix version/s", "version", "sprint release",
        "version corrigee", "milestone", "jalon", "version cible", "versions corrigees",
        "versions corrigee", "fixversions", "fixversion", "target version",
        "version de correction", "versions de correction",
    ),
    "description": (
        "description", "details", "detail", "beschreibung", "body", "corps",
    ),
    "criteria": (
        "acceptance criteria", "criteres d'acceptation", "acceptance", "acceptation",
        "criteres d'acceptance", "acceptance criterias",
    ),
    "outcome": (
        "resolution", "resolution code", "close reason", "closed reason", "state reason",
        "reason closed", "close code", "raison de cloture", "motif de cloture", "motif",
        "code de cloture", "resultat",
    ),
    "clock": ("heure", "time", "hour", "time of day", "heure de changement", "uhrzeit", "hora"),
    "field": ("field", "field name", "changed field", "champ", "champ modifie", "nom du champ"),
}  # fmt: skip
_FIELD_OF: Mapping[str, str] = {
    heading: field for field, known in reversed(tuple(HEADINGS.items())) for heading in known
}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
#: "Custom field (Epic Link)" names what stands between the brackets.
_CUSTOM = re.compile(r"^(?:custom field|champ personnalise|benutzerdefiniertes feld) ?\((.*)\)$")
#: Fields of Jira's planning bear these names: "Custom field (Start date)" is a plan.
_PLANNED_BY_HAND = ("at", "started", "finished")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")
#: Dates that say nothing of the work's flow: of the record, of the plan.
_OF_RECORD = re.compile(
    r"updat|modif|mis(?:e)?[ -]a[ -]jour|\blast\b|dernier|viewed|consult|archiv|export|import|sync|"
    r"commented|snooz|remind|rappel|\bvu le\b"
)
_OF_PLAN = re.compile(
    r"\bdue\b|echeance|target|cible|deadline|prevu|planned|planifi|expected|attendu|\bsla\b|"
    r"sprint|iteration|estimat|estime|scheduled|baseline|souhait|limite|birth"
)


def plain_heading(heading: str) -> str:
    """A heading folded, its words apart, without what stands in brackets: ``"CaseID"`` → case id.

    The path before a name goes (``System.CreatedDate``), as do brackets (``Created (UTC)``).
    """
    text = heading.strip()
    if "." in text and " " not in text:
        text = text.rpartition(".")[2] or text
    plain = fold(_CAMEL.sub(" ", text)).replace("_", " ").strip(" :*")
    if found := _CUSTOM.match(plain):
        return found[1].strip()
    return _BRACKETS.sub("", plain).strip()


def heading_field(heading: str) -> str:
    """The field that a heading names, or ""."""
    for plain in (fold(heading).strip(), fold(heading).replace("_", " ").strip()):
        if plain in _FIELD_OF:
            return _FIELD_OF[plain]
    field = _FIELD_OF.get(plain_heading(heading), "")
    return "" if field in _PLANNED_BY_HAND and _CUSTOM.match(fold(heading)) else field


def plainness(field: str, heading: str) -> int:
    """How plainly a heading names a field: 0 is the plainest."""
    known = HEADINGS[field]
    found = [
        known.index(plain)
        for plain in (fold(heading).strip(), plain_heading(heading))
        if plain in known
    ]
    return min(found, default=99)


def no_flow(heading: str, said: str) -> bool:
    """Whether dates under a heading tell nothing of the flow (last update, due date…).

    ``said``: the category that the heading says as the name of a state: "Planned" is a state.
    """
    plain = plain_heading(heading)
    if _CUSTOM.match(fold(heading)) and _FIELD_OF.get(plain) in _PLANNED_BY_HAND:
        return True
    return bool(_OF_RECORD.search(plain)) or (not said and bool(_OF_PLAN.search(plain)))


def in_utc(heading: str) -> bool:
    """Whether a heading says that its moments are UTC."""
    return bool(re.search(r"\b(utc|gmt)\b", fold(heading).replace("_", " ")))
