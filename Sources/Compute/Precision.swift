/// What the factors of a product are rounded to before they are multiplied.
///
/// Values, states, sums and everything else are of single precision at least.
public enum Precision: String, Sendable, CaseIterable {
  /// IEEE 754 binary32, as they are.
  case float32 = "f32"
  /// bfloat16, rounded to nearest even: 8 significant bits, at twice the speed where the machine has instructions for it.
  case bfloat16 = "bf16"
}
