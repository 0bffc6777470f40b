"""Settings of what faces the network are checked at the start."""

import pytest

from api.security.settings import SecuritySettings, is_protected
from knowledge_base.errors import InvalidInputError
from knowledge_base.settings import from_environment

OIDC = {
    "BAOWEN_OIDC_DISCOVERY_URL": "https://id.example/.well-known/openid-configuration",
    "BAOWEN_OIDC_CLIENT_ID": "baowen",
    "BAOWEN_OIDC_ROLES": '{"kefu": "agent"}',
}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BAOWEN_ADDRESS_LIMIT", "often"),
        ("BAOWEN_SESSION_HOURS", "0"),
        ("BAOWEN_SECURE_COOKIES", "never"),
        ("BAOWEN_ALLOWED_ORIGINS", "https://www.site.example"),
        ("BAOWEN_ALLOWED_ORIGINS", '{"web": ["https://www.site.example/"]}'),
        ("BAOWEN_ALLOWED_ORIGINS", '{"web": ["www.site.example"]}'),
        ("BAOWEN_OIDC_ROLES", '{"kefu": "king"}'),
    ],
)
def test_a_bad_value_is_one_clear_error(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidInputError, match=f"(?i){variable.removeprefix('BAOWEN_')}"):
        from_environment(SecuritySettings)


def test_origins_are_read_from_the_environment(monkeypatch):
    value = '{"web": ["https://www.site.example", "http://localhost:8080"], "open": ["*"]}'
    monkeypatch.setenv("BAOWEN_ALLOWED_ORIGINS", value)
    assert from_environment(SecuritySettings).allowed_origins == {
        "web": ("https://www.site.example", "http://localhost:8080"),
        "open": ("*",),
    }


@pytest.mark.parametrize(
    "change",
    [
        {"BAOWEN_OIDC_CLIENT_ID": ""},
        {"BAOWEN_OIDC_ROLES": ""},
        {"BAOWEN_OIDC_DISCOVERY_URL": "http://id.example/.well-known/openid-configuration"},
    ],
)
def test_half_a_provider_is_refused(monkeypatch, change):
    for name, value in {**OIDC, **change}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInputError, match="OIDC_DISCOVERY_URL"):
        from_environment(SecuritySettings)


def test_a_secret_is_not_repeated(monkeypatch):
    for name, value in {**OIDC, "BAOWEN_OIDC_CLIENT_SECRET": "hush-hush"}.items():
        monkeypatch.setenv(name, value)
    settings = from_environment(SecuritySettings)
    assert "hush-hush" not in repr(settings)


@pytest.mark.parametrize(
    ("address", "protected"),
    [
        ("https://id.example/x", True),
        ("http://127.0.0.1:5000/x", True),
        ("http://localhost/x", True),
        ("http://[::1]/x", True),
        ("http://id.example/x", False),
        ("http://localhost.evil.example/x", False),
        ("ftp://id.example/x", False),
        ("", False),
    ],
)
def test_only_encrypted_or_local_addresses_are_protected(address, protected):
    assert is_protected(address) is protected
