"""Which plugins can be used, in which order, and what their authors are told."""

import types

import pytest
from sqlalchemy import func

from courtil.api import Event, Plugin, Reader, Unit, hook
from courtil.plugin.registry import Registry, Unusable, check_hooks
from courtil.plugin.specs import SPECS, kind_of
from courtil_recipes import hooks


def named(name: str, *requires: str) -> Plugin:
    return Plugin(name=name, package="courtil_recipes.trouble", label=name, requires=requires)


def module(**functions: object) -> types.ModuleType:
    made = types.ModuleType("made")
    vars(made).update(functions)
    return made


def test_plugins_come_after_those_they_require_then_by_name() -> None:
    registry = Registry.of([named("alpha", "zeta"), named("zeta"), named("beta")])
    assert list(registry.plugins) == ["beta", "zeta", "alpha"]


def test_a_plugin_without_what_it_requires_is_left_out_and_says_so() -> None:
    registry = Registry.of([named("alpha", "zeta"), named("zeta")])
    assert registry.usable(["alpha"]) == ((), {"alpha": "requires zeta"})
    assert registry.usable(["alpha", "zeta"])[0] == ("zeta", "alpha")
    assert registry.usable(["gone"])[1] == {"gone": "not installed"}


def test_a_circle_of_requirements_is_refused() -> None:
    registry = Registry.of([named("alpha", "beta"), named("beta", "alpha"), named("gamma")])
    assert list(registry.plugins) == ["gamma"]
    assert registry.broken["alpha"] == "plugins require each other in a circle: alpha, beta"


@pytest.mark.parametrize("name", ["core", "Majuscule", "avec espace", "x", "a" * 40])
def test_a_name_that_could_not_prefix_a_table_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        named(name)


def test_a_hook_nobody_calls_is_refused() -> None:
    @hook
    def contract_signd(event: Event) -> None: ...

    with pytest.raises(Unusable, match="contract_signd is not a hook"):
        check_hooks("alpha", module(contract_signd=contract_signd))


def test_what_only_looks_like_a_hook_is_none() -> None:
    check_hooks("alpha", module(func=func))  # it has whatever attribute one asks it for


def test_an_annotation_that_differs_from_the_specification_is_refused() -> None:
    @hook
    def after_event(event: str, unit: Unit) -> None: ...

    with pytest.raises(Unusable, match=r"after_event\(event\)"):
        check_hooks("alpha", module(after_event=after_event))


def test_a_coroutine_is_refused() -> None:
    @hook
    async def after_event(event: Event) -> None: ...

    with pytest.raises(Unusable, match="plain function"):
        check_hooks("alpha", module(after_event=after_event))


def test_an_implementation_may_take_fewer_arguments() -> None:
    @hook
    def after_event(event: Event) -> None: ...

    check_hooks("alpha", module(after_event=after_event))


def test_an_unknown_argument_is_named() -> None:
    @hook
    def subscription_problems(dratf: Reader) -> list: ...  # type: ignore[type-arg]

    with pytest.raises(Unusable, match="no argument dratf"):
        check_hooks("alpha", module(subscription_problems=subscription_problems))


@pytest.mark.parametrize("name", SPECS)
def test_every_hook_says_what_it_is_for_and_has_a_kind(name: str) -> None:
    assert SPECS[name].__doc__
    assert kind_of(name) in {"declare", "decide", "react", "follow", "draw"}


@pytest.mark.parametrize("name", SPECS)
def test_every_hook_is_used_by_the_plugin_of_the_tests(name: str) -> None:
    assert hasattr(getattr(hooks, name), "courtil_impl")
