from datetime import timedelta
from pathlib import Path

import pytest

from bot.hall.pace import NO_LIMITS, Rate, Rates
from bot.settings import DEMO, TELEGRAM_RATES, BadSettings, Settings, environment, read_settings

SECOND = timedelta(seconds=1)

GIVEN = {
    "HALL_DATA_DIR": "d",
    "HALL_DATABASE_URL": "sqlite:///x.db",
    "HALL_HOST": "0.0.0.0",  # noqa: S104 - read, not bound
    "HALL_PORT": "9000",
    "HALL_BASE_URL": "https://hall.example/",
    "HALL_LOG": "json",
    "HALL_RATE_LIMIT": "60",
    "HALL_DRILL_KEY": "schlüssel",
    "HALL_SEMANTIC": "off",
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No hall.toml stands where the command is called, unless a test puts one."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def hall_toml(folder: Path, text: str) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    (folder / "hall.toml").write_text(text, encoding="utf-8")
    return {"HALL_CONFIG": str(folder / "hall.toml")}


def refused(environment: dict[str, str]) -> str:
    """Why these settings are refused: in Chinese, with the name of what is wrong."""
    with pytest.raises(BadSettings) as bad:
        read_settings(environment)
    assert any("\u4e00" <= char <= "\u9fff" for char in str(bad.value))
    return str(bad.value)


def test_without_anything_the_demo_hall_is_served_here(elsewhere: Path) -> None:
    data = elsewhere / "data"
    assert read_settings({}) == Settings(DEMO, data, f"sqlite:///{data / 'hall.db'}")
    assert read_settings({}).address == "http://127.0.0.1:8080"


def test_everything_may_be_said_in_the_environment(elsewhere: Path) -> None:
    found = read_settings(GIVEN)
    assert found == Settings(
        DEMO, elsewhere / "d", "sqlite:///x.db", GIVEN["HALL_HOST"], 9000, "https://hall.example", "json", 60,
        "schlüssel", "off",
    )  # fmt: skip
    assert found.address == "https://hall.example"


def test_the_file_says_and_the_environment_wins(elsewhere: Path) -> None:
    told = hall_toml(elsewhere / "hall", '[settings]\nport = 1\nlog = "json"\nhost = "::1"\n[hall]\nname = "x"')
    found = read_settings({**told, "HALL_PORT": "2"})
    assert (found.port, found.log, found.host) == (2, "json", "::1")
    assert found.folder == elsewhere / "hall"


def test_a_hall_toml_where_the_command_is_called_is_taken(elsewhere: Path) -> None:
    hall_toml(elsewhere, "[settings]\nport = 7")
    assert (read_settings({}).port, read_settings({}).folder) == (7, elsewhere)


def test_an_empty_variable_says_nothing() -> None:
    assert read_settings(dict.fromkeys(GIVEN, "")) == read_settings({})


def test_a_drill_keeps_a_database_of_its_own_and_may_play_another_folder(elsewhere: Path) -> None:
    told = hall_toml(elsewhere / "hall", "[settings]\nport = 7")
    found = read_settings({**told, "HALL_DATABASE_URL": "sqlite:///x.db"}, drill=True, folder=elsewhere / "other")
    assert found.database_url == f"sqlite:///{elsewhere / 'data' / 'drill.db'}"
    assert (found.folder, found.port) == (elsewhere / "other", 7)


class TestSecrets:
    def test_they_may_stand_in_a_file(self, elsewhere: Path) -> None:
        (elsewhere / "key").write_text(" geheim \n", encoding="utf-8")
        assert read_settings({"HALL_DRILL_KEY_FILE": "key"}).drill_key == "geheim"
        (elsewhere / "url").write_text("sqlite:///y.db", encoding="utf-8")
        assert read_settings({"HALL_DATABASE_URL_FILE": "url"}).database_url == "sqlite:///y.db"

    def test_said_openly_they_win(self, elsewhere: Path) -> None:
        (elsewhere / "key").write_text("geheim", encoding="utf-8")
        assert read_settings({"HALL_DRILL_KEY_FILE": "key", "HALL_DRILL_KEY": "offen"}).drill_key == "offen"

    def test_a_file_that_cannot_be_read_is_named_not_shown(self, elsewhere: Path) -> None:
        assert refused({"HALL_DRILL_KEY_FILE": "nowhere"}).startswith("HALL_DRILL_KEY_FILE")
        (elsewhere / "key").write_bytes(b"\xff\xfe geheim")
        text = refused({"HALL_DRILL_KEY_FILE": "key"})
        assert text.startswith("HALL_DRILL_KEY_FILE")
        assert "geheim" not in text

    def test_only_secrets_are_read_from_files(self) -> None:
        assert read_settings({"HALL_PORT_FILE": "nowhere"}).port == 8080


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HALL_PORT", "x"),
        ("HALL_PORT", "-1"),
        ("HALL_PORT", "65536"),
        ("HALL_PORT", "80.5"),
        ("HALL_RATE_LIMIT", "-1"),
        ("HALL_RATE_LIMIT", "many"),
        ("HALL_LOG", "xml"),
        ("HALL_SEMANTIC", "on"),
        ("HALL_CONFIG", "nowhere.toml"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(name: str, value: str) -> None:
    assert name in refused({name: value})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[settings]\nprot = 1\nhsot = 2", "prot、hsot"),
        ("settings = 3", "[settings]"),
        ("[settings]\nport = true", "HALL_PORT"),
        ("[settings]\nhost = 127", "HALL_HOST"),
        ("[settings]\ndrill_key = 123", "HALL_DRILL_KEY"),
        ("[settings]\nlog = [1]", "HALL_LOG"),
        ("[settings]\ndata_dir = 1", "HALL_DATA_DIR"),
        ("[settings]\ntelegram_token = '1:abc'", "TELEGRAM_BOT_TOKEN"),
    ],
)
def test_what_stands_wrongly_in_the_file_is_named(elsewhere: Path, text: str, named: str) -> None:
    assert named in refused(hall_toml(elsewhere / "hall", text))


