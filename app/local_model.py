"""A transformers model on this machine's disk, as a LangChain chat model; nothing is looked up or downloaded.

LangChain's own package for these asks for an older `huggingface_hub` than `transformers` does, so the two cannot be
installed together; what is needed of it is this file.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage, SystemMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

_NEXT_TOKEN_MAX_S = 300.0


class LocalModel(BaseChatModel):
    """Greedy replies of the model in `folder`, token by token; `tokens` bounds a reply.

    Only safetensors weights are loaded, and no code that comes with them.
    """

    folder: Path
    tokens: int
    _tokenizer: Any = PrivateAttr()
    _model: Any = PrivateAttr()

    def __init__(self, folder: Path, tokens: int) -> None:
        super().__init__(folder=folder, tokens=tokens)  # type: ignore[call-arg]
        from transformers import AutoModelForCausalLM, AutoTokenizer

        here: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        self._tokenizer = AutoTokenizer.from_pretrained(str(folder), **here)
        self._model = AutoModelForCausalLM.from_pretrained(str(folder), use_safetensors=True, dtype="auto", **here)
        self._model.eval()

    @property
    def _llm_type(self) -> str:
        return "local-transformers"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        from langchain_core.language_models.chat_models import generate_from_stream

        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        given = self._tokenizer(self._prompt(messages), return_tensors="pt", add_special_tokens=False)
        streamer = TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=_NEXT_TOKEN_MAX_S
        )
        left = threading.Event()
        written = _Count(left)
        failed: list[Exception] = []

        def write() -> None:
            try:
                self._model.generate(
                    **given,
                    max_new_tokens=self.tokens,
                    do_sample=False,
                    streamer=streamer,
                    stopping_criteria=StoppingCriteriaList([written]),
                )
            except Exception as failure:  # raised again where the reply is read
                failed.append(failure)
            finally:
                streamer.end()  # type: ignore[no-untyped-call]

        writer = threading.Thread(target=write, name="local-model", daemon=True)
        writer.start()
        try:
            for text in streamer:
                yield _chunk(text)
        finally:
            left.set()
            writer.join()
        if failed:
            raise failed[0]
        read = int(given["input_ids"].shape[1])
        yield _chunk("", UsageMetadata(input_tokens=read, output_tokens=written.n, total_tokens=read + written.n))

    def _prompt(self, messages: Sequence[BaseMessage]) -> str:
        """In the model's own chat template; plain paragraphs for a model that has none."""
        if not self._tokenizer.chat_template:
            return "\n\n".join(m.text for m in messages) + "\n\n"
        told = [{"role": "system" if isinstance(m, SystemMessage) else "user", "content": m.text} for m in messages]
        return str(self._tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=True))


class _Count:
    """Counts the tokens that are written, and ends the writing once the reader has left."""

    def __init__(self, left: threading.Event) -> None:
        self._left = left
        self.n = 0

    def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
        import torch

        self.n += 1
        return torch.full((input_ids.shape[0],), self._left.is_set(), dtype=torch.bool, device=input_ids.device)


def _chunk(text: str, usage: UsageMetadata | None = None) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=AIMessageChunk(content=text, usage_metadata=usage))
