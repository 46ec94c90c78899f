import DataFiles
import Foundation
import Scoring
import Testing

struct ScoreReportTests {
  /// Three known tokens of 1/2, 1/4 and 1/8 and an unknown one of 1/16: 6 + 4 bits.
  static let byHand = {
    var report = ScoreReport()
    for (bits, isUnknown) in [(1.0, false), (2, false), (4, true), (3, false)] {
      report.add(logProbability: -bits * log(2), isUnknown: isUnknown)
    }
    report.add(TextSize(characters: 8, bytes: 16, words: 2))
    return report
  }()

  @Test func figuresByHand() throws {
    let report = Self.byHand
    #expect(report.tokens == 4 && report.unknown == 1)
    #expect(abs(report.nats - 10 * log(2)) < 1e-14)
    #expect(abs(report.natsOfUnknown - 4 * log(2)) < 1e-14)
    #expect(abs(try #require(report.perplexity) - pow(2, 2.5)) < 1e-13)
    #expect(abs(try #require(report.perplexityWithoutUnknown) - 4) < 1e-13)
    #expect(abs(try #require(report.bitsPerToken) - 2.5) < 1e-14)
    #expect(abs(try #require(report.bitsPerCharacter) - 1.25) < 1e-14)
    #expect(abs(try #require(report.bitsPerByte) - 0.625) < 1e-14)
    #expect(abs(try #require(report.perplexityPerWord) - 32) < 1e-12)
  }

  @Test func jsonHasTheNamesOfTheContractInOrder() throws {
    let json = Self.byHand.json
    let names = try #require(json.objectValue).map(\.name)
    #expect(
      names == [
        "tokens", "unknown", "characters", "bytes", "words", "nats", "perplexity", "perplexity_without_unknown",
        "bits_per_token", "bits_per_character", "bits_per_byte", "perplexity_per_word",
      ])
    #expect(json["tokens"] == .integer(4))
    #expect(json["words"] == .integer(2))
    #expect(json["bits_per_byte"] == .number(Self.byHand.bitsPerByte ?? -1))
  }

  @Test func nothingHasNoFigures() {
    let json = ScoreReport().json
    #expect(
      json.serialized()
        == #"{"tokens":0,"unknown":0,"characters":0,"bytes":0,"words":0,"nats":0.0,"perplexity":null,"#
        + #""perplexity_without_unknown":null,"bits_per_token":null,"bits_per_character":null,"bits_per_byte":null,"#
        + #""perplexity_per_word":null}"#)
  }

  @Test func onlyUnknownTokens() {
    var report = ScoreReport()
    report.add(logProbability: -1, isUnknown: true)
    #expect(report.perplexity == exp(1))
    #expect(report.perplexityWithoutUnknown == nil)
  }

  @Test func probabilityZeroIsInfiniteAndNeverNaN() {
    var report = ScoreReport()
    report.add(logProbability: -.infinity, isUnknown: true)
    report.add(logProbability: -1, isUnknown: false)
    report.add(logProbability: -.infinity, isUnknown: true)
    let both = report + report
    #expect(both.nats == .infinity && both.natsOfUnknown == .infinity && both.perplexity == .infinity)
    #expect(both.perplexityWithoutUnknown == exp(1))
    #expect(both.json["perplexity"] == .null && both.json["nats"] == .null)
  }

  /// A number that plain addition would lose, a thousand times.
  @Test func smallTermsAreNotLost() {
    var report = ScoreReport()
    report.add(logProbability: -0x1p60, isUnknown: false)
    for _ in 0..<1024 { report.add(logProbability: -1, isUnknown: false) }
    #expect(report.nats == 0x1p60 + 1024)
  }

  @Test(arguments: [1, 7, 1000, 99_999])
  func mergedReportsAreTheReportOfTheWhole(piece: Int) {
    let terms = (0..<100_000).map { -1 / Double($0 + 1) - Double($0 % 10) }
    func report(_ terms: ArraySlice<Double>) -> ScoreReport {
      var report = ScoreReport()
      for (index, term) in zip(terms.indices, terms) { report.add(logProbability: term, isUnknown: index % 10 == 3) }
      return report
    }
    let whole = report(terms[...])
    var merged = ScoreReport()
    for start in stride(from: 0, to: terms.count, by: piece) {
      merged = merged + report(terms[start..<min(start + piece, terms.count)])
    }
    #expect(merged.tokens == 100_000 && merged.unknown == 10_000)
    #expect(abs(merged.nats / whole.nats - 1) < 1e-15)
    #expect(abs(merged.natsOfUnknown / whole.natsOfUnknown - 1) < 1e-15)
    // 450,000 and the harmonic number of 100,000.
    #expect(abs(whole.nats - 450_012.09014612986) < 1e-9)
  }
}
