import TokenFiles

/// Pieces as symbols, with the count and the places of every pair of neighbours, kept up as pairs are merged.
///
/// A merge takes time for the places that it changes only, as in Larsson & Moffat (2000), "Off-line dictionary-based
/// compression". Old pairs only get rarer; one that occurs less often than the minimum is dropped.
struct SymbolSequence {
  private struct PairRecord {
    let pair: MergeTable.Pair
    /// How often it occurs, by the occurrences of the pieces.
    var count = 0
    /// Where its places are filed; some of them may have been merged away since.
    var start: UInt32 = 0
    var placeCount: UInt32 = 0
    var range: Range<Int> { Int(start)..<Int(start + placeCount) }
  }

  private static let none: UInt32 = .max
  private static let boundary: UInt32 = 0
  /// Marks a cell that holds where a symbol starts.
  private static let startFlag: UInt32 = 1 << 31

  /// The pairs that the last merge has made, or the beginning.
  private(set) var newPairs: [UInt32] = []

  // One cell a byte, and a boundary before and behind each piece. A symbol's id is in its first cell, and where it
  // starts in its last one, if that is another.
  private var cells: [UInt32] = []
  // By cell: the number of the pair that starts there.
  private var pairs: [UInt32] = []
  // Pieces that occur equally often stand together: where the cells of these end, ascending, and how often they occur.
  private var runs: [(end: Int, occurrences: Int)] = []

  private var lengths = [Int](repeating: 1, count: Int(MergeTable.firstMerge))
  private var records: [PairRecord] = []
  private var freeRecords: [UInt32] = []
  private var places: [UInt32] = []
  private let minimumCount: Int

  // While a pair is merged: by id, the pairs of a symbol and the new one, and of the new one and a symbol; and the
  // places where new pairs start, ascending.
  private var pairsBefore: [UInt32]
  private var pairsBehind: [UInt32]
  private var changedPlaces: [UInt32] = []

  init(_ selection: consuming PieceSelection, minimumCount: Int) {
    self.minimumCount = minimumCount
    pairsBefore = [UInt32](repeating: Self.none, count: lengths.count)
    pairsBehind = pairsBefore
    lay(selection)
    pairs = [UInt32](repeating: Self.none, count: cells.count)
    places.reserveCapacity(cells.count + cells.count / 2)
    var known = [UInt32](repeating: Self.none, count: 1 << 16)
    var run = 0
    for place in cells.indices.dropLast() where cells[place] != Self.boundary && cells[place + 1] != Self.boundary {
      while runs[run].end <= place { run += 1 }
      let pair = MergeTable.Pair(left: cells[place], right: cells[place + 1])
      let code = Int(pair.left - MergeTable.firstByte) << 8 | Int(pair.right - MergeTable.firstByte)
      if known[code] == Self.none { known[code] = add(pair) }
      pairs[place] = known[code]
      records[Int(known[code])].count += runs[run].occurrences
    }
    filePlaces(0..<UInt32(cells.count))
  }

  private mutating func lay(_ selection: consuming PieceSelection) {
    let count = selection.bytes.count + selection.pieces.count + 1
    precondition(count < Int(Self.startFlag), "\(count) cells; 31 bits tell their places")
    cells.reserveCapacity(count)
    cells.append(Self.boundary)
    for piece in selection.pieces.sorted(by: { $0.occurrences < $1.occurrences }) {
      for byte in selection.bytes[piece.range] { cells.append(MergeTable.firstByte + UInt32(byte)) }
      cells.append(Self.boundary)
      if runs.last?.occurrences == piece.occurrences { runs.removeLast() }
      runs.append((cells.count, piece.occurrences))
    }
  }

  /// A pair by its number.
  func pair(_ number: UInt32) -> MergeTable.Pair { records[Int(number)].pair }

  /// How often a pair occurs.
  func count(of number: UInt32) -> Int { records[Int(number)].count }

