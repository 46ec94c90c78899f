/// Makes normalized UTF-8 of raw bytes that stand by themselves.
public struct BlockNormalizer {
  private let normalization: TextNormalization
  private let policy: InvalidUTF8Policy
  private var normalizer: Normalizer
  private var text: [UInt8] = []

  public init(_ normalization: TextNormalization, invalidUTF8: InvalidUTF8Policy) {
    self.normalization = normalization
    policy = invalidUTF8
    normalizer = Normalizer(form: normalization.form, lowercase: normalization.lowercase)
  }

  public mutating func normalize(
    _ bytes: Span<UInt8>, into block: inout [UInt8], illFormed: inout [Range<Int>]
  ) throws(InvalidUTF8) {
    block.removeAll(keepingCapacity: true)
    illFormed.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    var decoder = UTF8Decoder(policy: policy)
    try decoder.append(bytes.withUnsafeBufferPointer { Array($0) }, to: &text)
    try decoder.finish(into: &text)
    if normalization.lineEndings == .lf {
      var lineEndings = LineEndingConverter()
      lineEndings.convert(&text, from: 0)
    }
    normalizer.append(text, 0..<text.count, to: &block)
  }
}
