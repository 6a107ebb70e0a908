"""What stands in deploy/ is read by the tools that will read it: hadolint, docker-compose, systemd, nginx."""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
ROOT = DEPLOY.parent
UNITS = ("hall.service", "hall-backup.service", "hall-backup.timer")
ON_LINUX = sys.platform == "linux" and platform.machine() == "x86_64"
only_here = pytest.mark.skipif(not ON_LINUX, reason="the wheels of these tools are for Linux on x86-64")


def tool(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert found, name
    return found


def ran(*command: str | Path) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


@only_here
def test_the_dockerfile_pleases_hadolint() -> None:
    assert ran(tool("hadolint"), "--failure-threshold", "info", DEPLOY / "Dockerfile") == (0, "")


def test_the_image_is_built_from_locks_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    build, final = text.split("\nFROM ")[1:]
    assert build.count("--require-hashes") == 2
    assert "--no-index" in final
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert "/healthz" in final
    assert final.index("USER") < final.index("ENTRYPOINT")
    for name in re.findall(r"^COPY ((?!--)[^\n]*) \S+$", build, re.MULTILINE):
        for part in name.split():
            assert (ROOT / part).exists(), part


def test_only_what_the_image_needs_goes_to_the_builder() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY ((?!--)[^\n]*) \S+$", dockerfile, re.MULTILINE)
    assert {part for line in copied for part in line.split()} == {line[1:] for line in ignored if line.startswith("!")}


@only_here
def test_docker_compose_takes_the_file() -> None:
    assert ran(tool("docker-compose"), "-f", DEPLOY / "compose.yaml", "config", "--quiet") == (0, "")


def test_compose_keeps_secrets_out_and_the_database_in() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = told["services"]
    for service in services.values():
        for name, value in service["environment"].items():
            assert not re.search("PASSWORD|TOKEN|SECRET|DATABASE_URL", name) or name.endswith("_FILE"), name
            if name.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"]
        assert set(service["secrets"]) <= set(told["secrets"])
        assert "no-new-privileges:true" in service["security_opt"]
    assert services["hall"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert all(port.startswith("127.0.0.1:") for port in services["hall"]["ports"])
    assert "ports" not in services["db"]
    assert told["networks"]["inside"]["internal"] is True
    assert services["db"]["image"].startswith("postgres:16")
    for place in (DEPLOY / "secrets", DEPLOY / "hall"):
        assert not place.exists() or not any(place.iterdir())


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they stand, with a program that is there."""
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/hall/bin/hall", "/bin/true"), encoding="utf-8")
    (tmp_path / "hall.service.d").mkdir()
    shutil.copy(DEPLOY / "secrets.conf", tmp_path / "hall.service.d")
    return tmp_path


def known(unit: Path) -> dict[str, dict[str, list[str]]]:
    """Sections, keys and values of a unit; a key may stand more than once."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = {}
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert equals, line
            found[section].setdefault(key, []).append(value)
    return found


KEYS = {
    "Unit": "Description Wants After StartLimitIntervalSec StartLimitBurst",
    "Install": "WantedBy",
    "Timer": "OnCalendar RandomizedDelaySec Persistent",
    "Service": """
        Type User Group Environment EnvironmentFile WorkingDirectory ExecStart Restart RestartSec KillMode
        KillSignal TimeoutStopSec StateDirectory StateDirectoryMode UMask LimitNOFILE TasksMax Nice
        IOSchedulingClass LoadCredential NoNewPrivileges CapabilityBoundingSet AmbientCapabilities ProtectSystem
        ProtectHome PrivateTmp PrivateDevices PrivateUsers ProtectClock ProtectControlGroups ProtectHostname
        ProtectKernelLogs ProtectKernelModules ProtectKernelTunables ProtectProc ProcSubset RemoveIPC
        RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID LockPersonality
        MemoryDenyWriteExecute SystemCallArchitectures SystemCallFilter SystemCallErrorNumber""",
}
"""What systemd knows of what stands in our units: it said so itself where it was there."""


def test_the_units_hold_only_keys_systemd_knows() -> None:
    for name in (*UNITS, "secrets.conf"):
        for section, keys in known(DEPLOY / name).items():
            assert set(keys) <= set(KEYS[section].split()), name


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is for Linux")
def test_systemd_takes_the_units_and_finds_them_hardened(units: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here (apt-get install systemd): the units are only read, not judged")
    assert ran(tool("systemd-analyze"), "verify", "--man=no", *(units / name for name in UNITS)) == (0, "")
    for name in UNITS[:2]:
        code, out = ran(tool("systemd-analyze"), "security", "--offline=true", "--threshold=20", units / name)
        assert code == 0, out


def test_the_services_run_the_same_hall_and_write_only_their_own() -> None:
    serving, saving = (known(DEPLOY / name)["Service"] for name in UNITS[:2])
    assert serving["ExecStart"] == ["/opt/hall/bin/hall serve"]
    assert serving["User"] == saving["User"] == ["hall"]
    assert serving["ProtectSystem"] == saving["ProtectSystem"] == ["strict"]
    assert "hall" in serving["StateDirectory"][0].split()
    assert saving["StateDirectory"][0].split() == ["hall", "hall-backup"]
    for service in (serving, saving):
        assert "HALL_DATA_DIR=/var/lib/hall" in service["Environment"][0]
        assert not any("TOKEN=" in line or "DATABASE_URL=" in line for line in service["Environment"])


REFUSE_EXECUTABLE_WRITES = """
import ctypes, sys
if ctypes.CDLL(None, use_errno=True).prctl(65, 1, 0, 0, 0):
    print("old kernel"); sys.exit(0)
import mmap
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    sys.exit("memory may still be written and run")
except PermissionError:
    pass
from bot.cli import main
sys.exit(main(["understand"]))
"""


def test_the_hall_works_where_no_memory_may_be_written_and_run(tmp_path: Path) -> None:
    """MemoryDenyWriteExecute, as the kernel itself keeps it."""
    if sys.platform != "linux":
        return
    from tests.kit import CACHE, edition

    edition()
    shutil.copytree(CACHE, tmp_path / "cache")
    done = subprocess.run(
        [sys.executable, "-c", REFUSE_EXECUTABLE_WRITES], input="我家停电了\n", capture_output=True, text=True,
        env=os.environ | {"HALL_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "outage_repair" in done.stdout or "old kernel" in done.stdout


def test_every_file_is_told_of() -> None:
    told = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for file in DEPLOY.iterdir():
        if file.name not in ("README.md", "secrets", "hall"):
            assert file.name in told, file.name


def test_every_setting_named_is_a_setting() -> None:
    from bot.settings import _NAMES

    allowed = {*_NAMES.values(), "HALL_CONFIG", *(f"{name}_FILE" for name in _NAMES.values())}
    for file in DEPLOY.iterdir():
        if file.is_file():
            for name in re.findall(r"\b(?:HALL|TELEGRAM)_[A-Z_]+[A-Z]\b", file.read_text(encoding="utf-8")):
                assert name in allowed, (file.name, name)
