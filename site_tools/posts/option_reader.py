"""The options of the plugin in `mkdocs.yml`, read and checked; each mistake has its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from site_tools.model.errors import Problem, nearest
from site_tools.model.text import SHOWN, cut
from site_tools.posts.contrast import contrast_problems
from site_tools.posts.named_files import missing_pages
from site_tools.posts.site_options import Options
from site_tools.posts.yaml_file import KeyPath, YamlFile

PLUGIN = "elevenlines"
"""The name of the plugin, below which a site sets its options."""

EXAMPLES = {
    "colours": 'colours: {light: {accent: "#1f5fae"}, dark: {accent: "#7fb4f0"}}',
    "light": 'light: {accent: "#1f5fae"}',
    "dark": 'dark: {accent: "#7fb4f0"}',
    "licence": "licence: {code: MIT, text: CC BY 4.0}",
    "code": "code: MIT",
    "text": "text: CC BY 4.0",
    "text_url": "text_url: https://creativecommons.org/licenses/by/4.0/",
    "repository": "repository: https://github.com/name/site",
    "main_branch": "main_branch: main",
    "notebooks_branch": "notebooks_branch: notebooks",
    "claims_page": "claims_page: how-claims-work.md",
    "limits_page": "limits_page: what-claims-do-not-prove.md",
    "glossary": "glossary: glossary.md",
    "torch_index": "torch_index: https://download.pytorch.org/whl/cpu",
    "style": "style: {cell_lines: 30, no_try: off}",
    "allow_remote": "allow_remote: [example.org]",
    "categories_allowed": "categories_allowed: [Tutorials, Notes]",
    "tags_allowed": "tags_allowed: [numpy, torch]",
    "largest_post": "largest_post: 5 MB",
    "largest_data": "largest_data: 20 MB",
    "shared_store": "shared_store: s3://bucket/runs",
    "signers": (
        "signers: [ssh-ed25519 "
        "AAAAC3NzaC1lZDI1NTE5AAAAIF8Y1CPn1B6a7vVvYVh5vJ0T8nnxKZ1JzrhPk7RA0dQ+]"
    ),
    "trust_html": "trust_html: true",
    "newsletter": "newsletter: https://example.org/letter",
    "discussion": "discussion: https://example.org/search?q={slug}",
    "report": 'report: "{repository}/issues/new?title={title}&body={versions}"',
    "author_pages": "author_pages: false",
    "variants": "variants: 6",
    "cell_lines": "cell_lines: 30",
    "line_width": "line_width: 100",
    "words_per_line": "words_per_line: 4",
    PLUGIN: f"{PLUGIN}: {{licence: {{code: MIT}}}}",
}
"""How each option is written, as far as it is not a rule that is on or off."""

_PATTERN = (
    "an address that begins with https:// or {repository}/, with no other names in braces than "
    "slug, title, url, versions and repository"
)

_FORMS = {
    "text_url": "an address that begins with https://",
    "repository": "an address that begins with https://",
    "torch_index": "an address that begins with https://",
    "newsletter": "an address that begins with https://",
    "discussion": _PATTERN,
    "report": _PATTERN,
    "shared_store": "the address of a store, or the absolute path of a folder",
    "signers": "an Ed25519 public key of OpenSSH, the line of a file that ends in `.pub`",
    "claims_page": "the name of a Markdown file in docs/",
    "limits_page": "the name of a Markdown file in docs/",
    "glossary": "the name of a Markdown file in docs/",
    "main_branch": "the name of a branch",
    "notebooks_branch": "the name of a branch",
}
"""What a text must be, for options that are not any text."""

_KINDS = {
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "byte_size": "an amount of text",
    "byte_size_unit": "an amount of text",
    "greater_than": "an amount of text",
}


def read_options(file: YamlFile, docs: Path) -> tuple[Options | None, list[Problem]]:
    """Return the options of the plugin, or None if one has a wrong value, and what is wrong.

    `docs` is the folder of the site's pages.
    """
    plugins = file.values.get("plugins")
    path: KeyPath = ("plugins",)
    items: list[tuple[KeyPath, Any]] = []
    if isinstance(plugins, dict):
        items = [(path, plugins)]
    elif isinstance(plugins, list):
        items = [((*path, i), item) for i, item in enumerate(plugins)]
    for where, item in items:
        if item == PLUGIN:
            return Options(), []
        if isinstance(item, dict) and PLUGIN in item:
            inside = (*where, PLUGIN)
            options, problems = _read_options(file, inside, item[PLUGIN])
            if options:
                problems += contrast_problems(file, inside, options.colours)
                problems += missing_pages(file, inside, options, docs)
            return options, problems
    what = f"the plugin `{PLUGIN}` is missing, which makes the site."
    return None, [file.problem(path, what, f"Write `plugins: [{PLUGIN}]`.")]


def _read_options(
    file: YamlFile, path: KeyPath, given: Any
) -> tuple[Options | None, list[Problem]]:
    if isinstance(given, dict):  # `!ENV` gives None for a variable that is empty
        known = Options.model_fields
        given = {
            key: value for key, value in given.items() if value is not None or key not in known
        }
    try:
        return Options.model_validate({} if given is None else given), []
    except ValidationError as error:
        faults = {tuple(fault["loc"]): fault for fault in error.errors(include_url=False)}
        return None, [_fault(file, (*path, *loc), fault) for loc, fault in faults.items()]


def _fault(file: YamlFile, path: KeyPath, fault: Any) -> Problem:
    """Return what is wrong with an option, and how to write it."""
    key = next(str(part) for part in reversed(path) if isinstance(part, str))
    inside = path[path.index(PLUGIN) + 1 :]
    if fault["type"] in {"extra_forbidden", "invalid_key"}:
        known = list(_model_of(inside[:-1]).model_fields)
        listed = f"The settings there are {', '.join(known)}."
        if fault["type"] == "invalid_key":  # 1, `on` and `~` are no text in YAML
            name = (*path[:-1], str(path[-1]))
            return file.problem(name, "the name of a setting here is not text.", listed)
        return file.problem(path, f"unknown setting `{key}`.", nearest(key, known) or listed)
    is_colour = "colours" in inside[:-2]
    if is_colour and fault["input"] is None:
        what, remedy = (
            f"`{key}` is empty: YAML takes `#` for a comment.",
            "Put the colour in quotes",
        )
        return file.problem(path, what, f'{remedy}: `{key}: "#1f5fae"`.')
    kinds = {**_KINDS, "limit": fault["msg"], "string_pattern_mismatch": _FORMS.get(key)}
    expected = "a colour" if is_colour else kinds.get(fault["type"]) or fault["msg"].lower()
    example = f'{key}: "#1f5fae"' if is_colour else EXAMPLES.get(key, f"{key}: off")
    what = (
        f"`{key}` must be {expected}; it is `{cut(' '.join(str(fault['input']).split()), SHOWN)}`."
    )
    return file.problem(path, what, f"Write it like `{example}`.")


def _model_of(path: KeyPath) -> type[BaseModel]:
    """Return the model of the settings at a path inside of the options."""
    model: type[BaseModel] = Options
    for key in path:
        inner = model.model_fields[str(key)].annotation
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
    return model