  /// Merges a pair everywhere, from left to right, and forgets it.
  mutating func merge(_ number: UInt32) {
    let merged = records[Int(number)]
    let symbol = UInt32(lengths.count)
    let leftLength = lengths[Int(merged.pair.left)]
    let length = leftLength + lengths[Int(merged.pair.right)]
    lengths.append(length)
    pairsBefore.append(Self.none)
    pairsBehind.append(Self.none)
    newPairs.removeAll(keepingCapacity: true)
    changedPlaces.removeAll(keepingCapacity: true)
    var run = 0
    for index in merged.range {
      let start = Int(places[index])
      guard pairs[start] == number else { continue }
      let end = start + length
      while runs[run].end <= start { run += 1 }
      let weight = runs[run].occurrences
      let left = startOfSymbol(before: start)
      leavePair(at: left, weight)
      leavePair(at: start + leftLength, weight)
      pairs[start] = Self.none
      cells[start] = symbol
      cells[end - 1] = Self.startFlag | UInt32(start)
      let (before, behind) = (cells[left], cells[end])
      if before != Self.boundary {
        pairsBefore[Int(before)] = enterPair(at: left, before, symbol, pairsBefore[Int(before)], weight)
      }
      if behind != Self.boundary {
        pairsBehind[Int(behind)] = enterPair(at: start, symbol, behind, pairsBehind[Int(behind)], weight)
      }
    }
    for new in newPairs {
      pairsBefore[Int(records[Int(new)].pair.left)] = Self.none
      pairsBehind[Int(records[Int(new)].pair.right)] = Self.none
    }
    free(number)
    filePlaces(changedPlaces)
  }

  /// Forgets a pair that has become too rare.
  mutating func forget(_ number: UInt32) {
    for index in records[Int(number)].range where pairs[Int(places[index])] == number {
      pairs[Int(places[index])] = Self.none
    }
    free(number)
  }

  @inline(__always)
  private func startOfSymbol(before place: Int) -> Int {
    let cell = cells[place - 1]
    return cell & Self.startFlag != 0 ? Int(cell & ~Self.startFlag) : place - 1
  }

  @inline(__always)
  private mutating func leavePair(at place: Int, _ weight: Int) {
    let number = pairs[place]
    guard number != Self.none else { return }
    records[Int(number)].count -= weight
    pairs[place] = Self.none
  }

  /// Notes that a new pair starts at a place, and gives its number, which may be known.
  @inline(__always)
  private mutating func enterPair(
    at place: Int, _ left: UInt32, _ right: UInt32, _ known: UInt32, _ weight: Int
  ) -> UInt32 {
    guard lengths[Int(left)] + lengths[Int(right)] <= MergeTable.longestToken else { return Self.none }
    let number = known == Self.none ? add(MergeTable.Pair(left: left, right: right)) : known
    pairs[place] = number
    records[Int(number)].count += weight
    if changedPlaces.last != UInt32(place) { changedPlaces.append(UInt32(place)) }
    return number
  }

  private mutating func add(_ pair: MergeTable.Pair) -> UInt32 {
    let record = PairRecord(pair: pair)
    var number = UInt32(records.count)
    if let free = freeRecords.popLast() {
      number = free
      records[Int(free)] = record
    } else {
      records.append(record)
    }
    newPairs.append(number)
    return number
  }

  private mutating func free(_ number: UInt32) {
    records[Int(number)].placeCount = 0
    freeRecords.append(number)
  }

  /// Files places under the new pairs that start there, and drops new pairs that are too rare.
  private mutating func filePlaces(_ changed: some Collection<UInt32>) {
    if places.count + changed.count > places.capacity { compactPlaces() }
    for place in changed where pairs[Int(place)] != Self.none {
      let number = Int(pairs[Int(place)])
      if records[number].count < minimumCount {
        pairs[Int(place)] = Self.none
      } else {
        records[number].placeCount += 1
      }
    }
    freeRecords += newPairs.filter { records[Int($0)].count < minimumCount }
    newPairs.removeAll { records[Int($0)].count < minimumCount }
    for number in newPairs.lazy.map(Int.init) {
      records[number].start = UInt32(places.count)
      places.append(contentsOf: repeatElement(0, count: Int(records[number].placeCount)))
      records[number].placeCount = 0
    }
    for place in changed where pairs[Int(place)] != Self.none {
      let number = Int(pairs[Int(place)])
      places[records[number].range.upperBound] = place
      records[number].placeCount += 1
    }
  }

  /// Gives up the room of places that have been merged away.
  private mutating func compactPlaces() {
    var end = 0
    for number in records.indices.sorted(by: { records[$0].start < records[$1].start }) {
      let start = end
      for index in records[number].range where Int(pairs[Int(places[index])]) == number {
        places[end] = places[index]
        end += 1
      }
      records[number].start = UInt32(start)
      records[number].placeCount = UInt32(end - start)
    }
    places.removeSubrange(end...)
  }
}
