import Testing
import TokenFiles

@testable import Tokenization

@Suite("Applying merges")
struct BytePairEncoderTests {
  private static func encode(_ piece: [UInt8], _ merges: MergeTable) -> [TokenID] {
    var encoder = BytePairEncoder(merges)
    var ids: [TokenID] = []
    encoder.encode(piece.span, into: &ids)
    return ids
  }

  private static func table(_ pairs: [(TokenID, TokenID)]) -> MergeTable {
    var merges = MergeTable()
    for (left, right) in pairs {
      let isNew = merges.append(MergeTable.Pair(left: left, right: right))
      #expect(isNew)
    }
    return merges
  }

  /// Merges that no training need have found: any two tokens there are.
  private static func randomMerges(_ count: Int, alphabet: Int, _ random: inout RandomNumbers) -> MergeTable {
    var merges = MergeTable()
    for _ in 0..<count {
      let ids = (0..<2).map { _ in
        random.next(below: 2) == 0 && !merges.pairs.isEmpty
          ? TokenID(257 + random.next(below: merges.pairs.count)) : TokenID(0x62 + random.next(below: alphabet))
      }
      _ = merges.append(MergeTable.Pair(left: ids[0], right: ids[1]))
    }
    return merges
  }

  @Test("Lowest rank first, leftmost first, by hand")
  func worked() {
    let (l, o, w, e, s, t): (TokenID, TokenID, TokenID, TokenID, TokenID, TokenID) = (109, 112, 120, 102, 116, 117)
    // es 257, est 258, lo 259, low 260
    let merges = Self.table([(e, s), (257, t), (l, o), (259, w)])
    #expect(Self.encode(Array("lowest".utf8), merges) == [260, 258])
    #expect(Self.encode(Array("lolow".utf8), merges) == [259, 260])
    #expect(Self.encode(Array("".utf8), merges) == [])
    #expect(Self.encode([0x00, 0xFF], merges) == [1, 256])
    // With "we" ahead of "es", the same letters part elsewhere.
    #expect(Self.encode(Array("west".utf8), Self.table([(w, e), (e, s)])) == [257, s, t])
    let runs = Self.table([(0x62, 0x62), (257, 257)])
    #expect(Self.encode(Array("aaa".utf8), runs) == [257, 0x62])
    #expect(Self.encode(Array("aaaaaaa".utf8), runs) == [258, 257, 0x62])
  }

  @Test("Any merges on any text give what replacing pair after pair gives", arguments: [1, 2, 4, 26])
  func plain(alphabet: Int) {
    var random = RandomNumbers(seed: UInt64(alphabet))
    for _ in 0..<60 {
      let merges = Self.randomMerges(random.next(below: 60), alphabet: alphabet, &random)
      var encoder = BytePairEncoder(merges)
      for length in [0, 1, 2, 3, 63, 64, 65, 66, random.next(below: 64), 65 + random.next(below: 300)] {
        let piece = random.letters(alphabet, count: length)
        var ids: [TokenID] = [7]
        encoder.encode(piece.span, into: &ids)
        #expect(ids == [7] + PlainBytePairs.encode(piece, merges.pairs))
      }
    }
  }

  @Test("A piece of a megabyte takes a moment")
  func longPiece() {
    var pairs: [(TokenID, TokenID)] = [(0x62, 0x62)]
    while pairs.count < 8 { pairs.append((TokenID(256 + pairs.count), TokenID(256 + pairs.count))) }
    let ids = Self.encode([UInt8](repeating: 0x61, count: 1 << 20), Self.table(pairs))
    #expect(ids == [TokenID](repeating: 264, count: 4096))
  }

  @Test("A table finds what was added, and nothing else")
  func table() {
    var random = RandomNumbers(seed: 11)
    var merges = MergeTable()
    var known: [[TokenID]: TokenID] = [:]
    for _ in 0..<5000 {
      let pair = MergeTable.Pair(left: TokenID(random.next(below: 90)), right: TokenID(random.next(below: 90)))
      let isNew = known[[pair.left, pair.right]] == nil
      if isNew { known[[pair.left, pair.right]] = TokenID(257 + known.count) }
      let isAdded = merges.append(pair)
      #expect(isAdded == isNew)
    }
    for left in 0..<TokenID(91) {
      for right in 0..<TokenID(91) { #expect(merges.merged(left, right) == known[[left, right]]) }
    }
    #expect(merges.pairs.count == known.count)
  }

  @Test("A heap gives the least first")
  func heap() {
    var random = RandomNumbers(seed: 5)
    for count in 0..<60 {
      let numbers = (0..<count).map { _ in random.next(below: 30) }
      var (pushed, built) = (BinaryHeap<Int>(), BinaryHeap(numbers))
      for number in numbers { pushed.push(number) }
      for expected in numbers.sorted() {
        let least = (pushed.pop(), built.pop())
        #expect(least.0 == expected && least.1 == expected)
      }
      let rest = (pushed.pop(), built.pop())
      #expect(rest.0 == nil && rest.1 == nil)
    }
  }
}
