"""Which texts of the dashboard's source may hold markup of somebody else's: a rule on the source.

Streamlit draws labels, helps and messages as Markdown. Each must be a constant, a number, or pass
through `dashboard.markdown`, on whatever way it comes there within its function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

DRAWN = {
    *("button", "caption", "checkbox", "download_button", "error", "expander", "file_uploader"),
    *("form_submit_button", "header", "info", "link_button", "markdown", "menu_button"),
    *("multiselect", "number_input", "page_link", "pills", "popover", "progress", "radio"),
    *("segmented_control", "select_slider", "selectbox", "slider", "spinner", "status"),
    *("subheader", "success", "text_area", "text_input", "title", "toast", "toggle", "warning"),
    *("write", "metric", "badge"),
}
"""Elements whose first argument is Markdown."""
ALSO = {"help", "label", "text", "title", "body"}
"""Arguments by name that are."""
OPTIONS = {"pills", "radio", "segmented_control"}
"""Elements whose options are Markdown as well, by `format_func`."""
ESCAPES = {"plain", "linked", "label", "code", "badge"}
KEEPS = {"note", "join", "strip", "replace", "list", "tuple", "str"}
"""Give back as markup what they are given."""
OURS = ("text", "markdown", "charts", "figures", "report", "sheet", "re", "self")
"""How what is no element begins: modules of ours with functions of the same names."""
NUMBERS = {"len", "round", "sum", "min", "max", "int", "float"}


def faults(source: str) -> Iterator[str]:
    """Where a text that may be somebody's reaches an element as markup."""
    tree = ast.parse(source)
    scopes = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)] or [tree]
    seen: set[int] = set()
    for scope in scopes:
        known = _assigned(scope)
        for node in ast.walk(scope):
            name = _drawn(node.func, known) if isinstance(node, ast.Call) else ""
            if not isinstance(node, ast.Call) or not name or id(node) in seen:
                continue
            seen.add(id(node))
            given = [*node.args[:1], *(k.value for k in node.keywords if k.arg in ALSO)]
            if name in OPTIONS:
                shown = [k.value for k in node.keywords if k.arg == "format_func"]
                given += shown or node.args[1:2]
            for each in given:
                if not _is_safe(each, known):
                    yield f"line {node.lineno}: {ast.unparse(each)[:70]}"


def _drawn(function: ast.expr, known: dict[str, list[ast.expr]]) -> str:
    """The name of the element that is drawn; blank for any other call."""
    if isinstance(function, ast.Attribute) and function.attr in DRAWN:
        of_ours = ast.unparse(function.value).startswith(OURS)
        return "" if of_ours else function.attr
    if isinstance(function, ast.Name):  # one of several elements, chosen before
        for chosen in known.get(function.id, ()):
            for node in ast.walk(chosen):
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "st":
                    return node.attr if node.attr in DRAWN else ""
    return ""


def _is_escape(node: ast.expr) -> bool:
    return ast.unparse(node) in {f"markdown.{name}" for name in ESCAPES}


def _assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """Every expression a name stands for within a function."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
        elif (
            isinstance(node, ast.NamedExpr | ast.AnnAssign | ast.AugAssign)
            and isinstance(node.target, ast.Name)
            and node.value is not None
        ):
            found.setdefault(node.target.id, []).append(node.value)
    return found


def _is_safe(node: ast.expr, known: dict[str, list[ast.expr]], deep: int = 6) -> bool:
    if deep == 0:
        return False
    safe = lambda each: _is_safe(each, known, deep - 1)  # noqa: E731
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return (
                name.isupper() or name in ESCAPES or (name in known and all(map(safe, known[name])))
            )
        case ast.Attribute(attr="__getitem__", value=ast.DictComp(value=value)):
            return safe(value)
        case ast.Attribute(attr=name):
            return name.isupper() or name == "number" or _is_escape(node)  # a version's number
        case ast.Subscript(value=value):
            return safe(value)
        case ast.JoinedStr(values=values):
            return all(map(safe, values))
        case ast.FormattedValue(value=value, format_spec=spec):
            is_number = spec is not None and ast.unparse(spec)[-2:-1] in tuple("dfge%,")
            return is_number or safe(value)
        case ast.BinOp(left=left, right=right):
            return safe(left) and safe(right)
        case ast.BoolOp(values=values):
            return all(map(safe, values))
        case ast.IfExp(body=body, orelse=orelse):
            return safe(body) and safe(orelse)
        case ast.Call(func=function, args=arguments):
            name = (
                function.attr
                if isinstance(function, ast.Attribute)
                else getattr(function, "id", "")
            )
            if name in ESCAPES or name in NUMBERS:
                return True
            if name == "join" and isinstance(function, ast.Attribute):
                return all(map(safe, [function.value, *arguments]))
            return name in KEEPS and all(map(safe, arguments))
        case ast.ListComp(elt=each) | ast.GeneratorExp(elt=each):
            return safe(each)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return all(safe(p.value if isinstance(p, ast.Starred) else p) for p in parts)
        case ast.Lambda(body=body):
            return safe(body)
    return False
