"""A trained bundle brings a certificate that says what it rests on."""

import shutil

import pytest

from api.labelled_rows import read_labelled
from api.services import open_services
from api.shipped_certificate import CONFIDENCE, certify_bundle
from api.training_run import DATASETS
from assistant.certificate import SHIPPED_NAME, UNCERTIFIED, read_certificate
from assistant.understanding.bundle import SHIPPED_BUNDLE
from evaluation.statistics import lower_bound, upper_bound
from knowledge_base.settings import Settings


@pytest.fixture(scope="module")
def bundle(tmp_path_factory, home):
    folder = tmp_path_factory.mktemp("bundle") / "copy"
    shutil.copytree(SHIPPED_BUNDLE, folder)
    data = DATASETS / "calibration.jsonl"
    certify_bundle(folder, Settings(home=home), data, read_labelled(data)[:60], "baowen test")
    return folder


def test_it_states_exact_bounds_and_its_assumptions(bundle):
    certificate = read_certificate(bundle / SHIPPED_NAME)
    accuracy, handoff = (certificate.stored["claims"][name] for name in ("accuracy", "handoff"))
    level = 1 - (1 - CONFIDENCE) / 2  # both bounds hold together
    assert accuracy["promised"] == pytest.approx(
        float(lower_bound(accuracy["right"], accuracy["answered"], level))
    )
    assert handoff["promised"] == pytest.approx(
        float(upper_bound(handoff["with_person"], handoff["rows"], level))
    )
    assert certificate.stored["n"] == {"rows": 60, "choosing": 0, "testing": 60}
    assert any("written questions" in said for said in certificate.stored["assumptions"])
    assert certificate.fallback.default.answer > certificate.thresholds.default.answer


def test_an_installation_with_it_is_uncertified_for_live_traffic(bundle, home):
    services = open_services(Settings(home=home, bundle=bundle))
    certificate = read_certificate(bundle / SHIPPED_NAME)
    assert certificate.bundle == services.bundle.version  # lying beside the files changes no version
    assert (services.standing.stand, services.standing.certified) == ("written", False)
    assert UNCERTIFIED in services.standing.notice and "rest on written questions" in services.standing.notice
    assert services.bundle.thresholds == services.fitted_thresholds
