"""External test collections as documents and cases; the collections themselves are never part of this project."""

from eval.loaders.collection import CollectionRefused, convert

__all__ = ["CollectionRefused", "convert"]
