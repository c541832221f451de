"""The random generators of a program: wrap everything that makes one, seeds one or sets its state.

Runs in a trial's process: imports numpy and torch only if the program does. Wrapped classes stay
classes, and drawing numbers is not wrapped, so it is as fast as without.
"""

from __future__ import annotations

import contextlib
import functools
import os
import random
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

GLOBAL = {
    "random": ("random", "random.seed(1)"),
    "numpy": ("np.random", "np.random.seed(1)"),
    "torch": ("torch", "torch.manual_seed(1)"),
    "torch.cuda": ("torch.cuda", "torch.manual_seed(1)"),
}
"""For each module: the name of its global generator, and the line that seeds it. The key also
represents that generator where `Hooks` get one."""

_BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")

_COPIES = ("__generator_ctor", "__bit_generator_ctor", "__randomstate_ctor")
"""The functions of `numpy.random._pickle` that make a copied or unpickled generator."""


GIVEN, UNCHANGED = "given", "unchanged"
"""What `Hooks.replaced` gets in place of a seed."""


def _ignore(*_: Any) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is called when a program handles a generator."""

    new_seed: Callable[[Any], Any]
    """Returns the seed to use for a seed or None."""
    replacing: Callable[[Any], None] = _ignore
    """Called with a generator whose state is about to be replaced."""
    replaced: Callable[[Any, Any], None] = _ignore
    """Called with a generator that is new or has another state, and the seed that was given: None
    for none, GIVEN for a state, UNCHANGED for an earlier state of the same generator."""
    drawn: Callable[[], None] = _ignore
    """Called when random bits are taken where no state shows it."""


def wrap(hooks: Hooks, modules: Iterable[str]) -> None:
    """Wrap the generators of `random` and of these of `numpy`, `torch` and `jax` from now on."""
    _wrap_random(hooks)
    if "numpy" in modules:
        _wrap_numpy(hooks)
    if "torch" in modules:
        _wrap_torch(hooks)
    if "jax" in modules:
        _wrap_jax(hooks)
    if hooks.drawn is not _ignore:
        _wrap_system(hooks)


def state_of(generator: Any) -> Any:
    """Return the state of a generator, or of the global one of a module."""
    if isinstance(generator, str):
        return _GLOBAL_STATES[generator]()
    if isinstance(generator, random.Random):
        return generator.getstate()
    if hasattr(generator, "get_state"):
        return generator.get_state()
    bits = getattr(generator, "bit_generator", generator)
    source = getattr(bits, "seed_seq", None)  # making children of it counts as a draw
    return bits.state, getattr(source, "n_children_spawned", 0)


def _state_on_gpu() -> Any:
    """Return the state of torch's generator on the GPU; None where CUDA was not started."""
    cuda = sys.modules["torch"].cuda
    return cuda.get_rng_state() if cuda.is_initialized() else None


_GLOBAL_STATES: dict[str, Callable[[], Any]] = {
    "random": random.getstate,
    "numpy": lambda: sys.modules["numpy"].random.get_state(),  # noqa: PLW0108  imported later
    "torch": lambda: sys.modules["torch"].get_rng_state(),  # noqa: PLW0108
    "torch.cuda": _state_on_gpu,
}


def same_state(one: Any, other: Any) -> bool:
    """Return whether two states are equal."""
    if isinstance(one, tuple):
        return all(map(same_state, one, other))
    if isinstance(one, dict):
        return all(same_state(one[key], other[key]) for key in one)
    if one is None or other is None:
        return one is other
    equal = one == other
    return bool(equal.all()) if hasattr(equal, "all") else bool(equal)


def _given(hooks: Hooks, function: Callable[[Any], Any], name: str) -> Any:
    """Return a function that sets the state of a global generator, wrapped."""

    def set_state(state: Any) -> Any:
        hooks.replacing(name)
        result = function(state)
        hooks.replaced(name, UNCHANGED)
        return result

    return set_state


def _wrap_random(hooks: Hooks) -> None:
    original = random.seed

    def seed(a: Any = None, version: int = 2) -> None:
        hooks.replacing("random")
        original(hooks.new_seed(a), version)
        hooks.replaced("random", a)

    class Random(random.Random):
        def seed(self, a: Any = None, version: int = 2) -> None:
            hooks.replacing(self)
            super().seed(hooks.new_seed(a), version)
            hooks.replaced(self, a)

        def setstate(self, state: Any) -> None:
            hooks.replacing(self)
            super().setstate(state)
            hooks.replaced(self, GIVEN)

    random.seed = seed
    random.setstate = _given(hooks, random.setstate, "random")
    random.Random = _like(Random)  # type: ignore[assignment, misc]


