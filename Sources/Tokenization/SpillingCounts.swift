import DataFiles

/// Counts of tokens that go to the disk when they take too much memory.
///
/// On the disk they are runs sorted by the tokens' bytes; these are merged when they are many, so that reading all of
/// them at once takes little memory (external merge sort; Knuth, The Art of Computer Programming, volume 3, section 5.4).
struct SpillingCounts {
  /// How many runs there are at most, each an open file, before they are merged.
  private let mostRuns: Int
  /// The counts that are in memory.
  var inMemory = TokenCounts()
  private var runs: [CountRun] = []
  private let memoryLimit: Int

  /// No counts; those to come may take so many bytes of memory.
  init(memoryLimit: Int, mostRuns: Int = 64) {
    self.memoryLimit = memoryLimit
    self.mostRuns = mostRuns
  }

  /// Whether any counts are on the disk.
  var isSpilled: Bool { !runs.isEmpty }

  /// Puts the counts on the disk if they take too much memory.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func spillIfLarge() throws(DataError) {
    if inMemory.memory > memoryLimit { try spill() }
  }

  /// Takes other counts over.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func merge(_ other: SpillingCounts) throws(DataError) {
    for run in other.runs { try append(run) }
    inMemory.add(other.inMemory)
    try spillIfLarge()
  }

  /// All tokens in the order of their bytes.
  ///
  /// - Throws: `DataError` when the disk fails.
  func stream() throws(DataError) -> any CountStream {
    let sorted = SortedCounts(inMemory)
    return runs.isEmpty ? sorted : try MergedCounts(runs.map(CountRunReader.init) + [sorted])
  }

  /// Calls the body with every token and its count, in no particular order.
  ///
  /// - Throws: `DataError` when the disk fails.
  func forEach(_ body: (_ token: Span<UInt8>, _ count: Int) -> Void) throws(DataError) {
    if isSpilled {
      let stream = try stream()
      while let counted = try stream.next() { body(counted.token.span, counted.count) }
    } else {
      for number in 0..<inMemory.count { body(inMemory.table[number].span, inMemory.counts[number]) }
    }
  }

  /// Gives memory back for what is done with the counts: they go to the disk if they are not few.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func makeRoom() throws(DataError) {
    guard isSpilled || inMemory.memory > memoryLimit / 2 else { return }
    try spill()
  }

  private mutating func spill() throws(DataError) {
    if inMemory.count == 0 { return }
    let run = try CountRun(SortedCounts(inMemory))
    // New ones, since it is the memory that is held which tells when to spill.
    inMemory = TokenCounts()
    try append(run)
  }

  private mutating func append(_ run: CountRun) throws(DataError) {
    runs.append(run)
    if runs.count >= mostRuns { runs = [try CountRun(MergedCounts(runs.map(CountRunReader.init)))] }
  }
}
