/// What a scalar is to pre-tokenization.
enum ScalarClass: UInt8 {
  /// Neither of the others: punctuation, symbols, controls, what is not assigned.
  case sign
  /// A letter or mark.
  case letter
  /// A number.
  case number
  /// White space.
  case space
}

/// The class of every scalar, in pages of 256.
struct ScalarClasses: Sendable {
  /// The classes of Unicode 15.0.
  static let unicode15 = ScalarClasses()

  // The content of each page, by the scalar's upper bits. Those of one class throughout share the first four contents;
  // there are pages for all that four bytes could hold, so that no text reads beyond them.
  private var pages = [UInt8](repeating: ScalarClass.sign.rawValue, count: 0x1400)
  private var contents: [ScalarClass] = [.sign, .letter, .number, .space].flatMap { repeatElement($0, count: 256) }

  private init() {
    fill(ScalarRanges.lettersAndMarks, .letter)
    fill(ScalarRanges.numbers, .number)
    fill(ScalarRanges.whiteSpace, .space)
  }

  private mutating func fill(_ ranges: [ClosedRange<UInt32>], _ kind: ScalarClass) {
    for range in ranges {
      for page in range.lowerBound >> 8...range.upperBound >> 8 {
        let part = range.clamped(to: page << 8...page << 8 | 0xFF)
        if part.count == 256 {
          pages[Int(page)] = kind.rawValue
        } else {
          let start = ownContent(of: Int(page))
          for scalar in part { contents[start + Int(scalar & 0xFF)] = kind }
        }
      }
    }
  }

  /// Where the content of a page starts that no other one shares.
  private mutating func ownContent(of page: Int) -> Int {
    if pages[page] <= ScalarClass.space.rawValue {
      contents += contents[Int(pages[page]) << 8..<Int(pages[page] + 1) << 8]
      pages[page] = UInt8(contents.count >> 8 - 1)
    }
    return Int(pages[page]) << 8
  }

  /// Reads classes without a check of bounds.
  struct Table {
    fileprivate let pages: UnsafePointer<UInt8>
    fileprivate let contents: UnsafePointer<ScalarClass>
    fileprivate let ascii: UnsafePointer<ScalarClass>

    @inline(__always)
    subscript(ascii byte: UInt8) -> ScalarClass { ascii[Int(byte)] }

    /// The class of what a sequence of up to four bytes holds.
    @inline(__always)
    subscript(scalar: UInt32) -> ScalarClass {
      contents[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    }
  }

  @inline(__always)
  func withUnsafeTable(_ body: (Table) -> Void) {
    pages.withUnsafeBufferPointer { pages in
      contents.withUnsafeBufferPointer { contents in
        guard let page = pages.baseAddress, let content = contents.baseAddress else { return }
        body(Table(pages: page, contents: content, ascii: content + Int(page[0]) << 8))
      }
    }
  }
}
