/// A generator that says the same word again and again.
public struct ConstantGenerator: RandomNumberGenerator, Sendable {
  private let word: UInt64

  /// A generator of one word.
  public init(_ word: UInt64) { self.word = word }

  /// The word.
  public mutating func next() -> UInt64 { word }
}
