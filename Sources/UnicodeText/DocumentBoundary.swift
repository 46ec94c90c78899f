/// What parts the documents of a corpus; a model's state begins anew with each.
public struct DocumentBoundary: Sendable, Equatable {
  /// A way to part documents.
  public enum Kind: String, Sendable {
    /// Not at all: all inputs are one text.
    case none
    /// Each input is a document.
    case file
    /// Each line is a document, its line feed included.
    case line
    /// All inputs are one text of documents with a separator between them, which belongs to none.
    case separator
  }

  /// The longest separator, in bytes.
  public static let longestSeparator = 1024

  /// How documents are parted.
  public let kind: Kind
  /// The bytes between two documents; none where they follow one another.
  public let separator: [UInt8]

  private init(_ kind: Kind, separator: [UInt8] = []) {
    self.kind = kind
    self.separator = separator
  }

  /// All inputs are one text.
  public static let none = DocumentBoundary(.none)
  /// Each input is a document.
  public static let file = DocumentBoundary(.file)
  /// Each line is a document.
  public static let line = DocumentBoundary(.line)

  /// Documents with bytes between them.
  public static func separator(_ bytes: [UInt8]) -> DocumentBoundary { DocumentBoundary(.separator, separator: bytes) }
}
