import DataFiles
import Testing
import UnicodeText

@testable import Tokenization

@Suite("Reports of corpora")
struct CorpusReportTests {
  private static func report(
    _ texts: [String], against others: [String] = [], sizes: [Int] = CorpusReport.usualSizes, threads: Int = 1
  ) throws -> CorpusReport {
    func inputs(_ texts: [String]) -> [CorpusInput] { texts.map { .bytes(Array($0.utf8), name: "text") } }
    return try CorpusReport(of: inputs(texts), against: inputs(others), sizes: sizes, threads: threads)
  }

  @Test("Everything of a small text, counted by hand")
  func small() throws {
    let report = try CorpusReport(of: [
      .bytes(Array("Été, été!\r\n\r\n漢字 1\u{0301}\n  \nÉté, été!\r".utf8) + [0xFF, 0xE2, 0x82], name: "text"),
      .bytes(Array("x".utf8), name: "text"),
    ])
    #expect((report.files, report.bytes) == (2, 49))
    #expect((report.lines, report.blankLines, report.duplicateLines, report.longestLine) == (6, 2, 0, 17))
    #expect(report.lineEndings == (2, 2, 1))
    // 11 + 2 + 6 + 3 + 10 + 1
    #expect((report.scalars, report.distinctScalars) == (33, 13))
    #expect((report.graphemes, report.invalidBytes) == (30, 3))
    #expect((report.whitespaceWords, report.words, report.distinctWords) == (8, 7, 5))
    #expect(report.forms.map(\.isHeld) == [true, false, true, false])
    #expect(report.scripts.map(\.name) == ["Common", "Latin", "Han", "Inherited"])
    #expect(report.scripts.map(\.scalars) == [17, 13, 2, 1])
  }

  @Test("Lines that stand twice, whatever the pieces")
  func duplicates() throws {
    let line = String(repeating: "the same words ", count: 20_000) + "\n"
    let report = try Self.report([line + "a\nb\n" + line + "a\n\n\n" + line, "b"])
    #expect((report.lines, report.duplicateLines) == (9, 5))
    #expect(report.longestLine == 15 * 20_000)
  }

  /// Words of a made-up language, the frequent ones short.
  private static func words(_ count: Int, seed: UInt64) -> [String] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let rank = Int(state >> 33) % (1 + Int(state >> 52))
      return "w" + String(rank, radix: 26).map { String($0) }.joined().replacing("1", with: "one")
    }
  }

  @Test("The curve, the coverage and the words that are missing are those of plain counting", arguments: [1, 3])
  func types(threads: Int) throws {
    let (first, second) = (Self.words(40_000, seed: 1), Self.words(3_000, seed: 2) + ["new", "newer"])
    let sizes = [1, 2, 3, 10, 100, 1_000]
    let report = try Self.report(
      [first.joined(separator: " ")], against: [second.joined(separator: " ")], sizes: sizes, threads: threads)
    let counts = Dictionary(first.map { ($0, 1) }, uniquingKeysWith: +)
    let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    #expect((report.words, report.distinctWords) == (40_000, counts.count))
    for (tokens, types) in report.curve { #expect(Set(first.prefix(tokens)).count == types, "after \(tokens)") }
    #expect(report.curve.map(\.tokens) == (4...15).map { 1 << $0 } + [40_000])
    for coverage in report.coverage {
      let kept = Set(ranked.prefix(coverage.size).map(\.key))
      let covered = ranked.prefix(coverage.size).reduce(0) { $0 + $1.value }
      #expect(coverage.share == Double(covered) / 40_000)
      #expect(coverage.missing == Double(second.count { !kept.contains($0) }) / Double(second.count))
    }
    #expect(report.coverage.map(\.size) == sizes + [counts.count])
  }

  @Test("Counts on the disk are those in memory", arguments: [1, 20_000])
  func spilled(memoryLimit: Int) throws {
    var types = TypeStatistics(memoryLimit: memoryLimit)
    var inMemory = TypeStatistics(memoryLimit: 1 << 30)
    for word in Self.words(5_000, seed: 3).map({ Array($0.utf8) }) {
      try types.append(word.span, [0..<word.count])
      try inMemory.append(word.span, [0..<word.count])
    }
    let (found, expected) = (try types.figures(), try inMemory.figures())
    #expect(found.frequencies.map(\.types) == expected.frequencies.map(\.types))
    #expect(found.curve.map(\.types) == expected.curve.map(\.types))
    #expect(try types.missing(from: inMemory, sizes: [1 << 20], figures: found) == [0])
  }

  @Test("Sizes that make no sense are refused")
  func sizes() {
    let error = #expect(throws: DataError.self) { try Self.report(["a"], sizes: [10, 0]) }
    #expect(error?.code == .usage)
  }
}
