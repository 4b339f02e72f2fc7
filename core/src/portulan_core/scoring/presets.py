"""Scoring models to start from: the five families, WSJF, RICE and ICE.

They are examples to copy and adapt, in French and English. In the five-family model 5 is always
the good end, also for risk: one reading direction for the whole grid.

Sources: D. Reinertsen, *The Principles of Product Development Flow*, 2009, and Scaled Agile,
"WSJF" (cost of delay over job size); S. McBride, "RICE: simple prioritization for product
managers", Intercom 2016; S. Ellis, *Hacking Growth*, 2017 (ICE, here as a product).
"""

from __future__ import annotations

from portulan_core.scoring.model import Anchor, Criterion, Scale, ScoringModel, Text


def _five(one: tuple[str, str], three: tuple[str, str], five: tuple[str, str]) -> Scale:
    """A scale of 1 to 5 with anchors at 1, 3 and 5 (2 and 4 lie between)."""
    return Scale(
        1,
        5,
        (Anchor(1, Text(*one)), Anchor(3, Text(*three)), Anchor(5, Text(*five))),
        (1, 2, 3, 4, 5),
    )


FIVE_FAMILIES = ScoringModel(
    code="five_families",
    version=1,
    label=Text("Cinq familles de critères", "Five families of criteria"),
    family_weights=(
        ("business", 30),
        ("user", 25),
        ("vision", 15),
        ("feasibility", 15),
        ("risk", 15),
    ),
    criteria=(
        Criterion(
            "gain",
            "business",
            Text("Gain attendu", "Expected gain"),
            Text(
                "Que rapporte-t-elle en trois ans, en revenu, en marge ou en économies, une fois "
                "son coût déduit ?",
                "What does it bring in three years, in revenue, margin or savings, once its cost "
                "is taken off?",
            ),
            _five(
                (
                    "Ne couvre pas son coût, ou gain non chiffré",
                    "Does not cover its cost, or the gain has no figure",
                ),
                (
                    "Couvre son coût en deux à trois ans, chiffrage partagé avec le métier",
                    "Covers its cost in two to three years, figures agreed with the business",
                ),
                (
                    "Couvre son coût en moins d’un an, gain validé par le contrôle de gestion",
                    "Covers its cost in under a year, gain validated by finance",
                ),
            ),
            weight=2,
        ),
        Criterion(
            "urgency",
            "business",
            Text("Coût de l’attente", "Cost of waiting"),
            Text(
                "Que perd-on si elle est reportée de six mois ?",
                "What is lost if it is put off by six months?",
            ),
            _five(
                (
                    "Rien de notable : le gain est le même plus tard",
                    "Nothing much: the gain is the same later",
                ),
                (
                    "Une partie du gain s’érode chaque trimestre",
                    "Part of the gain wears away each quarter",
                ),
                (
                    "L’occasion est perdue, ou une échéance ferme est manquée",
                    "The opportunity is gone, or a firm deadline is missed",
                ),
            ),
        ),
        Criterion(
            "process",
            "business",
            Text("Effet sur les processus métier", "Effect on business processes"),
            Text(
                "Qu’est-ce qui change dans le travail quotidien des directions métiers ?",
                "What changes in the daily work of the business side?",
            ),
            _five(
                (
                    "Un confort pour une équipe, sans effet mesurable",
                    "A comfort for one team, no measurable effect",
                ),
                (
                    "Un processus allégé, temps gagné estimé",
                    "One process made lighter, time saved estimated",
                ),
                (
                    "Un processus clé transformé, délai ou charge réduits d’au moins un tiers",
                    "A key process transformed, lead time or workload cut by a third or more",
                ),
            ),
        ),
        Criterion(
            "problem",
            "user",
            Text("Poids du problème", "Weight of the problem"),
            Text(
                "À quel point le problème gêne-t-il ceux qui le vivent, et à quelle fréquence ?",
                "How much does the problem get in the way of those who have it, and how often?",
            ),
            _five(
                (
                    "Gêne rare, contournée sans effort",
                    "A rare annoyance, worked around without effort",
                ),
                (
                    "Gêne régulière, contournement coûteux",
                    "A regular obstacle, costly to work around",
                ),
                (
                    "Empêche d’accomplir une tâche essentielle, sans contournement",
                    "Stops an essential task, with no way around",
                ),
            ),
            weight=2,
        ),
        Criterion(
            "reach",
            "user",
            Text("Utilisateurs concernés", "Users concerned"),
            Text(
                "Quelle part des utilisateurs du produit en profite, mesure à l’appui ?",
                "What share of the product’s users benefits, with a measure to show it?",
            ),
            _five(
                ("Moins de 5 % des utilisateurs", "Under 5% of users"),
                ("Environ un quart des utilisateurs", "About a quarter of users"),
                (
                    "Presque tous, ou un public jusque-là exclu",
                    "Nearly all, or an audience left out until now",
                ),
            ),
        ),
        Criterion(
            "evidence",
            "user",
            Text("Solidité des preuves", "Strength of the evidence"),
            Text(
                "Qu’est-ce qui montre que les utilisateurs en veulent ?",
                "What shows that users want it?",
            ),
            _five(
                ("Une conviction interne", "An internal conviction"),
                (
                    "Des entretiens et des données d’usage qui concordent",
                    "Interviews and usage data that agree",
                ),
                (
                    "Un prototype ou un pilote dont les résultats sont mesurés",
                    "A prototype or pilot with measured results",
                ),
            ),
        ),
        Criterion(
            "product_vision",
            "vision",
            Text("Fidélité à la vision du produit", "Faithful to the product vision"),
            Text(
                "Rapproche-t-elle le produit de ce qu’il veut être ?",
                "Does it bring the product closer to what it wants to be?",
            ),
            _five(
                (
                    "À côté de la vision, ou contraire à elle",
                    "Beside the vision, or against it",
                ),
                ("Compatible, sans être au cœur", "Compatible, not at its heart"),
                (
                    "Indispensable à la vision telle qu’elle est écrite",
                    "The vision as written cannot do without it",
                ),
            ),
        ),
        Criterion(
            "objectives",
            "vision",
            Text("Contribution aux objectifs", "Contribution to objectives"),
            Text(
                "Quel résultat clé du cycle fait-elle progresser, et de combien ?",
                "Which key result of the cycle does it move, and by how much?",
            ),
            _five(
                ("Aucun objectif du cycle", "No objective of the cycle"),
                (
                    "Un résultat clé, effet probable mais non chiffré",
                    "One key result, effect likely but without a figure",
                ),
                (
                    "Un résultat clé de l’entreprise, effet chiffré",
                    "A key result of the company, effect with a figure",
                ),
            ),
            weight=2,
        ),
        Criterion(
            "portfolio",
            "vision",
            Text("Apport au reste du portefeuille", "What it gives the rest of the portfolio"),
            Text(
                "D’autres produits en profitent-ils, ou fait-elle double emploi ?",
                "Do other products benefit, or does it double what exists?",
            ),
            _five(
                (
                    "Double emploi avec un produit existant",
                    "Doubles an existing product",
                ),
                ("Sans effet sur les autres produits", "No effect on other products"),
                (
                    "Débloque ou remplace plusieurs produits",
                    "Unblocks or replaces several products",
                ),
            ),
        ),
        Criterion(
            "mastery",
            "feasibility",
            Text("Maîtrise technique", "Technical mastery"),
            Text(
                "Sait-on la réaliser avec les techniques et l’architecture en place ?",
                "Can it be built with the techniques and architecture in place?",
            ),
            _five(
                (
                    "Technique inconnue, aucun essai réalisé",
                    "Unknown technique, nothing tried yet",
                ),
                (
                    "Technique connue, points durs identifiés et estimés",
                    "Known technique, hard points found and estimated",
                ),
                (
                    "Déjà réalisé ici à l’identique",
                    "Already done here in the same way",
                ),
            ),
        ),
        Criterion(
            "capacity",
            "feasibility",
            Text("Équipe disponible", "Team available"),
            Text(
                "Les équipes et les compétences nécessaires sont-elles libres sur la période ?",
                "Are the teams and skills it needs free over the period?",
            ),
            _five(
                (
                    "Compétence absente ou équipe déjà en surcharge",
                    "Skill missing or team already overloaded",
                ),
                (
                    "Équipe identifiée, charge à négocier",
                    "Team identified, workload to be negotiated",
                ),
                (
                    "Équipe engagée, charge réservée au plan",
                    "Team committed, workload booked in the plan",
                ),
            ),
        ),
        Criterion(
            "dependencies",
            "feasibility",
            Text("Dépendances", "Dependencies"),
            Text(
                "De quoi dépend-elle qui ne soit pas entre ses mains ?",
                "What does it depend on that is not in its own hands?",
            ),
            _five(
                (
                    "Bloquée par un tiers qui ne s’est pas engagé",
                    "Blocked by a third party that has not committed",
                ),
                (
                    "Dépendances connues, dates convenues",
                    "Dependencies known, dates agreed",
                ),
                ("Aucune, ou toutes levées", "None, or all lifted"),
            ),
        ),
        Criterion(
            "compliance",
            "risk",
            Text("Conformité maîtrisée", "Compliance under control"),
            Text(
                "Données personnelles, droit, règles du secteur : où en est-on ?",
                "Personal data, law, rules of the trade: where do we stand?",
            ),
            _five(
                (
                    "Obligation non traitée, ou avis défavorable",
                    "An obligation not dealt with, or an adverse opinion",
                ),
                (
                    "Obligations identifiées, plan convenu avec le DPO et le juridique",
                    "Obligations identified, plan agreed with the DPO and legal",
                ),
                (
                    "Sans obligation particulière, ou avis favorable rendu",
                    "No particular obligation, or a favourable opinion given",
                ),
            ),
        ),
        Criterion(
            "operations",
            "risk",
            Text("Exploitation et sécurité maîtrisées", "Operations and security under control"),
            Text(
                "Que risquent la stabilité, la sécurité et la dette du produit ?",
                "What does it put at risk in stability, security and debt?",
            ),
            _five(
                (
                    "Service critique exposé, aucun repli prévu",
                    "A critical service exposed, no fallback planned",
                ),
                (
                    "Risques évalués, parades prévues et financées",
                    "Risks assessed, answers planned and funded",
                ),
                (
                    "Réduit la dette ou les incidents existants",
                    "Reduces existing debt or incidents",
                ),
            ),
        ),
        Criterion(
            "reversibility",
            "risk",
            Text("Retour en arrière possible", "A way back"),
            Text(
                "Si elle échoue, que coûte d’arrêter ?",
                "If it fails, what does stopping cost?",
            ),
            _five(
                (
                    "Engagement de plusieurs années, sans sortie",
                    "A commitment of several years, no way out",
                ),
                (
                    "Arrêt possible à des étapes prévues, coût connu",
                    "Can be stopped at planned points, cost known",
                ),
                (
                    "Testée en petit, arrêt à tout moment presque sans coût",
                    "Tried small, can stop at any time at almost no cost",
                ),
            ),
        ),
    ),
)

