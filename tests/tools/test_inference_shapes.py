"""The shapes of inference bodies against openai's own types, from which they are made."""

from tools import inference_shapes


def test_the_file_is_what_the_tool_makes_of_openais_types() -> None:
    assert inference_shapes.TARGET.read_text(encoding="utf-8") == inference_shapes.shapes(), (
        "run: python -m tools.inference_shapes"
    )
