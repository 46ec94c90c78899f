import Testing
import UnicodeText

@testable import Tokenization

@Suite("Vocabularies larger than memory")
struct SpillingTests {
  private static let text: [UInt8] = {
    var state: UInt64 = 7
    return (0..<30_000).flatMap { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Array(String(state >> 50 & state >> 36, radix: 36).utf8) + [0x20]
    }
  }()

  private static func vocabulary(memoryLimit: Int, minimumCount: Int, maximumSize: Int?) throws -> Vocabulary {
    let configuration = try TokenizerConfiguration(level: .whitespace)
    var builders: [VocabularyBuilder] = []
    for part in 0..<3 {
      var builder = try VocabularyBuilder(configuration: configuration, memoryLimit: memoryLimit)
      for block in 0..<5 {
        let range = (5 * part + block) * text.count / 15..<(5 * part + block + 1) * text.count / 15
        builder.append(text.span.extracting(range))
        try builder.spillIfLarge()
      }
      builders.append(builder)
    }
    var whole = builders[0]
    for other in builders.dropFirst() { try whole.merge(other) }
    return try whole.build(minimumCount: minimumCount, maximumSize: maximumSize)
  }

  @Test(
    "A vocabulary does not depend on whether its counts went to the disk",
    arguments: [(1, nil), (3, nil), (1, 500), (2, 50)] as [(Int, Int?)])
  func spilled(minimumCount: Int, maximumSize: Int?) throws {
    let inMemory = try Self.vocabulary(
      memoryLimit: 1 << 30, minimumCount: minimumCount, maximumSize: maximumSize)
    for limit in [1, 100_000] {
      let spilled = try Self.vocabulary(memoryLimit: limit, minimumCount: minimumCount, maximumSize: maximumSize)
      #expect(spilled.json == inMemory.json)
    }
    #expect(inMemory.count == maximumSize ?? inMemory.count)
  }

  @Test("Many runs are merged")
  func manyRuns() throws {
    var counts = SpillingCounts(memoryLimit: 0)
    for round in 0..<200 {
      for token in 0...round { counts.inMemory.add(Array("t\(token)".utf8).span, token + 1, stamp: UInt8(round)) }
      try counts.spillIfLarge()
    }
    var found: [String: CountedToken] = [:]
    var last: [UInt8] = []
    let stream = try counts.stream()
    while let counted = try stream.next() {
      #expect(last.lexicographicallyPrecedes(counted.token))
      last = counted.token
      found[String(decoding: counted.token, as: UTF8.self)] = counted
    }
    #expect(found.count == 200)
    for token in 0..<200 {
      #expect(found["t\(token)"]?.count == (token + 1) * (200 - token))
      #expect(found["t\(token)"]?.stamp == UInt8(token))
    }
  }

  @Test("What went to the disk no longer counts as memory")
  func memoryAfterASpill() throws {
    let limit = 200_000
    var counts = SpillingCounts(memoryLimit: limit)
    for token in 0..<20_000 { counts.inMemory.add(Array("t\(token)".utf8).span, 1) }
    #expect(counts.inMemory.memory > limit)
    try counts.spillIfLarge()
    #expect(counts.isSpilled && counts.inMemory.count == 0)
    counts.inMemory.add(Array("one more".utf8).span, 1)
    try counts.spillIfLarge()
    #expect(counts.inMemory.count == 1)
  }
}
