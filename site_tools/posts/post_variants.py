"""The variants of a post: those that are found in its program, and what the author says of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from site_tools.analysis.source_edits import Edit
from site_tools.analysis.variant_change import UPDATE, shown
from site_tools.analysis.variants import Variant, variants
from site_tools.model.errors import Problem
from site_tools.model.post import Post, VariantWish
from site_tools.model.text import SHOWN, count, cut
from site_tools.posts.short_program import left_out
from site_tools.posts.walkthrough import TAG, program_of


def variants_of(post: Post) -> list[Variant]:
    """Return the variants of a post's program, in the order in which they are tried.

    The author's own come first, then those that are to come first, without those that are hidden.
    """
    own = [one for wish in post.variants if isinstance(one := own_variant(post, wish), Variant)]
    found = [*own, *_found(post)]
    hidden = [wish.hide for wish in post.variants if wish.hide]
    kept = [one for one in found if not any(text in one.title for text in hidden)]
    first = [wish.first for wish in post.variants if wish.first]
    return sorted(kept, key=lambda one: not (one.says or any(t in one.title for t in first)))


def _found(post: Post) -> list[Variant]:
    program = program_of(post)
    tagged = {i for i, cell in enumerate(post.code_cells, 1) if TAG in cell.tags}
    within = program.cells if program else tagged or range(1, len(post.code_cells) + 1)
    shuffled = [claim.shuffle for claim in post.claims if claim.shuffle]
    needed = sorted({*within} - left_out(post))
    return variants(post.sources, needed, [claim.metric for claim in post.claims], shuffled)


def own_variant(post: Post, wish: VariantWish) -> Variant | tuple[str, str] | None:
    """Return the variant that an author describes, or what is wrong with it and how to fix it.

    None for a wish that describes none.
    """
    if not wish.replace:
        return None
    old, new = wish.replace, wish.put
    places = [
        (cell, at)
        for cell, source in enumerate(post.sources, start=1)
        for at in _occurrences(source, old)
    ]
    if len(places) != 1:
        has = f"has {count(len(places), 'time')}" if places else "does not have"
        remedy = "Copy more of its line." if places else "Copy a part of the program as it stands."
        return f"`replace` is a text that the code {has}: `{_short(old)}`.", remedy
    if new.count("\n") > old.count("\n"):
        return (
            f"`with` has more lines than `replace`: {count(new.count(chr(10)) + 1, 'line')}.",
            "Write it on as few lines, with `;` between statements.",
        )
    ((cell, at),) = places
    new += "\n" * (old.count("\n") - new.count("\n"))  # the lines below keep their numbers
    title = f"{shown(new)} in place of {shown(old)}" if new.strip() else f"without {shown(old)}"
    source = post.sources[cell - 1]
    edit = Edit(cell, _position(source, at), _position(source, at + len(old)), new, "replaced")
    found = Variant(cell, edit.start[0], title, (edit,), rank=UPDATE, says=wish.says)
    try:
        ast.parse(found.applied(post.sources)[cell - 1])
    except (SyntaxError, ValueError) as error:
        why = getattr(error, "msg", str(error))
        return f"with `{_short(new)}` in place of `{_short(old)}` it is no Python: {why}.", (
            "Replace a whole part of a statement."
        )
    return found


def _occurrences(source: str, text: str) -> Iterator[int]:
    at = source.find(text)
    while at >= 0:
        yield at
        at = source.find(text, at + 1)


def _position(source: str, at: int) -> tuple[int, int]:
    before = source[:at]
    last = before.rpartition("\n")[2]
    return before.count("\n") + 1, len(last.encode("utf-8"))


def _short(text: str) -> str:
    return cut(" ".join(text.split()), SHOWN)


def variant_problems(post: Post) -> Iterator[Problem]:
    """Yield what is wrong with the variants that an author names; the code must be sound."""
    titles: list[str] = []
    for i, wish in enumerate(post.variants):
        own = own_variant(post, wish)
        if not (wish.replace or wish.hide or wish.first):
            what = "this change has no `replace`, and neither hides others nor puts them first."
            remedy = "Add `replace` with a text that the program has once."
            yield Problem(post.place_of(f"variants.{i}"), what, remedy)
        if isinstance(own, tuple):
            yield Problem(post.place_of(f"variants.{i}.replace"), *own)
        for key in ("hide", "first"):
            text = getattr(wish, key)
            if not text or not post.has_variants:
                continue
            titles = titles or [one.title for one in _found(post)]
            if not any(text in title for title in titles):
                what = f"`{key}` names a change that the program does not have: `{_short(text)}`."
                remedy = "Copy it from what `elevenlines mutate --all` prints."
                yield Problem(post.place_of(f"variants.{i}.{key}"), what, remedy)
