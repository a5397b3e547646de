"""The settings file: what it means, for whom, and what is said about its mistakes."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from prefterm.tui.settings import Settings, SettingsRejected, load_settings, parse_settings, remember

FILE = """\
theme = "light"
break_minutes = 25

[keys]
submit = "f2, enter"
mark_left = "ö"

[people.ann]
theme = "contrast"
mouse = false

[people.ann.keys]
submit = "space"
page_down = "pagedown"
"""


def test_a_person_overlays_what_holds_for_all() -> None:
    assert parse_settings(FILE, "bob") == Settings("prefterm-light", break_minutes=25, keys={"submit": "f2,enter", "mark_left": "ö"})
    assert parse_settings(FILE, "ann") == Settings(
        "prefterm-contrast", break_minutes=25, mouse=False, keys={"submit": "space", "mark_left": "ö", "page_down": "pagedown"}
    )
    assert parse_settings("", "ann") == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a = 1\ntheme = "dark', "f.toml:2: this is not TOML"),
        ("theme = ", "f.toml:1: this is not TOML"),
        ('\ntheme = "drak"', "f.toml:2: `theme`: no theme is called 'drak'; there are dark, light"),
        ("theme = 3", 'f.toml:1: `theme`: a theme is a name in quotes: `theme = "dark"`'),
        ("themes = 3", "f.toml:1: prefterm knows no setting `themes`; did you mean `theme`?"),
        ('mouse = "no"', "f.toml:1: `mouse`: this is `true` or `false`"),
        ("break_minutes = true", "f.toml:1: `break_minutes`: this is a number of minutes"),
        ("break_minutes = -1", "f.toml:1: `break_minutes`: this is a number of minutes"),
        ('[keys]\n\nsubmitt = "x"', "f.toml:3: no action is called `submitt`; did you mean `submit`?"),
        ('[keys]\nsubmit = "entre"', "f.toml:2: `submit`: 'entre' names no key"),
        ('[keys]\nsubmit = ""', "f.toml:2: `submit`: a key is a text in quotes"),
        ("[keys]\nsubmit = 3", "f.toml:2: `submit`: a key is a text in quotes"),
        ("keys = 3", "f.toml:1: `keys` is a table"),
        ("people = 3", "f.toml:1: `people` is a table"),
        ("[people]\nann = 3", "f.toml:2: write `[people.ann]`"),
        ('[people.bob]\ntheme = "x"', "f.toml:2: `theme`: no theme"),
        ('[keys]\nskip = "x"\nflag = "y, x"', "f.toml:3: `x` is given to `skip` and to `flag`, and both are on the label screen"),
        ('[keys]\nskip = "x"\n[people.bob.keys]\nflag = "x"', "f.toml:4: `x` is given to `skip` and to `flag`"),
        ('[keys]\nskip = "^q"', "f.toml:2: `ctrl+q` always ends the sitting"),
    ],
)
def test_a_mistake_is_a_sentence_with_its_line(text: str, said: str) -> None:
    with pytest.raises(SettingsRejected) as refusal:
        parse_settings(text, "ann", "f.toml")
    assert said in str(refusal.value)


def test_every_mistake_is_said_once() -> None:
    with pytest.raises(SettingsRejected) as refusal:
        parse_settings('x = 1\nmouse = 2\n[keys]\nskip = "a"\nflag = "a"\n[people.ann]\n[people.bob]', "ann", "f")
    assert [r.line for r in refusal.value.rejections] == [1, 2, 5]


def test_keys_swapped_between_two_actions_are_no_clash() -> None:
    assert parse_settings('[keys]\nskip = "f"\nflag = "s"\nlink = ","', "a").keys == {"skip": "f", "flag": "s", "link": "comma"}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("PREFTERM_SETTINGS", str(tmp_path / "deep" / "settings.toml"))
    return {"PREFTERM_SETTINGS": str(tmp_path / "deep" / "settings.toml")}


def test_what_was_chosen_inside_the_app_overlays_the_file_and_the_environment_both(environment: dict[str, str]) -> None:
    assert load_settings("ann", environment) == Settings()
    remember("ann", theme="prefterm-contrast")
    remember("ann", submit_on_choice=True)
    remember("bob", theme="light")
    path = Path(environment["PREFTERM_SETTINGS"])
    path.write_text(FILE, encoding="utf-8")
    ann = load_settings("ann", environment)
    assert (ann.theme, ann.submit_on_choice, ann.mouse) == ("prefterm-contrast", True, False)
    assert load_settings("bob", environment).theme == "prefterm-light"
    assert load_settings("ann", {**environment, "PREFTERM_THEME": "colourblind"}).theme == "prefterm-colourblind"
    chosen = path.with_name("chosen.json")
    assert stat.S_IMODE(chosen.stat().st_mode) == 0o600
    assert sorted(p.name for p in path.parent.iterdir()) == ["chosen.json", "settings.toml"]


@pytest.mark.parametrize(
    "garbage", ["", "{", "[]", '{"ann": 3}', '{"ann": {"theme": "x", "submit_on_choice": 1, "keys": {}}}', "\x00", "[" * 100_000]
)
def test_garbage_in_the_file_of_choices_is_as_if_nobody_had_chosen(environment: dict[str, str], garbage: str) -> None:
    path = Path(environment["PREFTERM_SETTINGS"]).with_name("chosen.json")
    path.parent.mkdir()
    path.write_text(garbage, encoding="utf-8")
    assert load_settings("ann", environment) == Settings()
    remember("ann", theme="light")
    assert json.loads(path.read_text(encoding="utf-8")) == {"ann": {"theme": "prefterm-light"}}


def test_a_file_that_cannot_be_read_is_refused(environment: dict[str, str]) -> None:
    path = Path(environment["PREFTERM_SETTINGS"])
    path.mkdir(parents=True)
    with pytest.raises(SettingsRejected, match="cannot be read"):
        load_settings("ann", environment)
    path.rmdir()
    path.write_bytes(b"theme = '\xff'")
    with pytest.raises(SettingsRejected, match="not UTF-8"):
        load_settings("ann", environment)


def test_a_theme_that_the_environment_names_must_exist(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsRejected, match="PREFTERM_THEME: no theme is called 'pink'"):
        load_settings("ann", {**environment, "PREFTERM_THEME": "pink"})


def test_what_takes_the_last_key_of_a_needed_action_is_named_with_its_line() -> None:
    with pytest.raises(SettingsRejected) as found:
        parse_settings('[keys]\nskip = "f5"\ndown = "enter"\n', "ann", "s.toml")
    assert {(r.line, r.reason) for r in found.value.rejections} == {(3, "this leaves `submit` without a key on the label screen")}
    assert parse_settings('[keys]\ndown = "enter"\nsubmit = "f5"\nopen = "f6"\nbegin = "f7"\nlabel = "f8"\n', "ann").keys["submit"] == "f5"


@pytest.mark.parametrize("key", ["enter", "esc", "tab", "space"])
def test_a_key_that_is_pressed_all_the_time_does_not_quit(key: str) -> None:
    with pytest.raises(SettingsRejected, match="choose another key to quit"):
        parse_settings(f'[keys]\nquit = "{key}"\n', "ann")


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000, "break_minutes = " + "1" * 5_000])
def test_a_file_beyond_the_reader_is_rejected_in_words(text: str) -> None:
    with pytest.raises(SettingsRejected):
        parse_settings(text, "ann")
