"""Finds the record that a row stands for, and the one that a text points to.

A record is found by the key of its source, its code, its address, its name within its parent. What
is only likely (another name, another entity, another code) is a choice, never done silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from portulan.base.models import new_uid
from portulan.base.text import fold
from portulan.integrations.table.items import Item, Ref
from portulan.integrations.table.known import PARENT, Everything, Known, name_key
from portulan.integrations.table.ledger import (
    BLOCK,
    IGNORE,
    INFO,
    MISSING,
    WARN,
    Ledger,
    RowIgnored,
)
from portulan.integrations.table.likeness import compact, similarity

CREATE, SAME, MATCH = "create", "same", "match:"
#: Kinds that come into being because a row names them; the others must exist or be chosen.
CREATED_ON_SIGHT = ("entity", "line", "person")
#: Names less alike than this under one code deserve a look.
OTHER_NAME = 0.5
MAX_CHOICES = 60


class Matcher:
    """Matches the items of a file, kind by kind, against what is known and one another."""

    def __init__(self, known: Everything, ledger: Ledger) -> None:
        self.known, self.ledger = known, ledger
        self._by_code: dict[str, dict[str, Item]] = defaultdict(dict)
        self._by_name: dict[str, dict[str, list[Item]]] = defaultdict(lambda: defaultdict(list))
        self._taken: dict[str, set[UUID]] = defaultdict(set)
        self._answers: dict[tuple[str, str, str], Item | UUID | None] = {}

    # --- rows to records

    def register(self, kind: str, items: list[Item]) -> None:
        """Find or make the identity of every item of a named kind."""
        known = self.known.kind(kind)
        codes = {fold(item.code) for item in items if item.code}
        names: dict[str, int] = defaultdict(int)
        for item in items:
            names[name_key(kind, item.name)] += 1
        unmatched = []
        for item in items:
            try:
                uid = self._exact(known, item)
            except RowIgnored:
                uid = new_uid()
            if uid is None:
                unmatched.append(item)
            else:
                self._take(item, uid)
        left = []
        for item in unmatched:
            try:
                uid = self._by_its_name(known, item, codes, names[name_key(kind, item.name)])
            except RowIgnored:
                uid = new_uid()
            if uid is None:
                left.append(item)
            else:
                self._take(item, uid)
        free = [uid for uid in known.records if uid not in self._taken[kind]]
        for item in left:
            uid = self._renamed(known, item, free) if free else None
            self._take(item, uid if uid is not None else new_uid())
        for item in items:
            self._remember(item)

    def register_made(self, items: Iterable[Item]) -> None:
        """Take in items whose identity the caller found; those without one are new."""
        for item in items:
            self._take(item, item.uid or new_uid())
            self._remember(item)

    def _take(self, item: Item, uid: UUID) -> None:
        item.uid = uid
        self._taken[item.kind].add(uid)

    def _remember(self, item: Item) -> None:
        if item.code:
            self._by_code[item.kind].setdefault(fold(item.code), item)
        if item.name:
            self._by_name[item.kind][name_key(item.kind, item.name)].append(item)
        email = item.values.get("email")
        if email:
            self._by_code[item.kind].setdefault(email, item)

    def _exact(self, known: Known, item: Item) -> UUID | None:
        uid = known.keys.get(item.key, (None, ""))[0] if item.key else None
        if uid not in known.records:
            uid = None
        email = item.values.get("email")
        if uid is None and email and email in known.by_email:
            return known.by_email[email]
        if uid is None and item.code:
            uid = known.by_code.get(fold(item.code))
        if uid is None or not item.code:
            return uid
        there = str(known.records[uid].values["name"])
        if item.name and similarity(compact(item.name), compact(there)) < OTHER_NAME:
            return self._ask_all("match.other_name", known, item, uid)
        return uid

    def _by_its_name(self, known: Known, item: Item, codes: set[str], times: int) -> UUID | None:
        if item.auto or not item.name or (times > 1 and item.code):
            return None
        found = [
            uid
            for uid in known.by_name.get(name_key(known.kind, item.name), ())
            if uid not in self._taken[known.kind]
            and not (item.code and fold(known.records[uid].values["code"]) in codes)
        ]
        column = PARENT.get(known.kind, "")
        parent = item.refs.get(column)
        parent = parent.uid if isinstance(parent, Item) else parent
        here = [
            uid
            for uid in found
            if not isinstance(parent, UUID)
            or known.records[uid].values.get(column) in (None, parent)
        ]
        if len(here) == 1 and item.code:
            return self._ask_all("match.other_code", known, item, here[0])
        if len(here) == 1:
            return here[0]
        if len(found) == 1 and times == 1:
            return self._ask_all("match.moved", known, item, found[0])
        if found:
            return self._ask("match.several", known, item, found, level=BLOCK)
        return None

    def _renamed(self, known: Known, item: Item, free: list[UUID]) -> UUID | None:
        near = [uid for _, uid in known.near(item.name, free) if uid not in self._taken[item.kind]]
        if not near or item.auto:
            return None
        try:
            return self._ask("match.renamed", known, item, near, default=CREATE)
        except RowIgnored:
            return None

    def _ask(
        self,
        code: str,
        known: Known,
        item: Item,
        uids: list[UUID],
        *,
        level: str = WARN,
        default: str = "",
    ) -> UUID | None:
        """Ask which of these records a row stands for, row by row."""
        labels = {f"{MATCH}{uid}": known.name(uid) for uid in uids}
        decision = self.ledger.note(
            code,
            level,
            item.place,
            key=(item.kind, fold(item.name), fold(item.code)),
            params={"kind": item.kind, "name": item.name, "labels": labels},
            read=item.name[:80],
            becomes=next(iter(labels.values())),
            choices=(*labels, CREATE, IGNORE),
            default=default,
        )
        chosen = decision.removeprefix(MATCH) if decision.startswith(MATCH) else ""
        return UUID(chosen) if chosen else None

    def _ask_all(self, code: str, known: Known, item: Item, uid: UUID) -> UUID | None:
        """Ask once for every row in the same case; by default the record found is the one."""
        decision = self.ledger.note(
            code,
            WARN,
            item.place,
            key=(item.kind,),
            params={"kind": item.kind, "name": item.name},
            read=item.name[:80],
            becomes=known.name(uid),
            choices=(SAME, CREATE, IGNORE),
            default=SAME,
        )
        return uid if decision == SAME else None

    # --- texts to records

    def resolve(self, ref: Ref, users: list[Item], root: UUID | None) -> UUID | Item | None:
        """What a text points to, for the rows that name it; asks when nothing is certain."""
        found = self._find(ref)
        if found is not None:
            return found
        known = self.known.kind(ref.kind)
        near = known.near(ref.name or ref.text) if known.records else []
        uids = [uid for _, uid in near]
        on_sight = ref.kind in CREATED_ON_SIGHT
        if on_sight and not uids:
            decision = self._note_ref("ref.created", INFO, ref, users, (), CREATE)
        else:
            others = sorted(known.records, key=lambda uid: fold(known.records[uid].values["name"]))
            uids += [uid for uid in others if uid not in uids][: 0 if on_sight else MAX_CHOICES]
            labels = {f"{MATCH}{uid}": known.name(uid) for uid in uids}
            level, default = (WARN, CREATE) if on_sight else (BLOCK, "")
            code = "ref.near" if on_sight else "ref.unknown"
            decision = self._note_ref(code, level, ref, users, labels.items(), default)
        if decision.startswith(MATCH):
            return UUID(decision.removeprefix(MATCH))
        return self._make(ref, users[0], root) if decision == CREATE else None

    def _note_ref(
        self,
        code: str,
        level: str,
        ref: Ref,
        users: list[Item],
        labels: Iterable[tuple[str, str]],
        default: str,
    ) -> str:
        """Note a text for every row that names it; a row left out leaves the others."""
        known_labels = dict(labels)
        decision = default
        key = (ref.kind,) if code == "ref.created" else (ref.kind, fold(ref.text))
        for user in users:
            try:
                decision = self.ledger.note(
                    code,
                    level,
                    user.place,
                    key=key,
                    column=ref.column,
                    params={"kind": ref.kind, "name": ref.name or ref.text, "labels": known_labels},
                    read=ref.text[:80],
                    choices=(*known_labels, CREATE, MISSING, IGNORE),
                    default=default,
                )
            except RowIgnored:
                decision = IGNORE
        return decision

    def _find(self, ref: Ref) -> UUID | Item | None:
        known = self.known.kind(ref.kind)
        for text in dict.fromkeys((ref.text, ref.name)):
            if not text or (text == ref.name and ref.kind == "line"):
                continue
            word, name = fold(text), name_key(ref.kind, text)
            item = self._by_code[ref.kind].get(word)
            if item is None and len(self._by_name[ref.kind].get(name, ())) == 1:
                item = self._by_name[ref.kind][name][0]
            if item is not None:
                return item
            uid = known.by_code.get(word) or known.by_email.get(word)
            if uid is None and len(known.by_name.get(name, ())) == 1:
                uid = known.by_name[name][0]
            if uid is None and word in known.keys and known.keys[word][0] in known.records:
                uid = known.keys[word][0]
            if uid is not None:
                return uid
        return None

    def _make(self, ref: Ref, user: Item, root: UUID | None) -> Item:
        """A record that exists because a row names it."""
        name = ref.name or ref.text
        item = Item(ref.kind, user.place, {"name": name}, auto=True, name=name, uid=new_uid())
        if ref.kind == "line":
            item.values["name"] = item.name = ref.text
            item.defaults["axis"] = ref.name or "segment"
        elif ref.name or (ref.kind == "entity" and len(ref.text) <= 16):
            item.code = ref.text
        if ref.kind == "entity" and root is not None:
            item.refs["parent"] = root
        if ref.kind == "person" and "@" in ref.text:
            item.values["email"] = ref.text.lower()
            item.values["name"] = item.name = ref.text.partition("@")[0].replace(".", " ").title()
        self._remember(item)
        return item