_FIBONACCI = (1, 2, 3, 5, 8, 13, 20)


def _relative(small: tuple[str, str], large: tuple[str, str]) -> Scale:
    """Relative sizes 1 to 20; the smallest of the batch is 1."""
    return Scale(1, 20, (Anchor(1, Text(*small)), Anchor(20, Text(*large))), _FIBONACCI)


WSJF = ScoringModel(
    code="wsjf",
    version=1,
    label=Text("WSJF (coût du retard sur taille)", "WSJF (cost of delay over size)"),
    method="multiplicative",
    criteria=(
        Criterion(
            "value",
            "business",
            Text("Valeur pour les utilisateurs et l’entreprise", "User and business value"),
            Text(
                "Par rapport aux autres, combien vaut-elle ?",
                "Compared with the others, how much is it worth?",
            ),
            _relative(
                ("La plus faible du lot", "The lowest of the batch"),
                ("Sans commune mesure avec le lot", "Out of proportion with the batch"),
            ),
            factor="cost_of_delay",
        ),
        Criterion(
            "time",
            "user",
            Text("Urgence", "Time criticality"),
            Text(
                "La valeur décroît-elle avec le temps ? Y a-t-il une échéance ferme ?",
                "Does the value decay with time? Is there a firm deadline?",
            ),
            _relative(
                ("Peut attendre sans perte", "Can wait at no loss"),
                ("Échéance ferme et proche", "A firm deadline, close by"),
            ),
            factor="cost_of_delay",
        ),
        Criterion(
            "opportunity",
            "risk",
            Text(
                "Risques réduits, possibilités ouvertes", "Risk reduction, opportunity enablement"
            ),
            Text(
                "Réduit-elle un risque ou rend-elle d’autres choses possibles ?",
                "Does it reduce a risk or make other things possible?",
            ),
            _relative(
                ("N’ouvre rien de plus", "Opens nothing more"),
                ("Conditionne une grande part de la suite", "Much of what follows rests on it"),
            ),
            factor="cost_of_delay",
        ),
        Criterion(
            "size",
            "feasibility",
            Text("Taille", "Job size"),
            Text(
                "Par rapport aux autres, combien de travail ?",
                "Compared with the others, how much work?",
            ),
            _relative(
                ("La plus petite du lot", "The smallest of the batch"),
                ("Vingt fois la plus petite", "Twenty times the smallest"),
            ),
            direction="lower",
            factor="size",
        ),
    ),
)