@pytest.mark.parametrize("raw", [b"[settings\n", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_left_to_the_folders_own_reader(elsewhere: Path, raw: bytes) -> None:
    told = hall_toml(elsewhere / "hall", "")
    Path(told["HALL_CONFIG"]).write_bytes(raw)
    assert read_settings(told).port == 8080


def test_the_process_has_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_PORT", "1234")
    assert read_settings(environment()).port == 1234


TOKEN = "123456:AAbbCCdd-ee"


def test_a_token_alone_opens_the_telegram_door_by_polling(elsewhere: Path) -> None:
    del elsewhere
    settings = read_settings({"TELEGRAM_BOT_TOKEN": TOKEN})
    assert (settings.telegram_mode, settings.telegram_token) == ("polling", TOKEN)
    assert settings.telegram_rates == TELEGRAM_RATES
    assert read_settings({}).telegram_mode == "off"
    assert read_settings({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_MODE": "off"}).telegram_mode == "off"


def test_files_come_from_where_calls_go_unless_said_otherwise(elsewhere: Path) -> None:
    del elsewhere
    base = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": "http://127.0.0.1:9/"}
    settings = read_settings(base)
    assert (settings.telegram_api, settings.telegram_files) == ("http://127.0.0.1:9", "http://127.0.0.1:9")
    assert read_settings(base | {"TELEGRAM_FILE_BASE_URL": "http://127.0.0.1:8"}).telegram_files == "http://127.0.0.1:8"


def test_the_webhook_needs_a_secret_and_an_address_from_outside(elsewhere: Path) -> None:
    del elsewhere
    base = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_MODE": "webhook"}
    assert "TELEGRAM_WEBHOOK_SECRET" in refused(base)
    assert "HALL_BASE_URL" in refused(base | {"TELEGRAM_WEBHOOK_SECRET": "s"})
    whole = base | {"TELEGRAM_WEBHOOK_SECRET": "s", "HALL_BASE_URL": "https://hall.example/"}
    assert read_settings(whole).telegram_secret == "s"
    assert read_settings(whole).base_url == "https://hall.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "not a token"),
        ("TELEGRAM_MODE", "pigeon"),
        ("TELEGRAM_MODE", "polling"),
        ("TELEGRAM_WEBHOOK_SECRET", "有空 格"),
        ("TELEGRAM_STAFF_CHAT_ID", "group"),
        ("TELEGRAM_RATES", "fast"),
        ("TELEGRAM_RATES", "all=30/1s each=2"),
    ],
)
def test_a_telegram_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    told = refused({name: value} | ({} if "MODE" in name or "TOKEN" in name else {"TELEGRAM_BOT_TOKEN": TOKEN}))
    assert name in told
    assert TOKEN not in told


@pytest.mark.parametrize(
    ("told", "rates"),
    [
        ("off", NO_LIMITS),
        ("0", NO_LIMITS),
        ("all=1000/1s, chat=0, group=0", Rates(Rate(1000, SECOND), Rate(0, SECOND), Rate(0, timedelta(seconds=60)))),
        ("group=40", Rates(TELEGRAM_RATES.all, TELEGRAM_RATES.chat, Rate(40, timedelta(seconds=60)))),
        ("chat=5/10s", Rates(TELEGRAM_RATES.all, Rate(5, timedelta(seconds=10)), TELEGRAM_RATES.group)),
    ],
)
def test_rates_are_lifted_or_set(told: str, rates: Rates) -> None:
    assert read_settings({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_RATES": told}).telegram_rates == rates


def test_a_drill_never_talks_to_the_real_telegram(elsewhere: Path) -> None:
    del elsewhere
    with pytest.raises(BadSettings, match="TELEGRAM_API_BASE_URL"):
        read_settings({"TELEGRAM_BOT_TOKEN": TOKEN}, drill=True)
    base = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": "http://127.0.0.1:9"}
    assert read_settings(base, drill=True).telegram_mode == "polling"


@pytest.mark.parametrize(
    ("url", "drill"),
    [
        ("postgresql://hall@db/hall", "postgresql://hall@db/hall_drill"),
        (
            "postgresql+psycopg://u:p@db:5432/hall?sslmode=require",
            "postgresql+psycopg://u:p@db:5432/hall_drill?sslmode=require",
        ),
        ("postgresql://hall@/hall?host=/run/pg", "postgresql://hall@/hall_drill?host=/run/pg"),
    ],
)
def test_a_drill_on_a_server_keeps_a_database_beside_the_halls(url: str, drill: str) -> None:
    assert read_settings({"HALL_DATABASE_URL": url}).database_url == url
    assert read_settings({"HALL_DATABASE_URL": url}, drill=True).database_url == drill
