import DataFiles

/// A `tokenizer.json` that is read strictly; what is wrong is said with its place in the file, such as `model.vocab`.
struct HuggingFaceDocument {
  private static let names = [
    "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder",
    "model",
  ]

  let root: Part

  /// Parses a file's text.
  ///
  /// - Throws: `DataError` for what is no JSON object, and for members at its top that nobody knows.
  init(parsing bytes: UnsafeRawBufferPointer, from source: String) throws(DataError) {
    let value = try DataError.advising("give a tokenizer.json") { () throws(DataError) in
      unsafe try JSONValue(parsing: bytes, from: source, maximumDepth: 16)
    }
    root = Part(value: value, place: "", source: source)
    guard let members = root.value.objectValue else { throw root.error("is no object") }
    for member in members where !Self.names.contains(member.name) {
      throw root.error("has a member that tokenizers does not know, \"\(DataError.shown(member.name))\"")
    }
    for name in ["truncation", "padding"] {
      if let part = root.optional(name) { throw part.error("changes what becomes of a text: set it to null") }
    }
  }

  /// A value in the file.
  struct Part {
    let value: JSONValue
    /// Where it, or the array that it is an element of, stands; empty for all of the file.
    fileprivate let place: String
    fileprivate var number: Int?
    fileprivate let source: String

    /// Where it stands, such as `model.merges[3]`.
    private var path: String { place + (number.map { "[\($0)]" } ?? "") }

    /// The error for this part.
    func error(_ what: String) -> DataError {
      DataError(.data, "\(DataError.shown(source))\(path.isEmpty ? "" : ": \(path)") \(what)")
    }

    /// A member; nil where there is none, or null.
    func optional(_ name: String) -> Part? {
      guard let member = value[name], member != .null else { return nil }
      return Part(value: member, place: path.isEmpty ? name : "\(path).\(name)", source: source)
    }

    func required(_ name: String) throws(DataError) -> Part {
      guard let part = optional(name) else { throw error("has no \(name)") }
      return part
    }

    func string(_ name: String) throws(DataError) -> String {
      let part = try required(name)
      guard let string = part.value.stringValue else { throw part.error("is no string") }
      return string
    }

    func optionalString(_ name: String) throws(DataError) -> String? {
      optional(name) == nil ? nil : try string(name)
    }

    /// A truth value, with what it is where the file does not say.
    func bool(_ name: String, _ usual: Bool) throws(DataError) -> Bool {
      guard let part = optional(name) else { return usual }
      guard let flag = part.value.boolValue else { throw part.error("is neither true nor false") }
      return flag
    }

    func elements(_ name: String) throws(DataError) -> [Part] {
      guard let part = optional(name) else { return [] }
      guard let values = part.value.arrayValue else { throw part.error("is no array") }
      let place = part.path
      return values.indices.map { Part(value: values[$0], place: place, number: $0, source: source) }
    }

    /// Refuses members that are not known, since they may change ids.
    func allow(_ names: [String]) throws(DataError) {
      for member in value.objectValue ?? [] where member.name != "type" && !names.contains(member.name) {
        throw error("has a member that is not known, \"\(DataError.shown(member.name))\"")
      }
    }

    /// The components of a row of them, rows within it included; `list` is what the file calls a row.
    func components(_ list: String) throws(DataError) -> [(type: String, part: Part)] {
      guard value.objectValue != nil else { throw error("is no object") }
      let type = try string("type")
      guard type == "Sequence" else { return [(type, self)] }
      try allow([list])
      var components: [(type: String, part: Part)] = []
      for element in try elements(list) { components += try element.components(list) }
      return components
    }
  }
}
