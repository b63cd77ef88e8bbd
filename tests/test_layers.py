"""The house rules that a machine can hold: layers, vendors, cycles, imports without side effects, sizes, docstrings."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("ingest", "app", "eval")  # each may import itself and those before it
FILES = sorted(f for layer in LAYERS for f in (ROOT / layer).rglob("*.py"))
CHAT_VENDORS = (
    "langchain", "langchain_openai", "langchain_anthropic", "langchain_ollama", "langchain_huggingface",
    "langchain_community", "langsmith", "openai", "anthropic", "ollama",
)  # fmt: skip
VENDORS = {
    "chromadb": {"ingest/store/chroma.py"},
    "sentence_transformers": {"ingest/embedder.py", "ingest/exporter.py"},
    "onnxruntime": {"ingest/graph.py"},
    "onnx": {"ingest/graph.py"},
    "tokenizers": {"ingest/graph.py"},
    "torch": {
        "ingest/embedder.py", "ingest/exporter.py", "ingest/reranker.py", "ingest/reader.py", "app/local_model.py",
        "eval/train_reader.py",
        "eval/tune_embedder.py", "eval/train_reranker.py", "eval/train_listener.py", "eval/low_rank.py",
    },
    "gradio": {"app/web/"},
    "mcp": {"app/web/tools.py"},
    "prometheus_client": {"app/web/metrics.py"},
    "bcrypt": {"app/accounts.py"},
    "matplotlib": {"app/charts.py", "app/brief/pdf.py", "eval/report/plots.py"},
    "reportlab": {"app/brief/pdf.py"},
    "docx": {"app/brief/word.py", "ingest/reading/word.py"},
    "jinja2": {"app/web/house.py", "eval/report/page.py"},
    "langchain_core": {"app/chain.py", "app/models.py", "app/local_model.py", "eval/systems/langchain_recipe.py"},
    **{vendor: {"app/models.py"} for vendor in CHAT_VENDORS},
}  # fmt: skip
HEAVY = (
    "torch",
    "chromadb",
    "gradio",
    "langchain_core",
    "langchain",
    "langchain_openai",
    "langsmith",
    "openai",
    "transformers",
    "sentence_transformers",
    "onnxruntime",
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _imports(path: Path, top_level: bool = False) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from inner
            # Importing sub-modules of a package is no use of the package itself.
            if not all((ROOT / f"{m.replace('.', '/')}.py").exists() for m in inner):
                yield node.module


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_imports_point_one_way(path: Path) -> None:
    own = LAYERS.index(path.relative_to(ROOT).parts[0])
    above = {m for m in _imports(path) if m.split(".")[0] in LAYERS[own + 1 :]}
    assert not above, f"{_name(path)} imports from a layer above it"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_one_vendor_one_module(path: Path) -> None:
    for vendor, homes in VENDORS.items():
        if vendor in {m.split(".")[0] for m in _imports(path)}:
            assert any(_name(path).startswith(home) for home in homes), f"{vendor} is imported in {_name(path)}"


def test_no_module_is_imported_in_a_circle() -> None:
    modules = {_name(f).removesuffix(".py").replace("/", ".").removesuffix(".__init__"): f for f in FILES}
    edges = {m: {i for i in _imports(f, top_level=True) if i in modules and i != m} for m, f in modules.items()}
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path[path.index(module) :], module))
        if module not in done:
            for target in edges[module]:
                walk(target, (*path, module))
            done.add(module)

    for module in modules:
        walk(module, ())


def test_importing_the_product_loads_nothing_heavy_and_does_nothing() -> None:
    light = [_name(f).removesuffix(".py").replace("/", ".").removesuffix(".__init__") for f in FILES]
    light = [m for m in light if m != "app.local_model"]  # a class of LangChain's, imported when one is asked for
    light = [m for m in light if not m.startswith("app.web.") or m in ("app.web.render", "app.web.sources")]
    code = (
        f"import importlib, sys\nfor m in {light!r}: importlib.import_module(m)\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_modules_are_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    tree = ast.parse(text)
    assert not text.strip() or ast.get_docstring(tree), "no module docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"
