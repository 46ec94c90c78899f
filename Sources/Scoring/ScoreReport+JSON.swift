public import DataFiles

extension ScoreReport {
  /// The figures under the names that `longhand score --format json` prints; null where one is nil or infinite.
  ///
  /// Where some of the text is spelled in bytes, `spelled` and `spelling_bytes` stand at the end.
  public var json: JSONValue {
    let spelling: [JSONValue.Member] = [
      .init("spelled", .integer(counts.spelled)), .init("spelling_bytes", .integer(counts.spellingBytes)),
    ]
    return .object(figures + (counts.spelled > 0 ? spelling : []))
  }

  private var figures: [JSONValue.Member] {
    [
      .init("tokens", .integer(tokens)),
      .init("unknown", .integer(unknown)),
      .init("characters", .integer(counts.characters)),
      .init("bytes", .integer(counts.bytes)),
      .init("words", .integer(counts.words)),
      .init("nats", Self.number(nats)),
      .init("perplexity", Self.number(perplexity)),
      .init("perplexity_without_unknown", Self.number(perplexityWithoutUnknown)),
      .init("bits_per_token", Self.number(bitsPerToken)),
      .init("bits_per_character", Self.number(bitsPerCharacter)),
      .init("bits_per_byte", Self.number(bitsPerByte)),
      .init("perplexity_per_word", Self.number(perplexityPerWord)),
    ]
  }

  private static func number(_ figure: Double?) -> JSONValue {
    guard let figure, figure.isFinite else { return .null }
    return .number(figure)
  }
}
