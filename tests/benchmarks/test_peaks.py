def test_peaks_are_found_by_the_devices_name(import_benchmark):
    peaks = import_benchmark("peaks").stated_peaks
    assert peaks("NVIDIA A100-SXM4-80GB")["bfloat16"] == 312.0
    assert peaks("NVIDIA H100 PCIe")["float32"] == 51.0
    assert "tensor_float32" not in peaks("Tesla T4")
    assert peaks("NVIDIA A10G") == peaks("something new") == {}
