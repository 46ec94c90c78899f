/// A JSON value (RFC 8259), with the members of objects in their order.
///
/// Two values are equal when they hold the same bytes in the same order; strings are not compared canonically.
public enum JSONValue: Sendable {
  /// The literal null.
  case null
  /// The literal true or false.
  case bool(Bool)
  /// A number written without fraction and exponent that fits 64 bits, exactly.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object.
  case object([Member])

  /// A name and its value in an object.
  public struct Member: Sendable {
    /// The name, unique in its object.
    public let name: String
    /// The value.
    public let value: JSONValue

    /// A name with a value.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The value of a member; nil when this is no object or has no such member.
  public subscript(name: String) -> JSONValue? {
    objectValue?.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  /// The string, if this is one.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

  /// The integer, if this is one.
  public var intValue: Int? { if case .integer(let value) = self { value } else { nil } }

  /// The number, if this is one; an integer beyond 2^53 is rounded.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The truth value, if this is one.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The elements, if this is an array.
  public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

  /// The members in their order, if this is an object.
  public var objectValue: [Member]? { if case .object(let value) = self { value } else { nil } }
}

extension JSONValue: Equatable {
  /// Whether two values are of the same kind and hold the same, in the same order.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)):
      a.elementsEqual(b) { $0.name.utf8.elementsEqual($1.name.utf8) && $0.value == $1.value }
    default: false
    }
  }
}