RICE = ScoringModel(
    code="rice",
    version=1,
    label=Text("RICE", "RICE"),
    method="multiplicative",
    missing="refuse",
    criteria=(
        Criterion(
            "reach",
            "user",
            Text("Portée", "Reach"),
            Text(
                "Combien de personnes concernées par trimestre ?",
                "How many people concerned per quarter?",
            ),
            Scale(
                1,
                10_000_000,
                (
                    Anchor(1, Text("Une personne", "One person")),
                    Anchor(1_000, Text("Mille personnes", "A thousand people")),
                    Anchor(1_000_000, Text("Un million de personnes", "A million people")),
                ),
                (),
            ),
        ),
        Criterion(
            "impact",
            "business",
            Text("Impact", "Impact"),
            Text("Quel effet sur chacune d’elles ?", "What effect on each of them?"),
            Scale(
                0.25,
                3,
                (
                    Anchor(0.25, Text("Minime", "Minimal")),
                    Anchor(0.5, Text("Faible", "Low")),
                    Anchor(1, Text("Moyen", "Medium")),
                    Anchor(2, Text("Fort", "High")),
                    Anchor(3, Text("Massif", "Massive")),
                ),
                (0.25, 0.5, 1, 2, 3),
            ),
        ),
        Criterion(
            "confidence",
            "risk",
            Text("Confiance (%)", "Confidence (%)"),
            Text(
                "Sur quoi reposent les deux chiffres précédents ?",
                "What do the two figures above rest on?",
            ),
            Scale(
                10,
                100,
                (
                    Anchor(10, Text("Une intuition", "A hunch")),
                    Anchor(50, Text("Quelques retours", "Some feedback")),
                    Anchor(80, Text("Des données partielles", "Partial data")),
                    Anchor(100, Text("Des mesures", "Measurements")),
                ),
                (),
            ),
            weight=0.01,  # 80 counts as 0.8: figures are those of the article
        ),
        Criterion(
            "effort",
            "feasibility",
            Text("Effort (mois-homme)", "Effort (person-months)"),
            Text(
                "Combien de mois de travail, toutes équipes confondues ?",
                "How many months of work, all teams together?",
            ),
            Scale(
                0.1,
                500,
                (
                    Anchor(0.1, Text("Deux jours", "Two days")),
                    Anchor(1, Text("Un mois", "One month")),
                    Anchor(12, Text("Une personne pendant un an", "One person for a year")),
                ),
                (),
            ),
            direction="lower",
        ),
    ),
)


