"""An installation that serves signed releases only: at its start, while it runs, and told to people."""

import shlex
import shutil

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.diagnosis import diagnose
from api.loop.promotion import promote, roll_back, start
from api.releasing import require_released, sign_release
from api.services import open_services
from assistant.understanding.bundle import SHIPPED_BUNDLE
from evaluation.online.trials import newest_use, require_candidate
from evaluation.release import ReleaseError, make_key
from knowledge_base.editing.types import Deed
from knowledge_base.errors import InvalidInputError
from knowledge_base.settings import Settings
from tests.api.loop.bundles import bundle_with_cut
from tests.api.test_cli import ROW, assert_clear_error, write_rows
from tests.api.test_live import NOW, QUESTION, edited, publish_edits


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "keys" / "release.key"
    return path, make_key(path)


@pytest.fixture
def own(own_home, key, tmp_path):
    """An installation with a bundle of its own, which asks for signatures."""
    bundle = shutil.copytree(SHIPPED_BUNDLE, tmp_path / "bundle")
    services = open_services(Settings(home=own_home, bundle=bundle, release_key=key[1]))
    yield services
    services.database.engine.dispose()


def signed(services, key):
    return sign_release(services, key[0], None, "li", "", NOW)


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_nothing_unsigned_is_served(own, key):
    with pytest.raises(ReleaseError, match="not signed"):
        create_app(own)
    path = signed(own, key)
    assert require_released(own).name == path.name
    flip(own.settings.bundle / "encoder" / "encoder.json")
    with pytest.raises(ReleaseError) as error:
        require_released(own)
    assert "encoder/encoder.json" in error.value.detail[0]


def test_thresholds_of_another_hand_are_not_served(own, key):
    signed(own, key)
    flip(own.settings.bundle / "thresholds.json")
    with pytest.raises(ReleaseError):
        require_released(own)


def test_an_unsigned_candidate_is_not_promoted(own_home, key, tmp_path):
    services = open_services(Settings(home=own_home, release_key=key[1]))
    folder = bundle_with_cut(tmp_path / "it's shy", 1.1)
    deed = Deed("li", "", NOW)
    version = start(services, folder, 0.0, deed)
    with pytest.raises(ReleaseError, match="release sign") as error:
        promote(services, version, (), deed, force=True)
    assert shlex.quote(str(folder)) in error.value.message
    with services.database.reading() as session:
        assert newest_use(session) is None and require_candidate(session, "").version == version
    other = open_services(services.settings.model_copy(update={"bundle": folder}))
    signed(other, key)
    other.database.engine.dispose()
    promote(services, version, (), deed)
    with services.database.reading() as session:
        assert newest_use(session).version == version
    with pytest.raises(ReleaseError, match="release sign"):  # the shipped one was never signed
        roll_back(services, deed)
    services.database.engine.dispose()


def test_an_unsigned_publish_waits_for_its_signature(own, key):
    signed(own, key)
    app = create_app(own)
    live = app.state.live
    before, entry = live.serving, edited(own)
    publish_edits(own, entry)
    live.refresh()
    assert live.serving is before
    told = TestClient(app).get("/readyz").json()["snapshot"]
    assert told["number"] == before.number and "not signed" in told["refused"]["problem"]
    state = {one.part: one for one in diagnose(own.settings)}["release"]
    assert state.state == "fault" and "not signed" in state.message
    newest = open_services(own.settings)
    signed(newest, key)
    newest.database.engine.dispose()
    live.refresh()
    assert live.serving.assistant.reply(QUESTION).text == entry.answer and live.refused is None
    assert {one.part: one for one in diagnose(own.settings)}["release"].state == "ok"


def test_a_report_must_be_of_what_is_signed(own, key, tmp_path, baowen):
    data = write_rows(tmp_path / "data.jsonl", ROW)
    run, env = tmp_path / "run", {"BAOWEN_BUNDLE": str(own.settings.bundle), "BAOWEN_RELEASE_KEY": key[1]}

    def command(*arguments):
        return baowen(*arguments, home_folder=own.settings.home, env=env)

    assert command("evaluate", data, "--output", run).returncode == 0
    assert_clear_error(command("serve"), "is not signed")
    made = command("release", "sign", "--key", key[0], "--report", run, "--actor", "li", "--note", "试用")
    assert made.returncode == 0, made.stderr
    verified = command("release", "verify", "--report", run)
    assert verified.returncode == 0 and "signed by li" in verified.stdout and "试用" in verified.stdout
    flip(run / "predictions.jsonl")
    assert_clear_error(command("release", "verify", "--report", run), "altered")
    publish_edits(own, edited(own))
    assert_clear_error(command("release", "verify"), "is not signed", "other entries")
    newest = open_services(own.settings)
    with pytest.raises(InvalidInputError, match="measured something else"):
        sign_release(newest, key[0], run, "li", "", NOW)
    newest.database.engine.dispose()


def test_the_key_command(baowen, tmp_path):
    made = baowen("release", "key", tmp_path / "r.key")
    assert made.returncode == 0 and "BAOWEN_RELEASE_KEY=" in made.stdout
    assert_clear_error(baowen("release", "key", tmp_path / "r.key"), "never replaced")
    assert_clear_error(baowen("release", "verify"), "no public key")
