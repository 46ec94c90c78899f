import DataFiles

/// The words of a corpus: how many kinds there are, how they grow with the text, and how much of it the most frequent
/// ones cover.
struct TypeStatistics {
  /// How many words have been counted.
  private(set) var tokens = 0
  private var types: SpillingCounts

  /// Statistics of no words; those to come may take so many bytes of memory.
  init(memoryLimit: Int) {
    types = SpillingCounts(memoryLimit: memoryLimit)
  }

  /// Counts some words of a text.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func append(_ text: Span<UInt8>, _ places: [Range<Int>]) throws(DataError) {
    unsafe text.withUnsafeBufferPointer { bytes in
      for place in places {
        unsafe types.inMemory.add(TokenKey(bytes, place), stamp: Self.stamp(ofToken: tokens))
        tokens += 1
      }
    }
    try types.spillIfLarge()
  }

  /// The place of a token on a scale of quarter octaves: 0 for the first, then up to 1, 2, 3, 4, 5, 6, 8, 10, 12, 16 … .
  private static func stamp(ofToken number: Int) -> UInt8 {
    guard number > 3 else { return UInt8(number) }
    let octave = Int.bitWidth - 1 - number.leadingZeroBitCount
    return UInt8(4 * (octave - 1) + (number >> (octave - 2)) & 3)
  }

  /// The first token that has a stamp.
  private static func token(ofStamp stamp: Int) -> Int {
    stamp < 4 ? stamp : (4 + stamp & 3) << (stamp / 4 - 1)
  }

  /// What is asked of the types, in one pass over them.
  ///
  /// - Throws: `DataError` when the disk fails.
  func figures() throws(DataError) -> TypeFigures {
    var newTypes = [Int](repeating: 0, count: 256)
    var frequencies: [Int: Int] = [:]
    let stream = try types.stream()
    while let type = try stream.next() {
      newTypes[Int(type.stamp)] += 1
      frequencies[type.count, default: 0] += 1
    }
    var curve: [(tokens: Int, types: Int)] = []
    var typesSoFar = 0
    for stamp in 0..<newTypes.count - 1 {
      typesSoFar += newTypes[stamp]
      let end = Self.token(ofStamp: stamp + 1)
      // Whole octaves are enough for people.
      if end >= tokens { break }
      if stamp & 3 == 3 && end >= 16 { curve.append((end, typesSoFar)) }
    }
    let typeCount = frequencies.values.reduce(0, +)
    if tokens > 0 { curve.append((tokens, typeCount)) }
    return TypeFigures(
      tokens: tokens, types: typeCount, curve: curve,
      frequencies: frequencies.sorted { $0.key > $1.key }.map { ($0.key, $0.value) })
  }

  /// The share of another text's words that are not among the most frequent of this one's, for some sizes.
  ///
  /// - Throws: `DataError` when the disk fails.
  func missing(from other: TypeStatistics, sizes: [Int], figures: TypeFigures) throws(DataError) -> [Double] {
    let limits = sizes.map(figures.limit(ofSize:))
    var room = limits.map(\.room)
    var missing = [Int](repeating: 0, count: sizes.count)
    let (mine, theirs) = (try types.stream(), try other.types.stream())
    var head = try mine.next()
    func count(_ type: CountedToken?, _ occurrences: Int) {
      for (place, limit) in limits.enumerated() {
        // Of those as frequent as the limit the first in the order of their bytes have room.
        let isKnown =
          switch type {
          case let type? where type.count > limit.count: true
          case let type? where type.count == limit.count && room[place] > 0: true
          default: false
          }
        if let type, type.count == limit.count { room[place] -= 1 }
        missing[place] += isKnown ? 0 : occurrences
      }
    }
    while let type = try theirs.next() {
      while let known = head, known.token.lexicographicallyPrecedes(type.token) {
        count(known, 0)
        head = try mine.next()
      }
      if let known = head, known.token == type.token {
        count(known, type.count)
        head = try mine.next()
      } else {
        count(nil, type.count)
      }
    }
    return missing.map { other.tokens > 0 ? Double($0) / Double(other.tokens) : 0 }
  }
}

/// Figures of the words of a corpus.
struct TypeFigures {
  let tokens: Int
  let types: Int
  /// How many kinds of words the first so many words are.
  let curve: [(tokens: Int, types: Int)]
  /// How many kinds occur so often, the most frequent first.
  let frequencies: [(count: Int, types: Int)]

  /// The share of the text that the most frequent words cover.
  func coverage(ofSize size: Int) -> Double {
    let limit = limit(ofSize: size)
    let covered = frequencies.prefix { $0.count > limit.count }.reduce(0) { $0 + $1.count * $1.types }
    return tokens > 0 ? Double(covered + limit.count * limit.room) / Double(tokens) : 0
  }

  /// The count that a word must pass to be among the most frequent, and how many that just reach it are among them, too.
  func limit(ofSize size: Int) -> (count: Int, room: Int) {
    var room = size
    for (count, types) in frequencies {
      if types > room { return (count, room) }
      room -= types
    }
    return (0, 0)
  }
}
