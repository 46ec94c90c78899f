import Testing
import TokenFiles

@testable import Tokenization

@Suite("Learning merges")
struct BytePairTrainerTests {
  private static func train(
    _ pieces: [(piece: [UInt8], count: Int)], limit: Int = .max, minimumCount: Int = 2, capacity: Int = 1 << 20
  ) -> [MergeTable.Pair] {
    var trainer = BytePairTrainer(capacity: capacity)
    for (piece, count) in pieces { trainer.add(piece.span, occurrences: count) }
    return trainer.train(limit: limit, minimumCount: minimumCount).pairs
  }

  private static func train(_ pieces: [(String, Int)], limit: Int = .max, minimumCount: Int = 2) -> [String] {
    let merges = train(pieces.map { (Array($0.0.utf8), $0.1) }, limit: limit, minimumCount: minimumCount)
    var tokens = [[]] + (0...255).map { [UInt8($0)] }
    for pair in merges { tokens.append(tokens[Int(pair.left)] + tokens[Int(pair.right)]) }
    return tokens.dropFirst(257).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The example of Sennrich, Haddow & Birch, worked out by hand.
  static let example = [("low", 5), ("lower", 2), ("newest", 6), ("widest", 3)]
  static let exampleTokens = [
    "es", "est", "lo", "low", "ew", "new", "newest", "dest", "idest", "widest", "er", "lower",
  ]

  @Test("The published example, ties by the smaller left id")
  func worked() {
    #expect(Self.train(Self.example) == Self.exampleTokens)
    #expect(Self.train(Self.example, limit: 4) == ["es", "est", "lo", "low"])
    #expect(Self.train(Self.example, limit: 0) == [])
    #expect(Self.train(Self.example, minimumCount: 6) == ["es", "est", "lo", "low", "ew", "new", "newest"])
    #expect(Self.train(Self.example, minimumCount: 10) == [])
  }

  @Test(
    "Pairs that overlap",
    arguments: [
      ("aa", ["aa"]), ("aaa", ["aa", "aaa"]), ("aaaa", ["aa", "aaaa"]), ("aaaaa", ["aa", "aaa", "aaaaa"]),
      ("abab", ["ab", "abab"]), ("a", []), ("", []),
    ])
  func overlaps(piece: String, tokens: [String]) {
    #expect(Self.train([(piece, 2)]) == tokens)
  }

  @Test("The merges are those of counting everything anew before each one", arguments: 1...4)
  func plain(alphabet: Int) {
    var random = RandomNumbers(seed: UInt64(alphabet))
    for _ in 0..<40 {
      let pieces = (0..<random.next(below: 30)).map { _ in
        (piece: random.letters(alphabet, count: random.next(below: 20)), count: 1 + random.next(below: 4))
      }
      let minimumCount = 1 + random.next(below: 3)
      let expected = PlainBytePairs.train(pieces, limit: 60, minimumCount: minimumCount)
      #expect(Self.train(pieces, limit: 60, minimumCount: minimumCount) == expected)
      #expect(Self.train(pieces.shuffled(using: &random), limit: 60, minimumCount: minimumCount) == expected)
    }
  }

  @Test("Long pieces, whose places are given room again as they are merged away")
  func longPieces() {
    var random = RandomNumbers(seed: 7)
    let pieces = (0..<4).map { _ in (piece: random.letters(3, count: 700), count: 1) }
    #expect(Self.train(pieces, limit: 300) == PlainBytePairs.train(pieces, limit: 300, minimumCount: 2))
  }

  @Test("No token is longer than the longest")
  func longest() {
    let pieces = [(piece: [UInt8](repeating: 0x61, count: 1 << 16), count: 1)]
    var lengths = [Int](repeating: 1, count: 257)
    for pair in Self.train(pieces) { lengths.append(lengths[Int(pair.left)] + lengths[Int(pair.right)]) }
    #expect(lengths.dropFirst(257) == [2, 4, 8, 16, 32, 64, 128, 256])
    #expect(lengths.max() == MergeTable.longestToken)
  }

  @Test("What has no room is left out, the rarest first, in whatever order the pieces come")
  func capacity() {
    var random = RandomNumbers(seed: 3)
    let pieces = Set((0..<400).map { _ in random.letters(4, count: 2 + random.next(below: 9)) })
      .sorted { $0.lexicographicallyPrecedes($1) }.map { (piece: $0, count: 1 + random.next(below: 5)) }
    let expected = Self.train(pieces, capacity: 500)
    #expect(expected != Self.train(pieces))
    for _ in 0..<20 { #expect(Self.train(pieces.shuffled(using: &random), capacity: 500) == expected) }
    let frequent = pieces.filter { $0.count > 1 }
    let size = frequent.reduce(0) { $0 + $1.piece.count }
    #expect(Self.train(pieces, capacity: size) == Self.train(frequent))
  }
}