def _wrap_system(hooks: Hooks) -> None:
    """Wrap what takes bits from the system, but not what numpy seeds its generators with."""

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def draw(*args: Any, **named: Any) -> Any:
            hooks.drawn()
            return function(*args, **named)

        return draw

    base = random.SystemRandom
    draws = {name: counted(getattr(base, name)) for name in ("random", "getrandbits", "randbytes")}
    random.SystemRandom = _like(type("SystemRandom", (base,), draws))  # type: ignore[assignment, misc]
    os.urandom = counted(os.urandom)
    for name in secrets.__all__:
        if name.startswith(("token", "choice", "rand")):
            setattr(secrets, name, counted(getattr(secrets, name)))


class _ReplacedClass(type):
    """Makes `isinstance` true for instances that were made before the class was replaced."""

    def __instancecheck__(cls, instance: object) -> bool:
        original = cls.__dict__.get("original")  # not that of an author's subclass
        return super().__instancecheck__(instance) or (
            original is not None and isinstance(instance, original)
        )


def _like(kind: type) -> type:
    """Give a class the name of its base, so that its instances can be pickled."""
    base = kind.__bases__[0]
    kind.__name__, kind.__qualname__, kind.__module__ = (
        base.__name__,
        base.__qualname__,
        base.__module__,
    )
    return kind


def _wrap_numpy(hooks: Hooks) -> None:
    import numpy as np  # noqa: PLC0415

    numpy_random: Any = np.random
    seed_global, make = numpy_random.seed, numpy_random.default_rng

    def seed(seed: Any = None) -> None:
        hooks.replacing("numpy")
        seed_global(hooks.new_seed(seed))
        hooks.replaced("numpy", seed)

    def default_rng(seed: Any = None) -> Any:
        generator = make(hooks.new_seed(seed))
        if generator is not seed:
            hooks.replaced(generator, seed)
        return generator

    numpy_random.seed, numpy_random.default_rng = seed, default_rng
    numpy_random.set_state = _given(hooks, numpy_random.set_state, "numpy")
    for name in ("SeedSequence", *_BIT_GENERATORS):
        _wrap_class(hooks, numpy_random, name, {})
    base = numpy_random.RandomState

    def seed_again(self: Any, seed: Any = None) -> None:
        hooks.replacing(self)
        base.seed(self, hooks.new_seed(seed))
        hooks.replaced(self, seed)

    def set_state(self: Any, state: Any) -> None:
        hooks.replacing(self)
        base.set_state(self, state)
        hooks.replaced(self, GIVEN)

    _wrap_class(hooks, numpy_random, "RandomState", {"seed": seed_again, "set_state": set_state})
    for name in _COPIES:
        _note_copies(hooks, numpy_random._pickle, name)  # noqa: SLF001


def _wrap_class(hooks: Hooks, module: Any, name: str, members: dict[str, Any]) -> None:
    """Replace a class of numpy by a subclass of the same name."""
    base = getattr(module, name)

    def __init__(self: Any, seed: Any = None, *rest: Any, **named: Any) -> None:  # noqa: N807
        seed = named.pop("entropy", seed)
        base.__init__(self, hooks.new_seed(seed), *rest, **named)
        hooks.replaced(self, seed)

    members = {"__init__": __init__, "original": base, **members}
    setattr(module, name, _like(_ReplacedClass(name, (base,), members)))


def _note_copies(hooks: Hooks, module: Any, name: str) -> None:
    """Count each copy of a generator as a draw: its state is set later, unseen."""
    original = getattr(module, name)

    @functools.wraps(original)
    def copy(*args: Any) -> Any:
        hooks.drawn()
        return original(*args)

    setattr(module, name, copy)


_KEYS = 2**31
"""Seeds of JAX are below it: without its option for 64 bits, integers have 32."""


