"""The documentation site: ``make docs`` builds it, with warnings as errors."""

import importlib
import inspect
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from sphinx.util.inspect import stringify_signature

os.environ["CDK_VALIDATION"] = "false"
sys.path.insert(0, str(Path(__file__).parent))

project = "ses-event-constructs"
author = "The authors of ses-event-constructs"
copyright = author
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_llms_txt",
    "llms",
]
exclude_patterns = ["_build"]
default_role = "code"

myst_enable_extensions = ["colon_fence", "attrs_inline"]
myst_heading_anchors = 4

html_theme = "furo"
# The default underlines the names of modules, as if they were links.
pygments_dark_style = "github-dark"
html_title = "Amazon SES event publishing"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("theme.js", {"defer": "defer"})]
html_show_sourcelink = False
html_show_sphinx = False
# Nothing comes from outside.
html_theme_options = {"source_repository": "", "navigation_with_keys": True}

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
# Autodoc lists the attributes that have a docstring; a list of the others, as it is made for parameters.
napoleon_custom_sections = [("Attributes", "params_style")]

# Prompts and output stay out of what is copied.
copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"
toc_object_entries_show_parents = "hide"

# Relative to llms.txt, because the site can be served below any path.
llms_txt_uri_template = "_sources/{docname}.md.txt"
llms_txt_title = "ses-event-constructs"
llms_txt_summary = (
    "Amazon SES event publishing that cannot be got wrong: AWS CDK constructs in Python, a guard for the templates of "
    "every CDK language, typed event records for consumers, and a local SES that deploys, delivers and refuses."
)

DOCS = Path(__file__).parent
RULES = DOCS.parent / "guard" / "ses_event_guard" / "pages"
PACKAGES = ("ses_event_constructs", "ses_event_records", "ses_event_guard")


def load_lazy_names() -> None:
    """Load the names that are imported on first use; autodoc would silently skip them."""
    for name in PACKAGES:
        package = importlib.import_module(name)
        for each in package.__all__:
            getattr(package, each)


def signature_of_constructs(
    _app: object, what: str, _name: str, documented: Any, _options: object, signature: str, returned: str
) -> tuple[str, str]:
    """Return the signature of ``__init__``: the metaclass of jsii hides it."""
    if what == "class" and signature.startswith("(*args") and "__init__" in vars(documented):
        parameters = list(inspect.signature(documented.__init__).parameters.values())[1:]
        signature = stringify_signature(inspect.Signature(parameters), unqualified_typehints=True)
    return signature, returned


def copy_rule_pages() -> None:
    """Copy the pages of the guard's rules, which its wheel carries, to where Sphinx reads."""
    target = DOCS / "rules"
    target.mkdir(exist_ok=True)
    for page in RULES.glob("*.md"):
        text = page.read_text()
        if page.stem == "README":
            text += "\n```{toctree}\n:hidden:\n:glob:\n\nSES-*\n```\n"
        copied = target / page.name.replace("README", "index")
        if not copied.exists() or copied.read_text() != text:  # Sphinx reads again what is newer
            copied.write_text(text)


def link_within_the_site(_app: object, page: str, source: list[str]) -> None:
    """Rewrite links that work in the repository: to the rules' copies, and to plain text where there is no page."""
    prefix = "../" * page.count("/")
    text = re.sub(r"\]\((?:\.\./)+guard/ses_event_guard/pages/", f"]({prefix}rules/", source[0])
    text = text.replace("rules/README.md", "rules/index.md")
    here = (DOCS / page).parent

    def kept(link: re.Match[str]) -> str:
        target = (here / link[2]).resolve()
        is_outside = target.is_dir() or (target.suffix == ".md" and not target.is_relative_to(DOCS))
        return link[1] if is_outside else link[0]

    source[0] = re.sub(r"\[([^\]]*)\]\((\.\./[^)#\s]*)[^)]*\)", kept, text)


def copy_pictures(app: Any, _error: Exception | None) -> None:
    """Copy the pictures that pages show in one of two schemes, which Sphinx does not see in HTML."""
    shutil.copytree(DOCS / "pictures", Path(app.outdir) / "pictures", dirs_exist_ok=True)


def setup(app: Any) -> None:
    """Register what autodoc needs to know of jsii and of lazy names."""
    load_lazy_names()
    copy_rule_pages()
    app.connect("build-finished", copy_pictures)
    app.connect("source-read", link_within_the_site)
    app.connect("autodoc-process-signature", signature_of_constructs)
