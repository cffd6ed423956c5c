"""qingyuan officers: many accounts out of one file, without a page."""

import json

from qingyuan.access.models import Officer
from qingyuan.commands.main import main
from tests import build

TEXT = (
    "登录名,姓名,角色,行政区划,单位,起,止\nzhang.san,张三,经办人员,140213,,2026-01-01,\nli.si,李四,无此角色,140213,,,\n"
)


def run(capsys, *words):
    code = main(["officers", "add-many", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_dry_run_says_what_would_happen_and_enters_nothing(db, tmp_path, capsys):
    build.country(waters=False)
    file = tmp_path / "人员.csv"
    file.write_text(TEXT, "utf-8")
    code, said = run(capsys, str(file), "--dry-run")
    assert code == 1
    assert (said["rows"], said["new"], said["refused"]) == (2, 1, 1)
    assert [(one["cell"], one["code"]) for one in said["findings"]] == [("C3", "people.role")]
    assert not Officer.objects.filter(username="zhang.san").exists()


def test_the_good_lines_are_entered_their_passwords_printed_once_and_a_second_run_changes_nothing(db, tmp_path, capsys):
    build.country(waters=False)
    file = tmp_path / "人员.csv"
    file.write_text(TEXT, "utf-8")
    _code, said = run(capsys, str(file))
    made = Officer.objects.get(username="zhang.san")
    assert made.check_password(said["passwords"][0]["password"])
    assert made.must_change_password
    _code, again = run(capsys, str(file))
    assert (again["new"], again["unchanged"], again["passwords"]) == (0, 1, [])


def test_a_file_that_is_not_there_is_said_to_be_missing(db, capsys):
    code, said = run(capsys, "/nowhere/人员.csv")
    assert code == 1
    assert said["refused"]["code"]
