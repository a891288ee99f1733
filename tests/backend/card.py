"""A graphics card that is not there: tensors that say they lie on a device, and hold numbers all the same.

A card's tensors are no tensors of the host, and reading one waits for all that the card was told to do. Neither shows where
only a CPU is. On this card mixing the two fails as on a real one, and what would wait is counted. It knows no float64, as
Apple's do not.
"""

from __future__ import annotations

import importlib
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map

CARD = torch.device("meta")  # the one device that autograd works on everywhere and that never holds numbers by itself
aten = torch.ops.aten
INDEXING = (
    aten.index,
    aten.index_put,
    aten.index_put_,
    aten._index_put_impl_,
)  # a host's indices may choose of a card's
JOINING = (aten.cat, aten.stack)  # these take no number of the host's beside a card's, as others do
MAKING = (torch.tensor, torch.as_tensor)
SIZED_BY_NUMBERS = (aten.nonzero, aten.masked_select, aten._unique2, aten.unique_consecutive)


class OnCard(Tensor):
    """A tensor on the card; `held` are its numbers."""

    held: Tensor
    is_cuda = True  # what is written for CUDA is taken

    @staticmethod
    def __new__(cls, held: Tensor) -> OnCard:
        return Tensor._make_wrapper_subclass(  # type: ignore[attr-defined, no-any-return]
            cls, held.shape, strides=held.stride(), storage_offset=held.storage_offset(), dtype=held.dtype, device=CARD
        )

    def __init__(self, held: Tensor) -> None:
        if held.dtype == torch.float64:
            raise TypeError(f"the card knows no float64, at {_place()}")
        self.held = held

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.held.__reduce_ex__(protocol)  # a file is read back to the host

    @classmethod
    def __torch_dispatch__(cls, call: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return Card().__torch_dispatch__(call, types, args, kwargs)


class Card(TorchDispatchMode):
    """Carries out every operation where its tensors lie. waits: how often the host had to wait, by where that was."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = Counter[str]()

    def __torch_dispatch__(self, call: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs, name = dict(kwargs or {}), call.overloadpacket
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        told = torch.device(kwargs["device"]) if kwargs.get("device") is not None else None
        if told == CARD:
            kwargs["device"] = torch.device("cpu")
        if name is aten._to_copy:
            return self._copied(call, args[0], told or tensors[0].device, args, kwargs)
        if name is aten.copy_:
            if _on_card(args[0]) != _on_card(args[1]):
                self.wait()
            _held(args[0]).copy_(_held(args[1]))
            return args[0]
        found = call(*tree_map(_held, args), **tree_map(_held, kwargs))
        if not any(map(_on_card, tensors)):
            return OnCard(found) if told == CARD else found
        self._check(call, name, args, tensors)
        if not isinstance(found, Tensor | tuple | list):
            return found
        placed = tree_map(lambda leaf: OnCard(leaf) if isinstance(leaf, Tensor) else leaf, found)
        return return_and_correct_aliasing(call, args, kwargs, placed)

    def _copied(self, call: Any, tensor: Tensor, to: torch.device, args: Any, kwargs: dict[str, Any]) -> Tensor:
        if (to == CARD) != _on_card(tensor) and not (to == CARD and kwargs.get("non_blocking")):
            self.wait()
        kwargs |= {"device": torch.device("cpu")} if kwargs.get("device") is not None else {}
        found: Tensor = call(*tree_map(_held, args), **kwargs)
        return OnCard(found) if to == CARD else found

    def _check(self, call: Any, name: Any, args: Any, tensors: list[Tensor]) -> None:
        """RuntimeError where host and card are mixed; numbers and sizes that the host must know are waited for."""
        host = [t for t in tensors if not _on_card(t) and (t.dim() or name in JOINING)]
        loose = [t for t in host if name not in INDEXING or t is args[0]]
        if loose:
            shapes = [tuple(t.shape) for t in tensors]
            raise RuntimeError(f"{call} of tensors on the host and on the card, {shapes}, at {_place()}")
        masked = name is aten.index and any(t is not None and t.dtype == torch.bool for t in args[1])
        if name is aten._local_scalar_dense or name in SIZED_BY_NUMBERS or masked:
            self.wait()

    def wait(self) -> None:
        self.waits[_place()] += 1


class _Making(TorchFunctionMode):
    """What torch does without an operation: tensors made of numbers straight on the card, and lists of a card's numbers."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.card = card

    def __torch_function__(self, call: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if call in MAKING and kwargs.get("device") is not None and torch.device(kwargs["device"]) == CARD:
            return OnCard(call(*args, **{**kwargs, "device": "cpu"}))
        if call is Tensor.new_tensor and _on_card(args[0]):
            return OnCard(args[0].held.new_tensor(*args[1:], **kwargs))
        if call is Tensor.tolist and _on_card(args[0]):
            self.card.wait()
            return args[0].held.tolist()
        return call(*args, **kwargs)


def _on_card(leaf: Any) -> bool:
    return isinstance(leaf, OnCard)


def _held(leaf: Any) -> Any:
    return leaf.held if isinstance(leaf, OnCard) else leaf


def _place() -> str:
    """The last lines of the product on the stack."""
    own = [f for f in traceback.extract_stack() if "/backend/" in f.filename and "/tests/" not in f.filename]
    return " > ".join(f"{Path(f.filename).name}:{f.lineno}" for f in own[-3:])


@contextmanager
def a_card(monkeypatch: pytest.MonkeyPatch) -> Iterator[Card]:
    """Within it `CARD` is a device that computes."""
    optimiser = importlib.import_module("torch.optim.optimizer")
    monkeypatch.setattr(optimiser, "_get_fused_kernels_supported_devices", lambda: ["cpu", CARD.type])
    card = Card()
    with _Making(card), card:
        yield card
