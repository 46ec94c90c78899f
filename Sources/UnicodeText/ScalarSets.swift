import CText

extension text_property {
  /// The scalars with the property, in order.
  var scalars: [UInt32] { scalarsOfRanges { text_property_ranges(self, $0, $1) } }
}

extension text_grapheme_class {
  /// The scalars of the class, in order.
  var scalars: [UInt32] { scalarsOfRanges { text_grapheme_ranges(self, $0, $1) } }
}

private func scalarsOfRanges(_ write: (UnsafeMutablePointer<UInt32>?, Int32) -> Int32) -> [UInt32] {
  let count = write(nil, 0)
  var ends = [UInt32](repeating: 0, count: 2 * Int(count))
  _ = write(&ends, count)
  return (0..<Int(count)).flatMap { Array(ends[2 * $0]...ends[2 * $0 + 1]) }
}
