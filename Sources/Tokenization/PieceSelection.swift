/// The most frequent of distinct pieces that have room together, whatever the order in which they come.
///
/// Of pieces that occur equally often, those of the smallest hashes come first, which is a sample of them. The first one
/// that has no room is left out, and with it all that come behind it.
struct PieceSelection: ~Copyable {
  /// A piece that was selected.
  struct Piece {
    fileprivate(set) var range: Range<Int>
    /// How often it occurs.
    let occurrences: Int
    fileprivate let hash: UInt64
  }

  /// The bytes of the pieces; each one's are at its range.
  private(set) var bytes: [UInt8] = []
  /// The pieces, in no particular order.
  private(set) var pieces: [Piece] = []

  private let capacity: Int
  // The first piece left out, whose bytes are kept apart.
  private var bound: (piece: Piece, bytes: [UInt8])?

  /// A selection of pieces that have at most so many bytes together.
  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Adds a piece that has not been added before.
  mutating func add(_ piece: Span<UInt8>, occurrences: Int) {
    let start = bytes.count
    for index in piece.indices { bytes.append(piece[index]) }
    let hash = unsafe piece.withUnsafeBufferPointer { unsafe TokenKey($0, 0..<$0.count).hash }
    let added = Piece(range: start..<bytes.count, occurrences: occurrences, hash: hash)
    if let bound, !Self.precedes(added, bytes, bound.piece, bound.bytes) {
      bytes.removeSubrange(start...)
      return
    }
    pieces.append(added)
    if bytes.count > 2 * capacity { prune() }
  }

  /// Leaves out what has no room.
  mutating func prune() {
    guard bytes.count > capacity else { return }
    pieces.sort { [bytes] in Self.precedes($0, bytes, $1, bytes) }
    var kept: [UInt8] = []
    kept.reserveCapacity(capacity)
    for index in pieces.indices {
      let range = pieces[index].range
      guard kept.count + range.count <= capacity else {
        let content = Array(bytes[range])
        bound = (
          Piece(range: 0..<content.count, occurrences: pieces[index].occurrences, hash: pieces[index].hash), content
        )
        pieces.removeSubrange(index...)
        break
      }
      pieces[index].range = kept.count..<kept.count + range.count
      kept += bytes[range]
    }
    bytes = kept
  }

  private static func precedes(_ left: Piece, _ leftBytes: [UInt8], _ right: Piece, _ rightBytes: [UInt8]) -> Bool {
    if left.occurrences != right.occurrences { return left.occurrences > right.occurrences }
    if left.hash != right.hash { return left.hash < right.hash }
    return leftBytes[left.range].lexicographicallyPrecedes(rightBytes[right.range])
  }
}
