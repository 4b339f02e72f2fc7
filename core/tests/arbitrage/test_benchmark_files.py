"""The readers of published formats that the benchmarks use: folders, archives, bad files."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from portulan_core.arbitrage import solve, verify

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
if not BENCHMARKS.is_dir():
    pytest.skip("the benchmarks are not beside the core here", allow_module_level=True)
sys.path.insert(0, str(BENCHMARKS))

from arbitration_formats import instances  # noqa: E402  # found through the line above
from arbitration_projects import project  # noqa: E402
from arbitration_psplib import read_psplib, read_rcmpsp  # noqa: E402

PATTERSON = """
5 2
4 3

0 0 0 2 2 3
3 2 1 1 4
2 3 0 1 5
4 1 3 1 5
0 0 0 0
"""


def names(path: Path, faults: list[str] | None = None) -> list[str]:
    return [name for name, _ in instances(path, "psplib", faults)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "set"
    inside.mkdir()
    for number in (10, 2):
        (inside / f"p{number}.sm").write_text(project(8, number), encoding="utf-8")
    (inside / "modes.mm").write_text(project(6, 1, modes=3), encoding="utf-8")
    (inside / "notes.txt").write_text("not an instance", encoding="utf-8")
    return inside


def test_a_folder_and_its_archives_hold_the_same_instances(folder: Path, tmp_path: Path) -> None:
    expected = ["modes", "p2", "p10"]
    packed = tmp_path / "set.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(folder, "set")
    zipped = tmp_path / "set.zip"
    with zipfile.ZipFile(zipped, "w") as bundle:
        for file in folder.iterdir():
            bundle.write(file, f"set/{file.name}")
    assert names(folder) == names(packed) == names(zipped) == expected
    assert names(folder / "p2.sm") == ["p2"]


def test_a_bad_file_is_named_and_the_others_are_read(folder: Path) -> None:
    text = (folder / "p2.sm").read_text(encoding="utf-8")
    (folder / "cut.sm").write_text(text[: len(text) // 2], encoding="utf-8")
    (folder / "words.sm").write_text("hello", encoding="utf-8")
    (folder / "bytes.sm").write_bytes(b"\x1f\x8b\x00\xff\xfe")
    (folder / "empty.sm").write_text("", encoding="utf-8")
    faults: list[str] = []
    assert names(folder, faults) == ["modes", "p2", "p10"]
    assert [fault.partition(":")[0] for fault in faults] == [
        "bytes.sm",
        "cut.sm",
        "empty.sm",
        "words.sm",
    ]
    with pytest.raises(ValueError, match=r"bytes\.sm: not in the format psplib"):
        names(folder)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    faults: list[str] = []
    assert names(tmp_path, faults) == []
    assert names(tmp_path / "none.sm", faults) == []
    (tmp_path / "broken.tar.gz").write_bytes(b"\x1f\x8b")
    assert names(tmp_path / "broken.tar.gz", faults) == []
    assert len(faults) == 3
    assert "no file ending in .sm, .mm, .rcp" in faults[0]
    assert faults[1].startswith("none.sm: cannot be read")
    assert faults[2].startswith("broken.tar.gz: ")


def test_spaces_endings_and_older_letters_do_not_matter(tmp_path: Path) -> None:
    text = project(8, 4)
    variants = {
        "a": text.replace("\n", "\r\n"),
        "b": text.replace("  ", "\t "),
        "c": "\ufeff" + text,
        "d": "\n\n" + text.replace("PRECEDENCE RELATIONS:", "\nPRECEDENCE RELATIONS :\n"),
        "e": "\n".join(line + "  " for line in text.rstrip("*\n").splitlines()),
    }
    for name, variant in variants.items():
        (tmp_path / f"{name}.sm").write_text(variant, encoding="utf-8", newline="")
    (tmp_path / "f.SM").write_bytes(b"file with basedata : \xe9t\xe9\n" + text.encode())
    ((_, expected),) = read_psplib("x", text)
    found = list(instances(tmp_path, "psplib"))
    assert [name for name, _ in found] == list("abcdef")
    assert all(problem == expected for _, problem in found)


def test_a_horizon_is_no_limit_of_the_project() -> None:
    text = project(8, 4)
    ((_, expected),) = read_psplib("x", text)
    lines = text.splitlines()
    for horizon in ([], ["horizon : 3"]):
        other = [line for line in lines if not line.startswith("horizon")]
        ((_, problem),) = read_psplib("x", "\n".join([*other[:1], *horizon, *other[1:]]))
        assert problem == expected


def test_what_is_wrong_is_told_with_its_line() -> None:
    lines = project(8, 4).splitlines()
    links = lines.index("PRECEDENCE RELATIONS:")
    requests = lines.index("REQUESTS/DURATIONS:")
    limits = lines.index("RESOURCEAVAILABILITIES:")

    def wrong(at: int, line: str) -> str:
        with pytest.raises(ValueError, match=rf"^line {at + 1}: ") as told:
            list(read_psplib("x", "\n".join([*lines[:at], line, *lines[at + 1 :]])))
        return str(told.value)

    assert "job 99 is not described" in wrong(links + 3, "2  1  1  99")
    assert "9 announced" in wrong(links + 3, "2  1  9  3")
    assert "comes after itself" in wrong(links + 3, "2  1  1  2")
    assert "2 modes announced for job 2, 1 described" in wrong(links + 3, "2  2  1  3")
    assert "expected whole numbers from 0, got '-3'" in wrong(requests + 4, "2  1  -3  0  0  0  0")
    assert "got 5 numbers" in wrong(requests + 4, "2  1  3  0  0")
    assert "described twice" in wrong(requests + 4, "1  1  3  0  0  0  0")
    assert "got 3" in wrong(limits + 2, "9 9 9")
    assert "doubly constrained" in wrong(3, "  - doubly constrained : 1  D")
    with pytest.raises(ValueError, match=r"^line 6: the file ends where a successor of job 3"):
        list(read_psplib("x", PATTERSON.strip("\n")[: -len(" 5\n4 1 3 1 5\n0 0 0 0")]))


def test_several_projects_and_what_is_wrong_in_them() -> None:
    text = "2\n2\n3 2\n\n2 0\n1 1\n2 1 0 1 1:2\n1 2 1 0\n1 4\n1 1\n3 0 2 0\n"
    ((name, problem),) = read_rcmpsp("p", text)
    assert (name, [item.key for item in problem.items]) == ("p", ["1:1", "1:2", "2:1"])
    assert (problem.items[2].earliest, problem.periods) == (4, 10)
    assert solve(problem, 5, workers=1).objective == 7
    for bad, line in (
        (text.replace("1:2", "1:7"), 7),
        (text.replace("3 2\n", "3 2 1\n"), 3),
        (text.replace("1 2 1 0\n", "1 2 1 2 2:1\n"), 8),
        (text[: -len("3 0 2 0\n")], 10),
        (text + "1\n", 12),
    ):
        with pytest.raises(ValueError, match=rf"^line {line}: "):
            list(read_rcmpsp("p", bad))


def test_the_form_of_patterson() -> None:
    ((name, problem),) = read_psplib("p", PATTERSON)
    assert (name, problem.periods, len(problem.items)) == ("p", 9, 5)
    assert len(problem.precedences) == 5
    assert problem.items[1].modes[0].effort == {"R0": (2, 2, 2), "R1": (1, 1, 1)}
    result = solve(problem, 10, workers=1)
    assert (result.status, result.objective) == ("optimal", 7)


def test_generated_projects_repeat_and_can_be_done() -> None:
    assert project(20, 3) == project(20, 3) != project(20, 4)
    for modes in (1, 3):
        ((_, problem),) = read_psplib("g", project(10, 5, modes))
        assert len(problem.items) == 12
        assert {len(item.modes) for item in problem.items} == {1, modes}
        result = solve(problem, 20, workers=1)
        assert result.found
        assert verify(problem, result) == []
