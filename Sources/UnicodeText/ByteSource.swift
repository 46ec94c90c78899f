import DataFiles

/// The bytes of one input, in pieces; those of files named `.gz` or `.zst` are decompressed.
struct ByteSource {
  private let memory: [UInt8]
  /// How many bytes of an input in memory have been handed out.
  private var position = 0
  private let descriptor: DescriptorSource?
  private let decompressor: Decompressor?

  /// Opens an input.
  ///
  /// - Throws: `DataError` when it is missing, unreadable, a directory, or a pipe that nobody writes to.
  init(_ input: CorpusInput) throws(DataError) {
    switch input {
    case .bytes(let bytes, _):
      memory = bytes
      descriptor = nil
      decompressor = nil
    case .standardInput:
      memory = []
      descriptor = .standardInput
      decompressor = nil
    case .file(let path):
      memory = []
      descriptor = try DescriptorSource(opening: path)
      decompressor = try Decompressor(forPath: path)
    }
  }

  /// Appends the next bytes, as many as are there up to a limit, and gives their number: 0 at the end.
  mutating func read(into bytes: inout [UInt8], upTo limit: Int) throws(DataError) -> Int {
    if let descriptor {
      return if let decompressor {
        try decompressor.read(from: descriptor, into: &bytes, upTo: limit)
      } else {
        try descriptor.read(into: &bytes, upTo: limit)
      }
    }
    let end = min(memory.count, position + limit)
    defer { position = end }
    bytes += memory[position..<end]
    return end - position
  }
}
