"""From text to prediction: encoder, windows, heads, decoding, values, ONNX."""
