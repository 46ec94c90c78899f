import CCompression
import DataFiles

/// The plain bytes of a stream that gzip (RFC 1952) or zstd (RFC 8878) compressed, of one member or several.
final class Decompressor {
  private let format: compression_format
  private let stream: OpaquePointer
  private var compressed: [UInt8] = []
  /// How many of the compressed bytes have been taken.
  private var taken = 0
  private var isBetweenMembers = false

  private static let pieceSize = 1 << 17

  /// A decompressor for a file with such a name; nil where the name says nothing of compression.
  init?(forPath path: String) throws(DataError) {
    if path.hasSuffix(".gz") {
      format = COMPRESSION_GZIP
    } else if path.hasSuffix(".zst") {
      format = COMPRESSION_ZSTD
    } else {
      return nil
    }
    guard let stream = decompressor_open(format) else {
      throw DataError(.inputOutput, "no memory is left to decompress \(DataError.shown(path))")
    }
    self.stream = stream
  }

  deinit { decompressor_close(stream) }

  /// Appends the next plain bytes, as many as are ready up to a limit, and gives their number: 0 at the end.
  func read(from source: DescriptorSource, into bytes: inout [UInt8], upTo limit: Int) throws(DataError) -> Int {
    while true {
      if taken == compressed.count {
        compressed.removeAll(keepingCapacity: true)
        taken = 0
        if try source.read(into: &compressed, upTo: Self.pieceSize) == 0 {
          guard isBetweenMembers else { throw failure(source, "ends too early: it was cut off; get it again") }
          return 0
        }
      }
      let count = try run(source, into: &bytes, upTo: limit)
      if count > 0 { return count }
    }
  }

  private func run(
    _ source: DescriptorSource, into bytes: inout [UInt8], upTo limit: Int
  ) throws(DataError) -> Int {
    var (taken, made) = (0, 0)
    var result = DECOMPRESSOR_GOES_ON
    compressed.withUnsafeBufferPointer { compressed in
      let rest = compressed[self.taken...]
      bytes.append(addingCapacity: limit) { output in
        output.withUnsafeMutableBufferPointer { memory, initializedCount in
          let free = UnsafeMutableBufferPointer(rebasing: memory[initializedCount..<initializedCount + limit])
          result = decompressor_run(
            stream, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count, &taken, free.baseAddress, limit, &made)
          initializedCount += made
        }
      }
    }
    self.taken += taken
    isBetweenMembers = result == DECOMPRESSOR_MEMBER_ENDED
    switch result {
    case DECOMPRESSOR_DAMAGED:
      throw failure(
        source,
        "is damaged, or its name says a compression that it does not have; test it with "
          + (format == COMPRESSION_GZIP ? "gzip -t" : "zstd -t"))
    case DECOMPRESSOR_TOO_LARGE:
      throw failure(source, "needs more than 128 MiB to be decompressed; decompress it with zstd -d --long=31 first")
    default: return made
    }
  }

  private func failure(_ source: DescriptorSource, _ what: String) -> DataError {
    DataError(.data, "\(DataError.shown(source.name)) \(what)")
  }
}
