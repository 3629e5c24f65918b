"""JSON Schema (2020-12) of Python types as `json.dumps` writes them with `pages.show.plain`: dataclasses and TypedDicts.

Source: https://json-schema.org/draft/2020-12
"""

import inspect
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]

PRIMITIVES = {str: "string", bool: "boolean", int: "integer", float: "number", NoneType: "null"}
TEXT: Schema = {"type": "string"}


class Schemas:
    """Schemas of types for one OpenAPI document; those of classes are collected in `components` and referred to by name.

    flattened: names of fields, dataclasses too, whose fields are written beside the others.
    """

    def __init__(self, flattened: Iterable[str]) -> None:
        self._flattened = frozenset(flattened)
        self.components: dict[str, Schema] = {}
        self._classes: dict[str, type] = {}

    def of(self, hint: Any) -> Schema:
        """Return the schema of a type. Raises TypeError for a type that has none."""
        if isinstance(hint, NewType):
            return self.of(hint.__supertype__)
        if hint is Any or hint is object:
            return {}
        if hint in PRIMITIVES:
            return {"type": PRIMITIVES[hint]}
        arguments = get_args(hint)
        origin = get_origin(hint) or hint
        if is_typeddict(origin) and arguments:
            return self._object(origin, dict(zip(origin.__parameters__, arguments, strict=True)))
        if is_dataclass(hint) or is_typeddict(hint):
            return self._reference(hint)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (Union, UnionType):
            return {"anyOf": [self.of(each) for each in arguments]}
        if inspect.isclass(origin) and issubclass(origin, tuple):
            return self._tuple(tuple(get_type_hints(origin).values()) if hasattr(origin, "_fields") else arguments)
        if inspect.isclass(origin) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1]) if arguments else {}}
        if inspect.isclass(origin) and issubclass(origin, Collection):
            return {"type": "array", "items": self.of(arguments[0]) if arguments else {}}
        raise TypeError(f"{hint} has no JSON Schema")

    def _tuple(self, types: tuple[Any, ...]) -> Schema:
        """Return the schema of a tuple: an array of one type, or of fixed length."""
        if len(types) == 2 and types[1] is Ellipsis:
            return {"type": "array", "items": self.of(types[0])}
        items = [self.of(each) for each in types]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}

    def _reference(self, kind: type) -> Schema:
        """Return a reference to the schema of a class, adding it to the components.

        A class whose name another one has got before is named after its module, too.
        """
        name = kind.__name__
        if self._classes.setdefault(name, kind) is not kind:
            name = f"{kind.__module__.rpartition('.')[2]}.{name}"
        if name not in self.components:
            self.components[name] = {}  # the class may refer to itself
            self.components[name] = self._object(kind)
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, kind: Any, arguments: Mapping[Any, Any] = MappingProxyType({})) -> Schema:
        """Return the schema of a dataclass or TypedDict. arguments: the types of a generic TypedDict's parameters.

        The fields of the fields in `flattened` are among a dataclass's own.
        """
        hints = {name: arguments.get(hint, hint) for name, hint in get_type_hints(kind).items()}
        names = [each.name for each in fields(kind)] if is_dataclass(kind) else list(hints)
        required = names if is_dataclass(kind) else sorted(kind.__required_keys__)
        schema: Schema = {"type": "object", "required": [*required]}
        if description := inspect.getdoc(kind):
            schema["description"] = description
        schema["properties"] = {name: self.of(hints[name]) for name in names}
        for name in self._flattened & schema["properties"].keys():
            part = self._object(hints[name])
            del schema["properties"][name]
            schema["properties"] |= part["properties"]
            schema["required"] = [*schema["properties"]]
        return schema
