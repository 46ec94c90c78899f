internal import Compute
internal import DataFiles
internal import NeuralNetwork

extension CellConfiguration {
  /// What a model's configuration says of its cells; nothing of what is as it was in the first models.
  var members: [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    if kind != .lstm { members.append(.init("cell", .string(kind.rawValue))) }
    if let projectionSize { members.append(.init("projection", .integer(projectionSize))) }
    if layerNorm { members.append(.init("layer_norm", .bool(true))) }
    if inputGate != .free { members.append(.init("input_gate", .string(inputGate.rawValue))) }
    if mogrifierRounds > 0 { members.append(.init("mogrifier_rounds", .integer(mogrifierRounds))) }
    if let mogrifierRank { members.append(.init("mogrifier_rank", .integer(mogrifierRank))) }
    if zoneoutCell > 0 { members.append(.init("zoneout_cell", .number(zoneoutCell))) }
    if zoneoutHidden > 0 { members.append(.init("zoneout_hidden", .number(zoneoutHidden))) }
    return members
  }

  /// Reads what `members` wrote into an object.
  ///
  /// - Throws: `DataError` when a value is of another kind.
  init(members json: JSONValue) throws(DataError) {
    func value<T>(_ name: String, _ read: (JSONValue) -> T?) throws(DataError) -> T? {
      guard let member = json[name] else { return nil }
      guard let value = read(member) else {
        throw DataError(
          .data, "the model's configuration has an unknown \"\(name)\"; it is damaged or of a newer version")
      }
      return value
    }
    self.init(
      try value("cell") { $0.stringValue.flatMap(CellKind.init) } ?? .lstm,
      projectionSize: try value("projection", \.intValue), layerNorm: try value("layer_norm", \.boolValue) ?? false,
      inputGate: try value("input_gate") { $0.stringValue.flatMap(InputGate.init) } ?? .free,
      mogrifierRounds: try value("mogrifier_rounds", \.intValue) ?? 0,
      mogrifierRank: try value("mogrifier_rank", \.intValue),
      zoneoutCell: try value("zoneout_cell", \.doubleValue) ?? 0,
      zoneoutHidden: try value("zoneout_hidden", \.doubleValue) ?? 0)
  }

  /// Refuses what does not go together, and numbers that cannot be.
  ///
  /// - Throws: `DataError` that says what to leave out.
  func validate(peepholes: Bool) throws(DataError) {
    let ofLSTM: [(option: String, isGiven: Bool)] = [
      ("peepholes", peepholes), ("projection", projectionSize != nil), ("layer-norm", layerNorm),
      ("input-gate \(inputGate.rawValue)", inputGate != .free), ("mogrifier-rounds", mogrifierRounds != 0),
      ("zoneout-cell", zoneoutCell != 0),
    ]
    for (option, isGiven) in ofLSTM where isGiven && kind != .lstm {
      throw DataError(.usage, "\(option) is of the cell lstm; leave it out, or take lstm in place of \(kind.rawValue)")
    }
    if mogrifierRank != nil && mogrifierRounds == 0 {
      throw DataError(.usage, "mogrifier-rank goes with mogrifier-rounds; give how many, such as 5, or leave it out")
    }
    try check("projection", projectionSize ?? 1, in: 1...1 << 16)
    try check("mogrifier-rounds", mogrifierRounds, in: 0...64)
    try check("mogrifier-rank", mogrifierRank ?? 1, in: 1...1 << 16)
    try check("zoneout-cell", zoneoutCell, in: 0...0.99)
    try check("zoneout-hidden", zoneoutHidden, in: 0...0.99)
  }

  private func check<T: Comparable>(_ name: String, _ value: T, in range: ClosedRange<T>) throws(DataError) {
    if !range.contains(value) {
      throw DataError(.usage, "\(name) is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
    }
  }
}
