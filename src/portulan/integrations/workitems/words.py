"""Words of trackers: names of states and types, in any of several languages.

A state's category is guessed from its words first, then from where it stands in the histories: what
nearly always comes first is before the start, what nearly always ends them is done. Everything is
shown and can be corrected.
"""

from __future__ import annotations

import re

from portulan.base.text import fold

#: Fields whose values are groups that may stand for a team, a product or an initiative.
GROUPS = ("project", "component", "epic", "team", "product")
#: Types that hold others: their time is that of what they hold.
CONTAINERS = frozenset({"epic", "epopee", "initiative", "theme", "portfolio epic", "capability"})

_DROPPED = re.compile(
    r"cancel|annul|abandon|reject|rejet|refus|won'?t|wont do|not doing|duplica|doublon|invalid|"
    r"discard|withdraw|retire|removed|obsolet|sans suite|dropped|not planned|cannot reproduce|"
    r"can'?t reproduce|impossible a reproduire|incomplete\b|non reproductible|ne sera pas|"
    r"storniert|abgelehnt|verworfen|cancela|rechaz|descart|geannuleerd|geweigerd|rifiut|annullat|"
    r"not applicable|declined"
)
_WAITING = re.compile(
    r"\b(?:a)?wait|\bhold\b|blocked|bloqu|attente|pending|en pause|suspen|paused|impeded|review|"
    r"relecture|revue|approv|approb|validation|a valider|wartet|wartend|espera|in attesa|aguard|"
    r"wacht|ready for|ready to|pret pour|pret a|a tester|a deployer|to be |to test|to review|"
    r"to deploy|to release|upgrade|parked|stuck|escalat|on ice|stand ?by"
)
_BEFORE = re.compile(
    r"^(to ?do|todo|open|opened|new|backlog|created?|submitted|reported|reopened|idea\w*|funnel|"
    r"proposed|draft|selected.*|ready|prioriti[sz]ed|triaged?|inbox|queue|next|insert.*|planned|"
    r"requested|a faire|nouveau|nouvelle|ouvert|ouverte|rouvert|cree|creee|a traiter|demande|idee|"
    r"a planifier|planifie|pret|prete|a qualifier|qualification|brouillon|soumis|offen|neu|"
    r"zu erledigen|geplant|por hacer|nuevo|abierto|pendiente|da fare|nuovo|aperto|a fazer|novo|"
    r"aberto|te doen|nieuw|open\w*|do zrobienia|not started|non commence|unstarted|assign.*|icebox|"
    r"product backlog|sprint backlog|refinement|affinage|selectionne.*|regist\w+( .*)?|ouverture.*|"
    r"creation.*|enregistre\w*|enregistrement.*|soumission.*|reception.*|recue?|affecte\w*|"
    r"affectation.*|attribue\w*|attribution.*|en stock|a prioriser|priorise\w*)$"
)
_DONE = re.compile(
    r"^(done|closed?|resolved?\b.*|finished|complete|completed|released?|deployed|delivered|live|"
    r"in production|production|shipped|accepted|verified|fixed|termine|terminee|fini|finie|ferme|"
    r"fermee|clos|close|cloture|cloturee?|resolu|resolue|livre|livree|deploye|deployee|"
    r"en production|mis en production|mise en production|realise|realisee|fait|faite|acheve|"
    r"achevee|accepte|acceptee|valide|validee|en service|fertig|erledigt|geschlossen|"
    r"clotur\w* .*|fermee? .*|close .*|closed .*|clos .*|"
    r"resolution( .*)?|resolu \w.*|fermeture.*|livraison|achevement|mep|mise en prod\w*|"
    r"abgeschlossen|hecho|hecha|cerrado|terminado|resuelto|finalizado|fatto|chiuso|completato|"
    r"risolto|feito|concluido|fechado|resolvido|gereed|gesloten|afgerond|klaar|zrobione|zamkniete)$"
)
_ACTIVE = re.compile(
    r"progress|doing|en cours|develop|\bdev\b|coding|\btest|\bqa\b|recette|analys|design|concept|"
    r"implement|build|realisation|take in charge|prise? en charge|traitement|in arbeit|en curso|"
    r"in corso|em andamento|em progresso|in uitvoering|bezig|working|started|active|"
    r"\buat\b|staging|pre-?prod|homolog|specification|integration|investigat|schedul"
)
#: "Analysis done", "Dev terminé": the queue after a step, not the end.
_STEP_DONE = re.compile(
    r"^(\w+[ /_-])+(done|complete|completed|finished|termine|terminee|fini|finie|ok|fertig)$"
)

#: Both genders in one word: "Terminé(e)", "Résolu·e·s".
_GENDER = re.compile(r"\(e?s?\)|[·.]e(?:[·.]?s)?\b")
#: "3. Done", "04 - Test", "✅ Done!": numbers and pictures around a name.
_MARKS = re.compile(r"^(?:\d+\s*[.)\-:/]\s*|\d+\s+|[^\w\s]+\s*)+|\s*[^\w\s)]+$")
_BRACKETS = re.compile(r"\s*\([^()]*\)$")


def is_container(kind: str) -> bool:
    """Whether items of this type hold others."""
    return fold(kind) in CONTAINERS


def is_state_field(name: str) -> bool:
    """Whether a field of a history is that of the state."""
    return fold(name).strip() in ("status", "statut", "state", "etat", "estado", "stato", "zustand")


def category(state: str) -> str:
    """The category that a state's own words say, or "" when they say nothing."""
    plain = _MARKS.sub("", _GENDER.sub("", fold(state).replace("_", " ")).strip()).strip(" .-")
    found = _category(plain)
    # "Closed (Fixed)": what stands in brackets explains.
    return found or _category(_BRACKETS.sub("", plain)) or _category(plain.removesuffix("s"))


def _category(plain: str) -> str:
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
