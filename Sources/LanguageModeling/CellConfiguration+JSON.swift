internal import DataFiles
internal import NeuralNetwork

extension CellConfiguration {
  /// What a model's configuration says of its cells; nothing of what is as it was in the first models.
  var members: [JSONValue.Member] {
    kind == .lstm ? [] : [.init("cell", .string(kind.rawValue))]
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
    self.init(try value("cell") { $0.stringValue.flatMap(CellKind.init) } ?? .lstm)
  }

  /// Refuses what does not go together.
  ///
  /// - Throws: `DataError` that says what to leave out.
  func validate(peepholes: Bool) throws(DataError) {
    if kind != .lstm && peepholes {
      throw DataError(.usage, "peepholes are of the cell lstm; leave them out, or take it in place of \(kind.rawValue)")
    }
  }
}
