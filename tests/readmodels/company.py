"""A small company whose figures can be checked by hand (January 2027 to December 2027).

Group GRP over FR and BE. Lines MOB and HAB (segment), DATA (platform). Today is 9 March 2027:
January and February are closed.
"""

from __future__ import annotations

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from portulan.base.changes import KNOWN_SINCE_EVER, recording
from portulan.base.policy import Actor, Grant, system_actor
from portulan.catalogue.lifecycle import refresh_stages
from portulan.catalogue.models import Line, Product
from portulan.organisation.models import Entity
from portulan.organisation.rights import refresh_paths
from portulan.snapshot.store import store
from portulan_core.model import (
    Capacity,
    CostLine,
    Dependency,
    Envelope,
    Initiative,
    InitiativeProduct,
    ProductLine,
    StagePeriod,
    Team,
    World,
)
from portulan_core.model import (
    Entity as EntityRow,
)
from portulan_core.model import (
    Line as LineRow,
)
from portulan_core.model import (
    Product as ProductRow,
)

TODAY = date(2027, 3, 9)
JAN = 2027 * 12
K = 1_000_00  # a thousand, in cents


def uid(name: str) -> str:
    """A uid that is the same in each run."""
    return str(uuid5(NAMESPACE_URL, name))


def _table(*rows):
    return {row.uid: row for row in rows}


def world() -> World:
    """The company as a value."""
    product = {
        code: ProductRow(uid(code), code, name, entity=uid(entity) if entity else None)
        for code, name, entity in (
            ("ESC", "Escale", "FR"), ("CAB", "Cabestan", "FR"), ("AMA", "Amarre", "BE"),
            ("ORP", "Orphelin", ""),
        )
    }
    return World(
        entities=_table(
            EntityRow(uid("GRP"), "GRP", "Groupe"),
            EntityRow(uid("FR"), "FR", "France", uid("GRP")),
            EntityRow(uid("BE"), "BE", "Belgique", uid("GRP")),
        ),
        lines=_table(
            LineRow(uid("MOB"), "MOB", "Mobilité", "segment"),
            LineRow(uid("HAB"), "HAB", "Habitat", "segment"),
            LineRow(uid("DATA"), "DATA", "Données", "platform"),
        ),
        products={p.uid: p for p in product.values()},
        product_lines=_table(
            ProductLine(uid("l1"), uid("ESC"), uid("MOB")),
            ProductLine(uid("l2"), uid("CAB"), uid("MOB")),
            ProductLine(uid("l3"), uid("AMA"), uid("HAB")),
            ProductLine(uid("l4"), uid("ESC"), uid("DATA")),
            ProductLine(uid("l5"), uid("AMA"), uid("DATA")),
        ),
        stage_periods=_table(
            StagePeriod(uid("s1"), uid("ESC"), "run", date(2020, 1, 1)),
            StagePeriod(uid("s2"), uid("CAB"), "development", date(2025, 1, 1)),
            StagePeriod(uid("s3"), uid("AMA"), "exploration", date(2026, 1, 1)),
        ),
        teams=_table(
            Team(uid("T-DATA"), "T-DATA", "Data", uid("FR")),
            Team(uid("T-WEB"), "T-WEB", "Web", uid("BE")),
        ),
        capacities=_table(
            *(Capacity(uid(f"c{m}"), uid("T-DATA"), JAN + m, 100_00, 0) for m in range(6)),
            *(Capacity(uid(f"w{m}"), uid("T-WEB"), JAN + m, 60_00, 10_00) for m in range(6)),
        ),
        initiatives=_table(
            # 12 × 10 k€ on ESC (60 %) and AMA (40 %)
            Initiative(
                uid("TARIF"), "TARIF", "Tarification", "in_progress", "development", uid("FR"),
                start=JAN, months=12, costs_opex=(10 * K,) * 12,
                efforts=((uid("T-DATA"), (80_00,) * 12),),
            ),
            # 6 × 20 k€ of CAPEX on CAB, from April
            Initiative(
                uid("PREUVE"), "PREUVE", "Preuve de covoiturage", "planned", "development",
                uid("FR"), start=JAN + 3, months=6, costs_capex=(20 * K,) * 6,
                efforts=((uid("T-DATA"), (60_00,) * 6), (uid("T-WEB"), (10_00,) * 6)),
            ),
            # On no product
            Initiative(
                uid("DETTE"), "DETTE", "Dette commune", "planned", "run", uid("GRP"),
                start=JAN + 6, months=2, costs_opex=(1 * K, 1 * K), mandatory=True,
                mandatory_reason="Échéance légale", latest=JAN + 8,
            ),
            Initiative(uid("IDEE"), "IDEE", "Idée", "proposed", start=None,
                       costs_opex=(500 * K,)),
        ),
        initiative_products=_table(
            InitiativeProduct(uid("ip1"), uid("TARIF"), uid("ESC"), 6_000),
            InitiativeProduct(uid("ip2"), uid("TARIF"), uid("AMA"), 4_000),
            InitiativeProduct(uid("ip3"), uid("PREUVE"), uid("CAB")),
            InitiativeProduct(uid("ip4"), uid("IDEE"), uid("ORP")),
        ),
        dependencies=_table(
            Dependency(uid("d1"), "finish_start", uid("PREUVE"), uid("DETTE")),
        ),
        cost_lines=_table(
            CostLine(uid("a1"), "actual", JAN, 11 * K, initiative=uid("TARIF")),
            CostLine(uid("a2"), "actual", JAN + 1, 12 * K, initiative=uid("TARIF")),
            CostLine(uid("p1"), "plan", JAN, 3 * K, product=uid("ORP")),
            CostLine(uid("p2"), "plan", JAN + 5, 3 * K, product=uid("ORP")),
            CostLine(uid("m1"), "commitment", JAN + 1, 40 * K, product=uid("ESC")),
        ),
        envelopes=_table(
            Envelope(uid("e1"), 2027, "voted", 100 * K, uid("GRP"), uid("MOB"), "development"),
            Envelope(uid("e2"), 2027, "revised", 150 * K, uid("GRP"), uid("MOB"), "development"),
            Envelope(uid("e3"), 2027, "revised", 60 * K, uid("GRP"), uid("HAB"), "development"),
            Envelope(uid("e4"), 2027, "revised", 5 * K, uid("GRP"), None, "run"),
        ),
    )


def load() -> None:
    """Write it into the database."""
    with recording(system_actor("tests"), "test", effective_on=KNOWN_SINCE_EVER) as recorder:
        store(world(), recorder)
    refresh_paths()
    refresh_stages(TODAY)


def actor(*grants: Grant) -> Actor:
    """Somebody with these roles."""
    return Actor("somebody", account_id=None, person_id=None, grants=grants)


def entity(code: str) -> int:
    """An entity's id."""
    return Entity.objects.get(code=code).pk


def product(code: str) -> int:
    """A product's id."""
    return Product.objects.get(code=code).pk


def line(code: str) -> int:
    """A line's id."""
    return Line.objects.get(code=code).pk
