/// What parts the documents of a corpus; a model's state begins anew with each.
public enum DocumentBoundary: Sendable, Equatable {
  /// Nothing: all inputs are one text.
  case none
  /// Each input is a document.
  case file
  /// Each line is a document, its line feed included.
  case line
  /// All inputs are one text of documents with these bytes between them, which belong to none.
  case separator([UInt8])

  /// The longest separator, in bytes.
  public static let longestSeparator = 1024

  /// The bytes between two documents; none where they follow one another.
  public var separator: [UInt8] {
    if case .separator(let bytes) = self { bytes } else { [] }
  }
}
