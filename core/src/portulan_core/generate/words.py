"""Words that names of made-up objects are built from. French, as the first users are."""

from __future__ import annotations

FIRST_NAMES = (
    "Adèle", "Bastien", "Camille", "Damien", "Élodie", "Farid", "Gaëlle", "Hugo", "Inès", "Julien",
    "Karima", "Loïc", "Manon", "Nicolas", "Océane", "Pascal", "Quitterie", "Rémi", "Salomé", "Théo",
    "Ursule", "Vincent", "Wassila", "Xavier", "Yasmine", "Zoé", "Anaïs", "Benoît", "Clémence",
    "Didier", "Estelle", "François", "Géraldine", "Hélène", "Ismaël", "Jeanne", "Kévin", "Laure",
    "Mathieu", "Noémie",
)  # fmt: skip
LAST_NAMES = (
    "Aubry", "Bertin", "Carlier", "Delmas", "Esnault", "Ferrand", "Garnier", "Hamon", "Imbert",
    "Jacquet", "Keller", "Lemoine", "Marchand", "Navarro", "Ollivier", "Périer", "Quémeneur",
    "Roussel", "Sauvage", "Texier", "Urbain", "Vasseur", "Weiss", "Yvon", "Zimmer", "Barbier",
    "Chauvin", "Descamps", "Evrard", "Fontaine", "Guérin", "Huet", "Joly", "Legrand", "Mallet",
    "Noël", "Prévost", "Renard", "Schmitt", "Tessier",
)  # fmt: skip
PRODUCT_NOUNS = (
    "Portail", "Espace", "Application", "Service", "Suivi", "Catalogue", "Parcours", "Console",
    "Carnet", "Simulateur", "Guichet", "Atelier",
)  # fmt: skip
PRODUCT_SUBJECTS = (
    "client", "partenaires", "contrats", "interventions", "facturation", "mobilité", "énergie",
    "achats", "données", "sites", "flottes", "paiements", "réclamations", "compteurs", "travaux",
    "abonnements", "devis", "stocks", "compétences", "prévisions",
)  # fmt: skip
PLATFORM_NAMES = ("Identité", "Échanges", "Données", "Paiement", "Documents", "Notifications")
INITIATIVE_VERBS = (
    "Refondre", "Automatiser", "Ouvrir", "Simplifier", "Fiabiliser", "Étendre", "Accélérer",
    "Moderniser", "Mesurer", "Sécuriser",
)  # fmt: skip
INITIATIVE_SUBJECTS = (
    "l’inscription", "le paiement", "le suivi des demandes", "la prise de rendez-vous",
    "les relances", "la recherche", "le tableau de bord", "les échanges avec les partenaires",
    "la signature", "le contrôle des données", "l’accès mobile", "la reprise des dossiers",
)  # fmt: skip
SEGMENTS = ("Particuliers", "Entreprises", "Collectivités", "Partenaires", "Exploitants", "Agents")
DOMAINS = ("Vente", "Relation client", "Exploitation", "Finance", "Ressources", "Conformité")
PLATFORMS = ("Web", "Mobile", "Données", "Objets connectés")
OBJECTIVES = (
    "Gagner la confiance des clients", "Réduire le coût de service", "Livrer plus vite et mieux",
    "Réussir la transition énergétique",
)  # fmt: skip
UNIT_OBJECTIVES = (
    "Rendre les démarches autonomes", "Diviser par deux les reprises à la main",
    "Tenir les engagements de délai",
)  # fmt: skip
RISKS = (
    ("delivery", "Dépendance à une équipe très demandée"),
    ("supplier", "Fournisseur unique sur un composant clé"),
    ("security", "Comptes partagés sur l’outil d’administration"),
    ("data_protection", "Durée de conservation des pièces à préciser"),
    ("obsolescence", "Version du socle en fin de support dans dix-huit mois"),
    ("business", "Adoption plus lente que prévu dans les agences"),
)
REQUESTS = (
    "Exporter les dossiers du mois", "Ajouter un motif de refus", "Voir l’historique des échanges",
    "Réduire le temps de réponse de la recherche", "Recevoir une alerte avant l’échéance",
)  # fmt: skip
