"""`user`: the first accounts of an instance, and a way in when mail does not work."""

import click

from courtil.cli.context import Context
from courtil.domain.problems import NotFound, Refused
from courtil.services import people, roles, signin
from courtil.services.instance import Instance
from courtil.services.unit import Unit
from courtil.store.people import Person


@click.group()
def user() -> None:
    """Create accounts, set passwords, list administrators."""


@user.command("create")
@click.argument("email")
@click.option("--first-name", default="")
@click.option("--last-name", required=True)
@click.option("--role", default="administrator", show_default=True)
@click.option("--instance", "name")
@click.pass_obj
def create(context: Context, email: str, *, first_name: str, last_name: str, role: str, name: str | None) -> None:
    """Add a person with a role."""
    instance = context.open(name)
    try:
        data = people.PersonData(first_name=first_name, last_name=last_name, email=email)
        with instance.working() as unit:
            person = people.add_person(unit, None, data)
            roles.grant(unit, person, role)
    except NotFound as error:
        raise click.ClickException(f"no role named {role!r}") from error
    except (Refused, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email}: added as {role}; `courtil user link {email}` gives a way in")


@user.command("password")
@click.argument("email")
@click.password_option()
@click.option("--instance", "name")
@click.pass_obj
def set_password(context: Context, email: str, password: str, name: str | None) -> None:
    """Set somebody's password."""
    instance = context.open(name)
    try:
        with instance.working() as unit:
            signin.set_password(unit, _person(unit, email), password)
    except Refused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email}: password set")


@user.command("link")
@click.argument("email")
@click.option("--instance", "name")
@click.pass_obj
def link(context: Context, email: str, name: str | None) -> None:
    """Print a sign-in link: ten minutes, one use."""
    instance = context.open(name)
    with instance.working() as unit:
        token = signin.new_link(unit, _person(unit, email))
    click.echo(f"{_base_url(instance)}/connexion/lien/{token}")


@user.command("list")
@click.option("--instance", "name")
@click.pass_obj
def list_users(context: Context, name: str | None) -> None:
    """Who administers the instance."""
    with context.open(name).reading() as reader:
        for person in roles.administrators(reader):
            click.echo(f"{person.full_name}\t{person.email or '-'}")


def _base_url(instance: Instance) -> str:
    config = instance.config
    if config.base_url:
        return config.base_url.rstrip("/")
    return f"https://{config.hosts[0]}" if config.hosts else "http://localhost:8000"


def _person(unit: Unit, email: str) -> Person:
    person = signin.person_with(unit, email)
    if person is None:
        raise click.ClickException(f"nobody signs in with {email}")
    return person
