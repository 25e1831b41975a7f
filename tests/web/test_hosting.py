"""From a host name to an instance: unknown hosts, two AMAPs that never meet, limits, faults."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from starlette.types import Message

from courtil.config import HostingConfig, InstanceConfig, read_config
from courtil.plugin.registry import Registry
from courtil.services import roles, settings, signin
from courtil.services.instance import Instance
from courtil.store.database import Database
from courtil.store.people import Household, Person
from courtil.testing.fresh import prepare
from courtil.web.hosting import LARGEST_BODY, Hosting
from courtil.web.security import POLICY, safe_path, with_headers

NAMES = ("tilleuls", "marronniers")


@pytest.fixture
def hosting(tmp_path: Path) -> Iterator[Hosting]:
    """Two AMAPs in one process."""
    configs = tuple(InstanceConfig(name=name, hosts=(f"{name}.example.org",), folder=tmp_path / name) for name in NAMES)
    app = Hosting(HostingConfig(instances=configs), Registry.of(()))
    for config in configs:
        config.folder.mkdir()
        prepare(Database(config.url, config.db_schema))
        with app.instances.open(config).working() as unit:
            settings.write(unit, "amap", settings.AmapSettings(name=f"AMAP des {config.name}"))
    yield app
    app.instances.close()


def browser(hosting: Hosting, host: str, token: str = "") -> TestClient:
    client = TestClient(
        hosting, base_url=f"https://{host}", headers={"sec-fetch-site": "same-origin"}, follow_redirects=False
    )
    if token:
        client.cookies.set("__Host-courtil", token)
    return client


def administrator(instance: Instance) -> str:
    with instance.working() as unit:
        person = unit.add(Person(first_name="A", last_name=instance.config.name, search="a"))
        roles.grant(unit, person, "administrator")
        return signin.start_session(unit, person)


def test_each_host_name_shows_its_own_amap(hosting: Hosting) -> None:
    for name in NAMES:
        assert f"AMAP des {name}" in browser(hosting, f"{name}.example.org").get("/").text


@pytest.mark.parametrize("host", ["evil.test", "example.org", "tilleuls.example.org.evil.test", "127.0.0.1"])
def test_an_unknown_host_is_404_before_anything_else(hosting: Hosting, host: str) -> None:
    answer = browser(hosting, host).get("/connexion")
    assert answer.status_code == 404
    assert host not in answer.text


def test_a_session_of_one_amap_opens_nothing_in_another(hosting: Hosting) -> None:
    first = hosting.instances.open(hosting.instances.config.by_name["tilleuls"])
    token = administrator(first)
    assert browser(hosting, "tilleuls.example.org", token).get("/mon-compte").status_code == 200
    assert browser(hosting, "marronniers.example.org", token).get("/mon-compte").status_code == 303


def test_the_healthy_page_needs_no_instance(hosting: Hosting) -> None:
    assert browser(hosting, "evil.test").get("/-/healthy").text == "ok"


@pytest.mark.parametrize("path", ["/", "/connexion", "/rien", "/static/core/app.css", "/static/core/rien.css"])
def test_every_answer_carries_the_headers(hosting: Hosting, path: str) -> None:
    headers = browser(hosting, "tilleuls.example.org").get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "max-age=31536000" in headers["strict-transport-security"]
    assert "server" not in headers


def test_private_pages_are_not_stored(hosting: Hosting) -> None:
    instance = hosting.instances.open(hosting.instances.config.by_name["tilleuls"])
    client = browser(hosting, "tilleuls.example.org", administrator(instance))
    assert client.get("/mon-compte").headers["cache-control"] == "no-store"


def test_the_cookie_belongs_to_this_host_only(hosting: Hosting) -> None:
    instance = hosting.instances.open(hosting.instances.config.by_name["tilleuls"])
    with instance.working() as unit:
        person = unit.add(Person(first_name="A", last_name="B", search="b", email="a@exemple.fr"))
        token = signin.new_link(unit, person)
    cookie = browser(hosting, "tilleuls.example.org").post(f"/connexion/lien/{token}").headers["set-cookie"]
    assert cookie.startswith("__Host-courtil=")
    for flag in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(hosting: Hosting) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 4 * LARGEST_BODY:
            sent += 65_536
            yield b"x" * 65_536

    answer = browser(hosting, "tilleuls.example.org").post(
        "/connexion", content=endless(), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
def test_a_post_that_is_no_form_is_refused(hosting: Hosting, kind: str) -> None:
    answer = browser(hosting, "tilleuls.example.org").post("/connexion", content="{}", headers={"content-type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", "PATCH"])
def test_other_methods_are_refused(hosting: Hosting, method: str) -> None:
    assert browser(hosting, "tilleuls.example.org").request(method, "/connexion").status_code in {405, 404}


def test_an_instance_whose_schema_is_behind_is_paused(tmp_path: Path) -> None:
    config = InstanceConfig(name="nouvelle", hosts=("nouvelle.example.org",), folder=tmp_path / "nouvelle")
    app = Hosting(HostingConfig(instances=(config,)), Registry.of(()))
    assert browser(app, "nouvelle.example.org").get("/").status_code == 503
    app.instances.close()


def test_a_database_that_cannot_be_opened_pauses_that_instance_only(hosting: Hosting) -> None:
    name = hosting.instances.config.by_name["tilleuls"]
    hosting.instances.open(name).close()
    assert name.folder.joinpath("courtil.sqlite3").exists()
    name.folder.joinpath("courtil.sqlite3").rename(name.folder / "elsewhere")
    name.folder.joinpath("courtil.sqlite3").mkdir()
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            name.folder.joinpath(f"courtil.sqlite3{suffix}").unlink()
    assert browser(hosting, "tilleuls.example.org").get("/").status_code == 503
    assert browser(hosting, "marronniers.example.org").get("/").status_code == 200


def test_the_least_recently_used_instance_is_closed(hosting: Hosting) -> None:
    hosting.instances.config = hosting.instances.config.model_copy(update={"open_at_most": 1})
    for _ in range(2):
        for name in NAMES:
            assert browser(hosting, f"{name}.example.org").get("/").status_code == 200
    assert len(hosting.instances._open) == 1


def test_rows_of_two_instances_never_mix(hosting: Hosting) -> None:
    first, second = (hosting.instances.open(hosting.instances.config.by_name[name]) for name in NAMES)
    with first.working() as unit:
        unit.add(Household(name="Lantier", search="lantier"))
    with second.reading() as reader:
        assert reader.all(select(Household)) == []


@pytest.mark.parametrize(
    "target", ["//evil.test", "https:evil.test", "/\\evil", "javascript:alert(1)", "https://evil.test", "", "/a\r\nb"]
)
def test_a_target_elsewhere_becomes_the_home_page(target: str) -> None:
    assert safe_path(target) == "/"


def test_a_configuration_that_names_a_host_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "instances.toml"
    path.write_text('[[instances]]\nname="a"\nhosts=["x"]\n[[instances]]\nname="b"\nhosts=["X"]\n')
    with pytest.raises(ValueError, match="twice"):
        read_config(path)
    path.write_text('[[instances]]\nname="a"\nhosts=["x"]\n')
    assert read_config(path).by_host["x"].folder == tmp_path / "a"


def test_a_path_or_a_form_that_none_of_ours_looks_like_is_refused(hosting: Hosting) -> None:
    client = browser(hosting, "tilleuls.example.org")
    assert client.get("/foyers/" + "1" * 5000).status_code == 404
    assert client.get("/foyers/" + "1" * 900).status_code == 303
    many = {f"field{number}": "x" for number in range(4000)}
    assert client.post("/connexion", data=many).status_code == 400
    kind = {"content-type": "multipart/form-data; boundary=x; charset=undefined"}
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nz\r\n--x--\r\n'
    assert client.post("/connexion", content=body, headers=kind).status_code in {400, 422}


def test_no_page_loosens_the_security_policy() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    lax = [(b"content-security-policy", b"default-src * 'unsafe-inline'"), (b"x-content-type-options", b"lax")]
    sending = with_headers(send, {"type": "http", "scheme": "https"})
    with pytest.raises(StopIteration):
        sending({"type": "http.response.start", "status": 200, "headers": lax}).send(None)  # type: ignore[attr-defined]
    headers = Headers(raw=sent[0]["headers"])
    assert headers.getlist("content-security-policy") == [POLICY]
    assert headers.getlist("x-content-type-options") == ["nosniff"]
