import CText

/// A script, by the number that ICU gives it (UAX #24).
public struct Script: Hashable, Sendable {
  private let number: Int32

  /// The script of a scalar; marks and punctuation of many scripts have those named Inherited and Common.
  public init(of scalar: UInt32) {
    number = text_script(scalar)
  }

  /// The name in the Unicode Character Database, such as Latin.
  public var name: String { text_script_name(number).map { String(cString: $0) } ?? "Unknown" }
}
