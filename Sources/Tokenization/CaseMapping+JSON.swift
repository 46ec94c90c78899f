public import DataFiles
public import UnicodeText

extension CaseMapping {
  /// The value of "lowercase" in a vocabulary's JSON: false, true, or "fold" for case folding.
  public var jsonValue: JSONValue {
    switch self {
    case .keep: .bool(false)
    case .lower: .bool(true)
    case .fold: .string(rawValue)
    }
  }

  /// The mapping that a value of "lowercase" names, or nil.
  init?(_ value: JSONValue?) {
    switch value {
    case .bool(let isLower): self = isLower ? .lower : .keep
    case .string(Self.fold.rawValue): self = .fold
    default: return nil
    }
  }
}
