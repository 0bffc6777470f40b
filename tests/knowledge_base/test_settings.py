"""Settings, home folder and database address: what is wrong is said in one line."""

import pytest

from api.schema import upgrade_schema
from benchmarks.tfidf_encoder import TfidfEncoder
from knowledge_base.company import read_company
from knowledge_base.database import open_engine
from knowledge_base.errors import BaowenError, ContentError, InvalidInputError, StorageError
from knowledge_base.search.index_cache import IndexCache
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.settings import Home, Settings, read_settings


@pytest.mark.parametrize(("name", "value"), [("BAOWEN_PORT", "abc"), ("BAOWEN_PORT", "99999")])
def test_a_bad_variable_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInputError, match=f"{name}='{value}'"):
        read_settings()


def test_an_empty_variable_is_none(monkeypatch):
    monkeypatch.delenv("BAOWEN_HOME", raising=False)
    usual = Settings().home
    monkeypatch.setenv("BAOWEN_HOME", "")
    assert read_settings().home == usual


@pytest.mark.parametrize("url", ["foo", "nothing://host/x", "postgresql+absent://u:secret@host/x"])
def test_a_bad_database_address_keeps_its_password(url):
    with pytest.raises(BaowenError) as caught:
        open_engine(url)
    assert "secret" not in caught.value.message


def test_a_home_with_odd_characters_in_its_name(tmp_path):
    home = Home.open(tmp_path / "a?b#c%d")
    engine = open_engine(home.database_url(""))
    upgrade_schema(engine)
    engine.dispose()
    assert home.database.is_file()


def test_a_file_where_a_cache_folder_should_be(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    with pytest.raises(StorageError):
        Tokenizer(path)
    with pytest.raises(StorageError):
        IndexCache(path).load_or_build(
            ["退保"], TfidfEncoder(["退保", "理赔"]), Tokenizer(tmp_path / "dictionary")
        )


@pytest.mark.parametrize("content", [b"name: 2026-13-45\n", b"- [", b"\xff", b"{name: 1}"])
def test_a_bad_company_profile_is_one_line(tmp_path, content):
    path = tmp_path / "company.yaml"
    path.write_bytes(content)
    with pytest.raises(ContentError) as caught:
        read_company(path)
    assert "\n" not in caught.value.message


def test_a_placeholder_reaches_no_attribute():
    with pytest.raises(ContentError):
        read_company().fill("{name.nothing}")