def _ten(low: tuple[str, str], high: tuple[str, str]) -> Scale:
    return Scale(1, 10, (Anchor(1, Text(*low)), Anchor(10, Text(*high))), tuple(range(1, 11)))


ICE = ScoringModel(
    code="ice",
    version=1,
    label=Text("ICE", "ICE"),
    method="multiplicative",
    missing="refuse",
    criteria=(
        Criterion(
            "impact",
            "business",
            Text("Impact", "Impact"),
            Text("Si cela marche, quel effet ?", "If it works, what effect?"),
            _ten(("À peine visible", "Hardly visible"), ("Change la donne", "Changes the game")),
        ),
        Criterion(
            "confidence",
            "risk",
            Text("Confiance", "Confidence"),
            Text("À quel point en est-on sûr ?", "How sure are we?"),
            _ten(("Une intuition", "A hunch"), ("Déjà mesuré ici", "Already measured here")),
        ),
        Criterion(
            "ease",
            "feasibility",
            Text("Facilité", "Ease"),
            Text("Est-ce vite fait ?", "Is it soon done?"),
            _ten(
                ("Plusieurs trimestres", "Several quarters"),
                ("Quelques jours", "A few days"),
            ),
        ),
    ),
)

PRESETS: tuple[ScoringModel, ...] = (FIVE_FAMILIES, WSJF, RICE, ICE)


def preset(code: str) -> ScoringModel:
    """The preset of that code (``five_families``, ``wsjf``, ``rice``, ``ice``).

    Raises:
        KeyError: no such preset.
    """
    for model in PRESETS:
        if model.code == code:
            return model
    raise KeyError(code)
