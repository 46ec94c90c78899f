public import DataFiles

/// Writes tensors and strings to a safetensors file, the same bytes for the same content.
///
/// The strings come first, sorted by name, then the tensors in the order in which they were added, those of 8-byte numbers
/// before those of 4 so that all are aligned. The numbers are not copied: they are hashed and written where they are, or
/// piece by piece as the caller reads them.
public struct TensorFileWriter {
  /// Reads a part of a tensor into an array, which is resized to it.
  public typealias PartReader = (_ range: Range<Int>, _ floats: inout [Float]) -> Void

  /// The numbers of a tensor, as the caller has them.
  private enum Values {
    case floats(ArraySlice<Float>)
    case parts(count: Int, PartReader)
    case doubles(ArraySlice<Double>)
    case integers(ArraySlice<Int64>)

    /// Calls `body` with the bytes, from front to back.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(DataError) -> Void) throws(DataError) {
      switch self {
      case .floats(let values):
        try values.withUnsafeBufferPointer { (buffer) throws(DataError) in try body(UnsafeRawBufferPointer(buffer)) }
      case .parts(let count, let read):
        var floats: [Float] = []
        let size = 1 << 18
        for start in stride(from: 0, to: count, by: size) {
          read(start..<min(start + size, count), &floats)
          try floats.withUnsafeBufferPointer { (buffer) throws(DataError) in try body(UnsafeRawBufferPointer(buffer)) }
        }
      case .doubles(let values):
        try values.withUnsafeBufferPointer { (buffer) throws(DataError) in try body(UnsafeRawBufferPointer(buffer)) }
      case .integers(let values):
        try values.withUnsafeBufferPointer { (buffer) throws(DataError) in try body(UnsafeRawBufferPointer(buffer)) }
      }
    }
  }

  private struct Entry {
    let name: String
    let type: TensorType
    let shape: [Int]
    let count: Int
    let values: Values
    var byteCount: Int { count * type.byteCount }
  }

  private let metadata: [String: String]
  private var names: Set<String> = []
  private var entries: [Entry] = []

  /// A file with these strings and no tensors yet.
  ///
  /// - Parameter metadata: strings by name; `format` and `longhand.sha256` are added.
  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// Adds a tensor of floats, row-major; the name must be new and the shape's product the count of the values.
  public mutating func add(_ name: String, shape: [Int], _ values: [Float]) {
    add(name, .float32, shape, values.count, .floats(values[...]))
  }

  /// Adds a tensor of floats, row-major, that are part of an array; the array is not copied.
  public mutating func add(_ name: String, shape: [Int], _ values: ArraySlice<Float>) {
    add(name, .float32, shape, values.count, .floats(values))
  }

  /// Adds a tensor of floats, row-major, that are read piece by piece when the file is written, and twice.
  public mutating func add(_ name: String, shape: [Int], reading read: @escaping PartReader) {
    let count = shape.reduce(1, *)
    add(name, .float32, shape, count, .parts(count: count, read))
  }

  /// Adds a tensor of doubles, row-major; the name must be new and the shape's product the count of the values.
  public mutating func add(_ name: String, shape: [Int], _ values: [Double]) {
    add(name, .float64, shape, values.count, .doubles(values[...]))
  }

  /// Adds a tensor of integers, row-major; the name must be new and the shape's product the count of the values.
  public mutating func add(_ name: String, shape: [Int], _ values: [Int64]) {
    add(name, .int64, shape, values.count, .integers(values[...]))
  }

  private mutating func add(_ name: String, _ type: TensorType, _ shape: [Int], _ count: Int, _ values: Values) {
    let objection = TensorInfo.objection(toName: name)
    precondition(
      objection == nil && name != TensorFileHeader.metadataName, "tensor name \(name): \(objection ?? "taken")")
    precondition(names.insert(name).inserted, "tensor \(name) is added twice")
    precondition(
      TensorInfo.elementCount(of: shape) == count, "tensor \(name): \(count) values do not fill the shape \(shape)")
    entries.append(Entry(name: name, type: type, shape: shape, count: count, values: values))
  }

  /// Writes the file, durably, in place of an older one.
  ///
  /// - Throws: `DataError` when the strings are too long for a header, or when the disk is full or fails.
  public func write(replacing path: String) throws(DataError) {
    let placed = entries.filter { $0.type.byteCount == 8 } + entries.filter { $0.type.byteCount < 8 }
    var head = headBytes(placed)
    guard head.count - TensorFileHeader.lengthByteCount <= TensorFileHeader.maximumByteCount else {
      throw TensorFileHeader.failure(
        path,
        "not written: its header has \(head.count) bytes, at most \(TensorFileHeader.maximumByteCount) can be read")
    }
    try fillDigest(in: &head, placed)
    var file = try DurableFile(replacing: path)
    try file.write(head)
    for entry in placed {
      try entry.values.forEachPiece { (bytes) throws(DataError) in try file.write(bytes) }
    }
    try file.commit()
  }

  /// The length and the header, padded so that the tensors begin at a multiple of 8.
  private func headBytes(_ placed: [Entry]) -> [UInt8] {
    let own = ["format": "pt", TensorDigest.name: String(decoding: TensorDigest.placeholder, as: UTF8.self)]
    let strings = metadata.merging(own) { $1 }.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    var members = [
      JSONValue.Member(
        TensorFileHeader.metadataName, .object(strings.map { JSONValue.Member($0.key, .string($0.value)) }))
    ]
    var end = 0
    for entry in placed {
      let begin = end
      end += entry.byteCount
      members.append(
        JSONValue.Member(
          entry.name,
          .object([
            JSONValue.Member("dtype", .string(entry.type.rawValue)),
            JSONValue.Member("shape", .array(entry.shape.map { .integer($0) })),
            JSONValue.Member("data_offsets", .array([.integer(begin), .integer(end)])),
          ])))
    }
    var text = Array(JSONValue.object(members).serialized().utf8)
    text += repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  private func fillDigest(in head: inout [UInt8], _ placed: [Entry]) throws(DataError) {
    guard let position = head.withUnsafeBytes({ TensorDigest.position(in: $0) }) else { return }
    var hash = SHA256()
    hash.update(head)
    for entry in placed {
      try entry.values.forEachPiece { (bytes) throws(DataError) in hash.update(bytes) }
    }
    let digits = Array(SHA256.hex(hash.finalize()).utf8)
    head.replaceSubrange(position..<position + digits.count, with: digits)
  }
}
