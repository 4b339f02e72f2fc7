# ruff: noqa: E501 - tables of words read better whole
"""The kinds of rows that a table may hold, their fields, and the headings that name them.

Headings are compared folded (no accents, lower case, no small words), in French and English.
A field's ``type`` says how its cells are read (see ``cells``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind: what it holds and the headings that name it."""

    name: str
    type: str
    words: tuple[str, ...]
    required: bool = False
    #: Several columns may feed it (a list of products, a person's names).
    many: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rows. ``wide`` tells what columns named by months, quarters or years hold."""

    code: str
    words: tuple[str, ...]
    fields: tuple[Field, ...]
    wide: str = ""
    #: Keeps columns that no field takes, as facts of the source.
    facts: bool = False

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((field for field in self.fields if field.name == name), None)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split("|") if word.strip())


def _field(name: str, type: str, words: str, required: bool = False) -> Field:
    return Field(name, type, _words(words), required)


_CODE = "code|id|identifiant|identifier|reference|ref|cle|key|numero|no|num|matricule"
_NAME = "nom|name|titre|title|intitule|libelle|designation|label"
_ENTITY = (
    "entite|entity|entity code|code entite|ministere|ministere porteur|direction|direction porteuse"
    "|departement|department|agency code|agency|agence|business unit|bu|filiale|subsidiary"
    "|organisation|organization|organisme|porteur|structure|division|unite|code direction"
    "|direction metier|direction responsable|pays|country unit|societe"
)
_ENTITY_NAME = (
    "nom entite|entity name|ministere nom complet|nom ministere|agency name|nom direction"
    "|department name|nom complet entite|libelle entite|libelle direction|nom complet ministere"
)
_DESCRIPTION = (
    "description|description objectifs|description objectifs projet|objet|resume|summary|detail"
    "|presentation|commentaire|perimetre|scope|descriptif"
)
_START = (
    "debut|start|date debut|start date|starts|demarrage|date demarrage|lancement|date lancement"
    "|debut projet|debut prevu|planned start|date debut prevue|begin|from|du|depart"
)
_END = (
    "fin|end|date fin|end date|ends|fin prevue|echeance|date fin prevue|planned end|livraison"
    "|date livraison|completion date|finish|to|terme|date cible|target date|au|date echeance"
)
_DURATION = (
    "duree|duration|duree previsionnelle|duree prevue|planned duration|duree annee|duree mois"
    "|duree previsionnelle annee|length|nombre mois|nb mois|months|duree jours"
)
_COST = (
    "cout|cost|cout estime|planned cost|estimated cost|budget|montant|amount|cout total|total cost"
    "|cout projet|cout complet|budget total|estimation|charge financiere|cout previsionnel"
    "|total budget|budget projet|project cost|enveloppe|cout global"
)
_MANAGER = (
    "chef projet|project manager|responsable|manager|pilote|responsable projet|cp|directeur projet"
    "|owner|proprietaire|porteur projet|charge projet|lead|pm"
)
_PRODUCTS = (
    "produit|product|produits|products|application|applications|produit concerne|code produit"
    "|product code|produits servis|nom produit|product name"
)
_TEAM = "equipe|team|squad|equipe realisation|delivery team|code equipe|team code|nom equipe|team name|tribu"
_EFFORT = (
    "charge|effort|jours homme|jh|j h|person days|days|jours|charge jh|charge estimee|workload"
    "|effort days|charge jours|man days|mandays|nb jours|nombre jours|charge totale"
)
_SIZE = "taille|size|t shirt|t shirt size|taille t shirt|tshirt|taille effort|effort size"
_STAGE = (
    "temps|etape|stage|temps financement|funding stage|phase cycle|cycle vie|lifecycle"
    "|life cycle stage|etape cycle vie|funding time|temps budgetaire"
)
_PHASE = (
    "phase|phase projet|phase projet cours|etat|state|statut|avancement|phase cours|statut projet"
    "|project phase|project status|project state|status|situation|etat avancement"
)
_YEAR = "exercice|annee|year|fiscal year|annee budgetaire|exercice budgetaire|fy|annee fiscale"
_LINE = (
    "ligne|line|ligne produit|ligne produits|product line|ligne strategique|segment"
    "|code ligne|line code|gamme"
)

_BASICS = (
    _field("code", "code", _CODE),
    _field("name", "text", _NAME, required=True),
)
_PERIOD = (
    _field("starts", "date", _START),
    _field("ends", "date_end", _END),
)
_WORK = (
    *_PERIOD,
    _field("duration", "duration", _DURATION),
    _field("cost", "money", _COST),
    _field(
        "capex", "money", "capex|investissement|investment|cout capex|cout investissement|build"
    ),
    _field("opex", "money", "opex|fonctionnement|cout opex|cout fonctionnement|operating cost"),
    _field("team", "ref:team", _TEAM),
    _field("effort", "days", _EFFORT),
    _field("size", "size", _SIZE),
    _field(
        "estimate_range",
        "percent",
        "fourchette|marge|incertitude|precision|range|estimate range|marge estimation",
    ),
)

ENTITY = Kind(
    "entity",
    _words("entites|entity|entities|entite|organisation|directions|ministeres|filiales|organigramme"),
    (
        _field("code", "code", _CODE + "|code entite|entity code"),
        _field("name", "text", _NAME + "|entite|entity|nom entite|entity name|direction|ministere", True),
        _field("parent", "ref:entity", "parent|rattachement|entite parente|parent entity|rattache|superieur|appartient"),
        _field("level", "choice:level", "niveau|level|type"),
        _field("currency", "currency", "devise|currency|monnaie"),
        _field("fiscal_first_month", "month_number", "premier mois|debut exercice|fiscal year start|mois debut exercice|first month fiscal year|first fiscal month"),
        _field("country", "country", "pays|country|code pays"),
        _field("description", "long", _DESCRIPTION),
    ),
)  # fmt: skip
LINE = Kind(
    "line",
    _words("lignes|ligne|lines|line|lignes produits|product lines|axes|segments"),
    (
        _field("code", "code", _CODE + "|code ligne|line code"),
        _field(
            "name",
            "text",
            _NAME + "|ligne|line|nom ligne|line name|ligne produits|product line",
            True,
        ),
        _field("axis", "choice:axis", "axe|axis|axe analyse"),
        _field("parent", "ref:line", "parent|ligne parente|parent line|rattachement"),
        _field("description", "long", _DESCRIPTION),
        _field("position", "int", "position|ordre|order|rang"),
    ),
)
PERSON = Kind(
    "person",
    _words("personnes|people|person|personne|roles|equipe projet|collaborateurs|acteurs|annuaire|staff|contacts"),
    (
        _field("code", "code", _CODE + "|login|employee id|matricule"),
        _field("name", "text", "nom complet|full name|nom prenom|prenom nom|personne|person|collaborateur|name|nom et prenom|employee|nom"),
        _field("first_name", "text", "prenom|first name|firstname|given name"),
        _field("last_name", "text", "nom famille|last name|lastname|surname|nom usage|nom"),
        _field("email", "email", "email|mail|e mail|courriel|adresse electronique|adresse mail"),
        _field("entity", "ref:entity", _ENTITY),
        _field("entity_name", "text", _ENTITY_NAME),
        _field("job_title", "text", "fonction|poste|metier|job|job title|titre poste|intitule poste|profession"),
        _field("active", "flag", "actif|active|present|en poste"),
        _field("role", "choice:role", "role|role produit|role projet|responsabilite"),
        _field("product", "ref:product", _PRODUCTS),
        _field("project", "ref:project", "projet|project|code projet|nom projet"),
        _field("line", "ref:line", _LINE),
        _field("team", "ref:team", _TEAM),
        _field("fraction", "percent", "taux|quotite|pourcentage|fraction|allocation|percent|affectation|temps|etp|fte|part"),
        *_PERIOD,
    ),
)  # fmt: skip
TEAM = Kind(
    "team",
    _words("equipes|equipe|teams|team|squads"),
    (
        _field("code", "code", _CODE + "|code equipe|team code"),
        _field("name", "text", _NAME + "|equipe|team|nom equipe|team name|squad", True),
        _field("entity", "ref:entity", _ENTITY),
        _field("entity_name", "text", _ENTITY_NAME),
        _field("permanent", "flag", "permanente|permanent|equipe permanente|perenne|stable"),
        _field("manager", "ref:person", _MANAGER + "|responsable equipe|team lead|team manager"),
        _field("skill", "text", "competence|skill|metier|specialite|expertise"),
        *_PERIOD,
    ),
)
CAPACITY = Kind(
    "capacity",
    _words("capacites|capacite|capacity|capacities|disponibilites|plan charge|team capacity"),
    (
        Field("team", "ref:team", _words(_TEAM + "|nom|name"), required=True),
        _field("month", "period", "mois|month|periode|period|trimestre|quarter|date"),
        _field("days", "days", "capacite|capacity|jours|days|jh|j h|person days|jours homme|capacite jh|jours disponibles|disponible|nb jours|capacite jours|available days"),
        _field("run_load", "days", "exploitation|run|charge run|run load|maintenance|charge exploitation|mco|tma"),
        _field("fte", "number", "etp|fte|effectif|headcount|nombre etp"),
        _field("focus", "percent", "focus|part disponible|taux disponibilite|disponibilite|productivite"),
    ),
    wide="days",
)  # fmt: skip
PRODUCT = Kind(
    "product",
    _words("produits|produit|products|product|applications|catalogue|services numeriques"),
    (
        _field("code", "code", _CODE + "|code produit|product code|product id|id produit"),
        _field("name", "text", _NAME + "|produit|product|nom produit|product name|application|nom application|service", True),
        _field("kind", "choice:product_kind", "type|nature|type produit|product type|kind"),
        _field("entity", "ref:entity", _ENTITY),
        _field("entity_name", "text", _ENTITY_NAME),
        _field("team", "ref:team", _TEAM),
        _field("parent", "ref:product", "produit parent|parent product|parent|rattachement"),
        Field("segment", "refs:line", _words(_LINE + "|lignes"), many=True),
        _field("domain", "refs:line", "domaine|domain|domaine fonctionnel|zone fonctionnelle|domaine metier"),
        _field("platform", "refs:line", "plateforme|platform|socle"),
        _field("stage", "stage", _STAGE + "|phase|phase produit|etat|state|statut|status"),
        _field("stage_starts", "date", "depuis|since|date etape|date phase|debut etape|debut phase|stage since"),
        _field("manager", "ref:person", "product manager|manager produit|chef produit|responsable produit|responsable|owner|product owner|pm|po"),
        _field("sponsor", "ref:person", "sponsor|commanditaire|referent metier|business owner"),
        _field("summary", "long", _DESCRIPTION),
        _field("vision", "long", "vision|ambition"),
        _field("value_users", "long", "valeur utilisateur|valeur utilisateurs|user value|benefice utilisateurs"),
        _field("value_business", "long", "valeur metier|business value|valeur entreprise|valeur"),
        _field("users", "long", "utilisateurs|users|cible|audience|nombre utilisateurs"),
        _field("markets", "long", "marches|markets|marche|pays"),
        _field("strategy", "long", "strategie|strategy"),
        _field("debt", "long", "dette|dette technique|technical debt|obsolescence|debt"),
        _field("personal_data", "flag", "donnees personnelles|personal data|rgpd|gdpr|dcp"),
        _field("stop_cost", "money", "cout arret|stop cost|cout decommissionnement"),
        _field("url", "url", "url|site|lien|link|adresse|site web|website|en savoir plus"),
    ),
    facts=True,
)  # fmt: skip
PROJECT = Kind(
    "project",
    _words("projets|projet|projects|project|portefeuille|portfolio|suivi|programme|programmes|panorama"),
    (
        _field("code", "code", _CODE + "|code projet|project id|project code|id projet|numero projet"),
        _field("name", "text", _NAME + "|projet|project|nom projet|project name|titre projet|intitule projet|project title|libelle projet", True),
        _field("entity", "ref:entity", _ENTITY),
        _field("entity_name", "text", _ENTITY_NAME),
        _field("manager", "ref:person", _MANAGER),
        _field("sponsor", "ref:person", "sponsor|commanditaire|maitrise ouvrage|moa|business owner"),
        _field("description", "long", _DESCRIPTION),
        _field("phase", "phase", _PHASE),
        _field("status", "choice:status", "meteo|feu|rag|sante|health|rag status|indicateur|tendance"),
        _field("status_text", "long", "commentaire meteo|commentaire statut|status comment|faits marquants|point attention"),
        *_WORK,
        Field("products", "refs:product", _words(_PRODUCTS), many=True),
        _field("baseline_starts", "date", "debut initial|baseline start|debut reference|date debut initiale"),
        _field("baseline_ends", "date_end", "fin initiale|baseline end|fin reference|date fin initiale"),
    ),
    facts=True,
)  # fmt: skip
INITIATIVE = Kind(
    "initiative",
    _words("initiatives|initiative|epics|epic|backlog|grands themes|feuille route|roadmap|demandes"),
    (
        _field("code", "code", _CODE + "|code initiative|initiative code|initiative id"),
        _field("name", "text", _NAME + "|initiative|nom initiative|initiative name|epic|theme|sujet", True),
        _field("entity", "ref:entity", _ENTITY),
        _field("entity_name", "text", _ENTITY_NAME),
        _field("project", "ref:project", "projet|project|code projet|project code|nom projet"),
        Field("products", "refs:product", _words(_PRODUCTS), many=True),
        _field("objective", "ref:objective", "objectif|objective|okr|objectif strategique|code objectif"),
        _field("manager", "ref:person", _MANAGER),
        _field("phase", "phase", _PHASE),
        _field("stage", "choice:stage", _STAGE),
        _field("problem", "long", "probleme|problem|besoin|need|" + _DESCRIPTION),
        _field("expected_value", "long", "valeur attendue|expected value|valeur|benefices|benefits|gains|gain attendu|benefice attendu"),
        *_WORK,
        _field("earliest", "date", "au plus tot|earliest|plus tot|debut plus tot"),
        _field("latest", "date_end", "au plus tard|latest|plus tard|fin plus tard|date butoir|deadline"),
        _field("mandatory", "flag", "obligatoire|mandatory|reglementaire|impose"),
        _field("mandatory_reason", "text", "raison obligation|motif obligation|mandatory reason|raison|motif"),
        _field("estimate_author", "ref:person", "auteur estimation|estimate author|estime par|estimated by"),
    ),
    facts=True,
)  # fmt: skip
ENVELOPE = Kind(
    "envelope",
    _words("budget|budgets|enveloppes|enveloppe|envelopes|envelope|budget vote"),
    (
        _field("fiscal_year", "year", _YEAR),
        _field(
            "version", "choice:version", "version|version budget|type budget|budget version|nature"
        ),
        _field("amount", "money", "montant|amount|budget|enveloppe|envelope|credits|somme|valeur"),
        _field("line", "ref:line", _LINE),
        _field("stage", "choice:stage", _STAGE + "|phase"),
        _field("entity", "ref:entity", _ENTITY),
        _field("entity_name", "text", _ENTITY_NAME),
        _field("voted", "money", "vote|voted|budget vote|voted budget|budget initial|bp|bi|lfi"),
        _field("revised", "money", "revise|revised|budget revise|revised budget|dm|br"),
        _field(
            "forecast", "money", "previsionnel|forecast|prevision|budget previsionnel|atterrissage"
        ),
        _field("vouched_by", "text", "valide par|vouched by|garant"),
    ),
    wide="amount",
)
COST = Kind(
    "cost_line",
    _words("couts|costs|cost lines|depenses|reel|realise|engage|engagements|actuals|consomme|factures|grand livre"),
    (
        _field("kind", "choice:cost_kind", "type|nature flux|kind|type cout|cost type|statut|etat|plan reel"),
        _field("month", "period", "mois|month|periode|period|date|date comptable|date facture|posting date"),
        _field("amount", "money", "montant|amount|cout|cost|valeur|montant ht|total|somme"),
        _field("plan", "money", "prevu|planned|plan|budgete"),
        _field("commitment", "money", "engage|committed|commitment|engagement"),
        _field("actual", "money", "realise|actual|consomme|reel|depense|spent|paye|facture"),
        _field("product", "ref:product", _PRODUCTS),
        _field("initiative", "ref:initiative", "initiative|code initiative|epic"),
        _field("project", "ref:project", "projet|project|code projet|project code|nom projet"),
        _field("stage", "choice:stage", _STAGE),
        _field("nature", "choice:nature", "nature|capex opex|nature cout|opex capex"),
        _field("category", "text", "categorie|category|poste|poste cout|compte|famille|cost category"),
        _field("supplier", "text", "fournisseur|supplier|vendor|prestataire|tiers"),
    ),
    wide="amount",
)  # fmt: skip
OBJECTIVE = Kind(
    "objective",
    _words("objectifs|objectif|objectives|objective|okr|okrs|objectifs resultats cles"),
    (
        _field("code", "code", _CODE + "|code objectif"),
        _field("name", "text", _NAME + "|objectif|objective|okr", True),
        _field("parent", "ref:objective", "parent|objectif parent|parent objective"),
        _field("entity", "ref:entity", _ENTITY),
        _field("entity_name", "text", _ENTITY_NAME),
        _field("owner", "ref:person", _MANAGER),
        _field("cycle", "text", "cycle|periode|period"),
        _field("description", "long", _DESCRIPTION),
        *_PERIOD,
        Field("products", "refs:product", _words(_PRODUCTS), many=True),
        _field("result", "text", "resultat cle|key result|kr|mesure|indicateur"),
        _field("unit", "text", "unite|unit"),
        _field("baseline", "number", "depart|baseline|valeur initiale|initial"),
        _field("target", "number", "cible|target|objectif chiffre|valeur cible"),
        _field("current", "number", "actuel|current|valeur actuelle|realise"),
    ),
)

#: In the order in which they are written: what a row may point to comes before it.
KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        ENTITY,
        LINE,
        PERSON,
        TEAM,
        OBJECTIVE,
        PRODUCT,
        PROJECT,
        INITIATIVE,
        CAPACITY,
        ENVELOPE,
        COST,
    )
}
#: Names of kinds on the command line.
ALIASES = {
    "entities": "entity",
    "lines": "line",
    "people": "person",
    "persons": "person",
    "teams": "team",
    "objectives": "objective",
    "products": "product",
    "projects": "project",
    "initiatives": "initiative",
    "capacities": "capacity",
    "budgets": "envelope",
    "budget": "envelope",
    "envelopes": "envelope",
    "costs": "cost_line",
    "cost": "cost_line",
}
