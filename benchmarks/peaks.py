"""What makers of accelerators state for their cards."""

# TFLOP/s of dense products, by the beginning of the device's name as TensorFlow has it.
# "tensor_float32" is what a float32 policy multiplies in where a card has it and TensorFlow may.
PEAKS: dict[str, dict[str, float]] = {
    # NVIDIA H100 and H200 data sheets, whose figures for tensor cores are with sparsity: halved.
    "NVIDIA H100 80GB HBM3": {
        "float32": 67.0, "tensor_float32": 494.5, "float16": 989.5, "bfloat16": 989.5,
    },
    "NVIDIA H200": {
        "float32": 67.0, "tensor_float32": 494.5, "float16": 989.5, "bfloat16": 989.5,
    },
    "NVIDIA H100 PCIe": {
        "float32": 51.0, "tensor_float32": 378.0, "float16": 756.5, "bfloat16": 756.5,
    },
    # NVIDIA A100 data sheet (nvidia-a100-datasheet-us-nvidia-1758950-r4-web.pdf), all its kinds.
    "NVIDIA A100": {
        "float32": 19.5, "tensor_float32": 156.0, "float16": 312.0, "bfloat16": 312.0,
    },
    # NVIDIA V100 (SXM2) and T4 data sheets; neither has tensor cores for other numbers.
    "Tesla V100-SXM2": {"float32": 15.7, "float16": 125.0},
    "Tesla T4": {"float32": 8.1, "float16": 65.0},
}  # fmt: skip


def stated_peaks(card: str) -> dict[str, float]:
    """TFLOP/s by kind of numbers, as a card's maker states them; nothing where it is unknown."""
    return next((peaks for name, peaks in PEAKS.items() if card.startswith(name)), {})
