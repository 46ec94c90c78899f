import DataFiles

/// Counts of tokens on the disk, in runs that are sorted by the tokens' bytes.
///
/// Runs are merged when they are many, so that reading all of them at once takes little memory (external merge sort;
/// Knuth, The Art of Computer Programming, volume 3, section 5.4).
struct SpilledCounts {
  private static let mostRuns = 64

  private var runs: [CountRun] = []

  /// Puts counts on the disk.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func add(_ tokens: TokenCounts) throws(DataError) {
    if tokens.count == 0 { return }
    var writer = try CountRunWriter()
    for number in tokens.sortedByBytes() {
      try writer.append(tokens.table[number].span, tokens.counts[number])
    }
    try append(writer.finish())
  }

  /// Takes the runs of others over.
  mutating func add(_ other: SpilledCounts?) throws(DataError) {
    for run in other?.runs ?? [] { try append(run) }
  }

  private mutating func append(_ run: CountRun) throws(DataError) {
    runs.append(run)
    guard runs.count >= Self.mostRuns else { return }
    var writer = try CountRunWriter()
    try forEach { (token, count) throws(DataError) in try writer.append(token, count) }
    runs = [try writer.finish()]
  }

  /// Calls the body with every token, in the order of the bytes, and how often it occurred in all runs.
  func forEach(_ body: (Span<UInt8>, Int) throws(DataError) -> Void) throws(DataError) {
    var readers: [CountRunReader] = []
    for run in runs {
      let reader = CountRunReader(run)
      if try reader.advance() { readers.append(reader) }
    }
    var token: [UInt8] = []
    while let first = readers.min(by: { $0.token.lexicographicallyPrecedes($1.token) }) {
      token = first.token
      var count = 0
      var index = 0
      while index < readers.count {
        let reader = readers[index]
        if reader.token == token {
          count += reader.count
          guard try reader.advance() else {
            readers.remove(at: index)
            continue
          }
        }
        index += 1
      }
      try body(token.span, count)
    }
  }
}

/// Tokens in the order of their bytes, each once with its count, in a file without a name.
private final class CountRun {
  let file: ScratchFile

  init(_ file: consuming ScratchFile) {
    self.file = file
  }
}

/// Writes a run: of each token its length and count in eight bytes each, then its bytes.
private struct CountRunWriter: ~Copyable {
  private static let bufferCount = 1 << 18

  private var file: ScratchFile
  private var buffer: [UInt8] = []

  init() throws(DataError) {
    file = try ScratchFile()
  }

  mutating func append(_ token: Span<UInt8>, _ count: Int) throws(DataError) {
    for number in [token.count, count] {
      unsafe withUnsafeBytes(of: UInt64(number).littleEndian) { unsafe buffer.append(contentsOf: $0) }
    }
    for index in token.indices { buffer.append(token[index]) }
    if buffer.count >= Self.bufferCount { try flush() }
  }

  private mutating func flush() throws(DataError) {
    try file.append(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  consuming func finish() throws(DataError) -> CountRun {
    try flush()
    return CountRun(file)
  }
}

/// Reads a run from its start.
private final class CountRunReader {
  /// The present token.
  private(set) var token: [UInt8] = []
  /// How often it occurred.
  private(set) var count = 0

  private static let bufferCount = 1 << 16

  private let run: CountRun
  private var offset = 0
  private var buffer: [UInt8] = []
  private var used = 0

  init(_ run: CountRun) {
    self.run = run
  }

  /// Goes to the next token; false when there is none.
  func advance() throws(DataError) -> Bool {
    guard try fill(16) else { return false }
    let length = number(at: used)
    count = number(at: used + 8)
    used += 16
    guard try fill(length) else { throw DataError(.inputOutput, "a temporary file ended too early; try again") }
    token.removeAll(keepingCapacity: true)
    token += buffer[used..<used + length]
    used += length
    return true
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
