/// How weights are held where a model only predicts.
///
/// Inputs, states and sums stay in single precision; only the products by the weights of the layers and of the output
/// change. Less memory is read for each token, which is what bounds a single stream.
public enum WeightFormat: String, Sendable, CaseIterable {
  /// IEEE 754 binary32, as they are.
  case float32 = "f32"
  /// bfloat16, rounded to nearest even: half the memory.
  case bfloat16 = "bf16"
  /// Whole numbers from -127 to 127 with a scale for each row of W: a quarter of the memory.
  ///
  /// Inputs of a product are rounded to whole numbers from -8191 to 8191 with a scale for each row of them, so that its
  /// sums are exact.
  case int8
}
