internal import Compute

/// What the products of training are asked to be computed in.
public enum TrainingPrecision: String, Sendable, CaseIterable {
  /// Single precision.
  case float32 = "f32"
  /// Factors rounded to bfloat16, all else in single precision; single precision where the machine has no instructions
  /// for it.
  case bfloat16 = "bf16"
  /// bfloat16 where the machine has instructions for it.
  case automatic = "auto"

  /// What this machine computes in.
  public var inForce: Precision { self == .float32 ? .float32 : Precision.bfloat16.inForce }
}

extension Precision {
  /// What this machine computes in when it is asked for this.
  public var inForce: Precision { CPUDevice.supports(self) ? self : .float32 }
}
