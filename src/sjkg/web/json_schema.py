"""JSON Schemas (2020-12) of Python types, for the JSON that this server writes of values of these types.

A dataclass or TypedDict is written as an object with its fields, a tuple as an array.
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
    """The JSON Schemas of types in one OpenAPI document.

    components: the schemas of classes by name; other schemas refer to them with “$ref”.
    flattened: names of fields that hold a dataclass whose fields are written in place of this one field, without
    nesting.
    """

    def __init__(self, flattened: Iterable[str]) -> None:
        self._flattened = frozenset(flattened)
        self.components: dict[str, Schema] = {}
        self._classes: dict[str, type] = {}

    def of(self, hint: Any) -> Schema:
        """Return the JSON Schema of a type annotation, and add those of its classes to `components`.

        hint: a primitive type, Any, NewType, Literal, union, tuple, collection, mapping, dataclass or TypedDict.
        Raises TypeError for any other type.
        """
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
        raise TypeError(f"the type {hint} has no JSON Schema here; use a primitive type, tuple, mapping or dataclass")

    def _tuple(self, types: tuple[Any, ...]) -> Schema:
        """Return the schema of a tuple with these type arguments: (T, ...) is an array of T, others have a fixed length."""
        if len(types) == 2 and types[1] is Ellipsis:
            return {"type": "array", "items": self.of(types[0])}
        items = [self.of(each) for each in types]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}

    def _reference(self, kind: type) -> Schema:
        """Return a “$ref” to the schema of a dataclass or TypedDict, after adding the schema to `components`.

        The schema has the name of the class, or “module.name” when another class has this name already.
        """
        name = kind.__name__
        if self._classes.setdefault(name, kind) is not kind:
            name = f"{kind.__module__.rpartition('.')[2]}.{name}"
        if name not in self.components:
            self.components[name] = {}  # the class may refer to itself
            self.components[name] = self._object(kind)
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, kind: Any, arguments: Mapping[Any, Any] = MappingProxyType({})) -> Schema:
        """Return the schema of a dataclass or TypedDict as an object, with its docstring as description.

        arguments: the types of a generic TypedDict's type variables. All fields are required, except NotRequired ones.
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
