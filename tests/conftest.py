"""What tests share: one opened installation, and a way to run the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings

from api.services import open_services
from knowledge_base.settings import Settings

pytest_plugins = ["tests.databases"]

# Several processes test at once: how long an example takes says nothing of the code.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A home folder that the whole session shares."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def services(home):
    """The shipped bundle and content, opened once."""
    return open_services(Settings(home=home))


@pytest.fixture
def own_home(home, services, tmp_path):
    """A home folder of the test's own, with the vectors that the session has made already."""
    for folder in (services.home.index_cache, services.home.dictionary_cache):
        shutil.copytree(folder, tmp_path / "home" / folder.name)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def baowen(home):
    """Run the command in a process of its own, as a user would."""

    def run(*arguments, home_folder=None, env=None, **options):
        command = [sys.executable, "-W", "error", "-c", "from api.cli import main; main()"]
        return subprocess.run(
            [*command, "--home", str(home_folder or home), *map(str, arguments)],
            capture_output=True,
            text=True,
            env={**os.environ, "COLUMNS": "200", **(env or {})},
            timeout=300,
            check=False,
            **options,
        )

    return run
