/// How long the stages of encoding took, over all threads.
public struct EncodingStages: Sendable {
  /// Reading and cutting.
  public internal(set) var read = Duration.zero
  /// Validation, line endings and normalization.
  public internal(set) var normalize = Duration.zero
  /// Segmentation, look-up and counting.
  public internal(set) var encode = Duration.zero

  static func + (left: EncodingStages, right: EncodingStages) -> EncodingStages {
    var sum = left
    sum.read += right.read
    sum.normalize += right.normalize
    sum.encode += right.encode
    return sum
  }
}
