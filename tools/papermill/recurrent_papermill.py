"""Writes papermill's parameters in TypeScript, for notebooks of the kernel `tslab`.

Papermill finds engines by entry points, and nothing else that could be of use here. So this module is one: when papermill
loads it, on every run, it adds the translator. It is on papermill's way wherever its folder is on PYTHONPATH.
"""

import json
import math
import re

from papermill.engines import NBClientEngine as Engine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

__all__ = ["Engine", "TypeScriptTranslator"]

_LAST_EXACT = 2**53 - 1
_DECLARATION = re.compile(
    r"^\s*(?:export\s+)?(?:let|const|var)\s+(?P<name>[\w$]+)\s*(?::\s*(?P<type>[^=]+?))?\s*=\s*"
    r"(?P<value>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|.*?)\s*;?\s*(?://\s*(?P<help>.*))?$"
)
_RESERVED = frozenset(
    "arguments await break case catch class const continue debugger default delete do else enum eval export exports extends "
    "false finally for function if implements import in instanceof interface let new null package private protected public "
    "return static super switch this throw true try typeof var void while with yield".split()
)


class TypeScriptTranslator(Translator):
    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_int(cls, val):
        """A number that a float cannot hold exactly becomes a bigint."""
        return f"{int(val)}" if abs(val) <= _LAST_EXACT else f"{int(val)}n"

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return repr(float(val))

    @classmethod
    def translate_escaped_str(cls, str_val):
        """Readable in every script; halves of characters, which no file can hold, are escaped."""
        text = json.dumps(str(str_val), ensure_ascii=False)
        return re.sub("[\ud800-\udfff\u2028\u2029]", lambda found: f"\\u{ord(found.group()):04x}", text)

    @classmethod
    def translate_dict(cls, val):
        return "{ " + ", ".join(f"{cls._key(key)}: {cls.translate(v)}" for key, v in val.items()) + " }" if val else "{}"

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(v) for v in val) + "]"

    @classmethod
    def comment(cls, cmt_str):
        return "\n".join(f"// {line}".rstrip() for line in cmt_str.split("\n"))

    @classmethod
    def assign(cls, name, str_val):
        """The name is declared anew, which a cell may do."""
        known = isinstance(name, str) and name.replace("$", "_").isidentifier()
        if not known or name in _RESERVED:
            raise PapermillException(f"the parameter {name!r} is no name for a variable of TypeScript")
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        """The parameters of `papermill --help-notebook`: declarations that stand in a line of their own."""
        found = [_DECLARATION.match(line) for line in parameters_cell["source"].splitlines()]
        return [
            Parameter(
                name=declared["name"],
                inferred_type_name=declared["type"] or "None",
                default=declared["value"],
                help=declared["help"] or "",
            )
            for declared in found
            if declared
        ]

    @classmethod
    def _key(cls, key):
        text = cls.translate_escaped_str(key)
        # Written without brackets it would name the prototype.
        return f"[{text}]" if key == "__proto__" else text


papermill_translators.register("tslab", TypeScriptTranslator)
papermill_translators.register("typescript", TypeScriptTranslator)