def _wrap_jax(hooks: Hooks) -> None:
    """Wrap what makes a key of JAX. It has no generators: what is drawn depends on keys alone."""
    import jax  # noqa: PLC0415

    for name in ("PRNGKey", "key"):
        make = getattr(jax.random, name)

        @functools.wraps(make)
        def new_key(seed: Any, *args: Any, _make: Any = make, **named: Any) -> Any:
            hooks.drawn()
            known = isinstance(seed, int)  # another one is traced, and made from a key
            new = int(hooks.new_seed(seed)) % _KEYS if known else seed
            return _make(new, *args, **named)

        setattr(jax.random, name, new_key)


def _wrap_torch(hooks: Hooks) -> None:
    import torch  # noqa: PLC0415

    manual_seed, seed_anew = torch.manual_seed, torch.seed

    class Generator(torch.Generator):
        def __init__(self, *_: Any, **__: Any) -> None:
            seed = hooks.new_seed(None)
            if seed is not None:
                super().manual_seed(seed)
            hooks.replaced(self, GIVEN)  # without a seed it has always the same one

        def manual_seed(self, seed: int) -> torch.Generator:
            hooks.replacing(self)
            super().manual_seed(hooks.new_seed(seed))
            hooks.replaced(self, GIVEN)
            return self

        def seed(self) -> int:
            hooks.replacing(self)
            new = hooks.new_seed(None)
            new = super().seed() if new is None else super().manual_seed(new).initial_seed()
            hooks.replaced(self, None)
            return int(new)

        def set_state(self, state: torch.Tensor) -> torch.Generator:
            hooks.replacing(self)
            super().set_state(state)
            hooks.replaced(self, GIVEN)
            return self

        def clone_state(self) -> torch.Generator:
            hooks.drawn()
            return super().clone_state()

    def seed_global(seed: int) -> torch.Generator:
        with _on_all_devices(hooks, torch, GIVEN):
            return manual_seed(hooks.new_seed(seed))

    def seed() -> int:
        with _on_all_devices(hooks, torch, None):
            new = hooks.new_seed(None)
            return int(seed_anew() if new is None else manual_seed(new).initial_seed())

    _wrap_cuda(hooks, torch)
    torch.manual_seed = torch.random.manual_seed = seed_global
    torch.seed = torch.random.seed = seed
    torch.set_rng_state = _given(hooks, torch.set_rng_state, "torch")
    torch.random.set_rng_state = torch.set_rng_state
    torch.Generator = Generator  # type: ignore[misc]


@contextlib.contextmanager
def _on_all_devices(hooks: Hooks, torch: Any, seed: Any) -> Iterator[None]:
    """Surround what seeds the global generators of torch, those of a GPU in use among them.

    It calls the functions that seed a GPU, which must not map the seed again.
    """
    names = ["torch", *(["torch.cuda"] if torch.cuda.is_initialized() else [])]
    for name in names:
        hooks.replacing(name)
    wrapped = {name: getattr(torch.cuda, name) for name in _SEEDS_OF_GPUS}
    for name, function in wrapped.items():
        setattr(torch.cuda, name, function.__wrapped__)
    try:
        yield
    finally:
        for name, function in wrapped.items():
            setattr(torch.cuda, name, function)
    for name in names:
        hooks.replaced(name, seed)


_SEEDS_OF_GPUS = {"manual_seed": True, "manual_seed_all": True, "seed": False, "seed_all": False}
"""The functions of `torch.cuda` that seed the generator of a GPU: whether with a given seed."""


def _wrap_cuda(hooks: Hooks, torch: Any) -> None:
    """Wrap what seeds the generator of a GPU alone."""

    def wrapped(original: Callable[..., Any], *, given: bool) -> Callable[..., Any]:
        @functools.wraps(original)
        def seed(*args: Any, **named: Any) -> Any:
            hooks.replacing("torch.cuda")
            if given:
                (value,) = [*args, *named.values()]
                result = original(hooks.new_seed(value))
            else:
                new = hooks.new_seed(None)
                result = original() if new is None else torch.cuda.manual_seed_all.__wrapped__(new)
            hooks.replaced("torch.cuda", GIVEN if given else None)
            return result

        return seed

    for name, given in _SEEDS_OF_GPUS.items():
        function = wrapped(getattr(torch.cuda, name), given=given)
        setattr(torch.cuda, name, function)
        setattr(torch.cuda.random, name, function)
    set_state = _given(hooks, torch.cuda.set_rng_state, "torch.cuda")
    torch.cuda.set_rng_state = torch.cuda.random.set_rng_state = set_state
