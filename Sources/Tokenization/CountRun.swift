import DataFiles

/// A token, how often it occurred and when first.
struct CountedToken {
  var token: [UInt8] = []
  var count = 0
  var stamp: UInt8 = 0
}

/// Counted tokens that come in the order of their bytes, each once.
protocol CountStream: AnyObject {
  /// The next token; nil when there is none.
  func next() throws(DataError) -> CountedToken?
}

/// Tokens in the order of their bytes, each once with its count, in a file without a name.
final class CountRun {
  fileprivate let file: ScratchFile

  /// Writes a run of all that a stream gives.
  ///
  /// Of each token stand there its length, count and stamp in eight bytes each, then its bytes.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  init(_ stream: any CountStream) throws(DataError) {
    let file = try ScratchFile()
    var buffer: [UInt8] = []
    while let counted = try stream.next() {
      for number in [counted.token.count, counted.count, Int(counted.stamp)] {
        for byte in 0..<8 { buffer.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
      }
      buffer += counted.token
      if buffer.count >= 1 << 18 {
        try file.append(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try file.append(buffer)
    self.file = file
  }
}

/// Reads a run from its start.
final class CountRunReader: CountStream {
  private static let bufferCount = 1 << 16
  private static let headCount = 24

  private let run: CountRun
  private var offset = 0
  private var buffer: [UInt8] = []
  private var used = 0

  /// A reader at the start of a run.
  init(_ run: CountRun) {
    self.run = run
  }

  func next() throws(DataError) -> CountedToken? {
    guard try fill(Self.headCount) else { return nil }
    let length = number(at: used)
    var counted = CountedToken()
    counted.count = number(at: used + 8)
    counted.stamp = buffer[used + 16]
    used += Self.headCount
    guard length >= 0, try fill(length) else {
      throw DataError(.inputOutput, "a temporary file ended too early; try again")
    }
    counted.token += buffer[used..<used + length]
    used += length
    return counted
  }

  private func number(at index: Int) -> Int {
    (0..<8).reduce(0) { $0 | Int(buffer[index + $1]) << (8 * $1) }
  }

  /// Sees that so many bytes are in the buffer; false at the end of the run.
  private func fill(_ wanted: Int) throws(DataError) -> Bool {
    if buffer.count - used >= wanted { return true }
    buffer.removeFirst(used)
    used = 0
    while buffer.count < wanted {
      let read = try run.file.read(at: offset, into: &buffer, upTo: max(Self.bufferCount, wanted - buffer.count))
      if read == 0 { return false }
      offset += read
    }
    return true
  }
}

/// Counts in memory as a stream.
final class SortedCounts: CountStream {
  private let tokens: TokenCounts
  private let order: [Int]
  private var place = 0

  /// A stream of some counts.
  init(_ tokens: TokenCounts) {
    self.tokens = tokens
    order = tokens.sortedByBytes()
  }

  func next() -> CountedToken? {
    guard place < order.count else { return nil }
    let number = order[place]
    place += 1
    return CountedToken(
      token: Array(tokens.table[number]), count: tokens.counts[number], stamp: tokens.stamps[number])
  }
}

/// Several streams as one, the counts of equal tokens added up.
final class MergedCounts: CountStream {
  private var streams: [any CountStream] = []
  private var heads: [CountedToken] = []

  /// The streams together.
  init(_ streams: [any CountStream]) throws(DataError) {
    for stream in streams {
      guard let head = try stream.next() else { continue }
      self.streams.append(stream)
      heads.append(head)
    }
  }

  func next() throws(DataError) -> CountedToken? {
    guard var result = heads.min(by: { $0.token.lexicographicallyPrecedes($1.token) }) else { return nil }
    (result.count, result.stamp) = (0, .max)
    var index = 0
    while index < heads.count {
      guard heads[index].token == result.token else {
        index += 1
        continue
      }
      result.count += heads[index].count
      result.stamp = min(result.stamp, heads[index].stamp)
      if let head = try streams[index].next() {
        heads[index] = head
        index += 1
      } else {
        heads.remove(at: index)
        streams.remove(at: index)
      }
    }
    return result
  }
}
