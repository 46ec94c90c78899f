/// What a tensor file says of one of its tensors.
public struct TensorInfo: Equatable, Sendable {
  /// The name, unique in its file.
  public let name: String

  /// The type of its numbers.
  public let type: TensorType

  /// The dimensions, outermost first; empty for a single number.
  public let shape: [Int]

  /// The place of its bytes, counted from the end of the header.
  let range: Range<Int>

  /// The number of its elements.
  public var count: Int { range.count / type.byteCount }

  /// No tensor of ours has more dimensions.
  static let maximumRank = 8

  /// The product of the dimensions; nil when they are negative or too many, or absurd even with the zeros left out.
  static func elementCount(of shape: [Int]) -> Int? {
    guard shape.count <= maximumRank else { return nil }
    var product = 1
    for dimension in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(dimension, 1))
      guard dimension >= 0, !overflow else { return nil }
      product = next
    }
    return shape.contains(0) ? 0 : product
  }

  /// Why a name cannot be a tensor's; nil when it can.
  static func objection(toName name: String) -> String? {
    if name.isEmpty { return "it is empty" }
    if name.utf8.count > 255 { return "it is longer than 255 bytes" }
    if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return "it holds control characters"
    }
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if name.utf8.contains(UInt8(ascii: "\\")) || parts.contains(where: { $0.allSatisfy { $0 == UInt8(ascii: ".") } }) {
      return "it looks like a path"
    }
    return nil
  }
}
