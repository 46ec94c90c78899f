import CText

/// Where extended grapheme clusters end, as a machine of a few states (UAX #29 of Unicode 15.0, table 1c).
struct GraphemeBreaks: Sendable {
  /// What a rule must know of the text so far.
  enum State: UInt8, CaseIterable {
    /// At the start, where nothing is broken.
    case start
    /// After something that only what extends it joins.
    case other
    case carriageReturn
    /// After U+000A or another control, which nothing joins.
    case control
    case prepend
    case leadingJamo
    /// After a vowel, with or without a leading consonant.
    case vowelJamo
    case trailingJamo
    /// After the first regional indicator of a pair.
    case regionalIndicator
    /// After a pictograph, and what extends it.
    case pictograph
    /// After a pictograph, what extends it, and U+200D.
    case joinedPictograph
  }

  static let shared = GraphemeBreaks()

  /// Set in a transition where a cluster ends before the scalar.
  static let breaks: UInt8 = 0x80

  private static let classCount = Int(TEXT_GRAPHEME_CLASSES.rawValue)

  private let classes: ScalarMap<UInt8>
  private let transitions: [UInt8]

  private init() {
    let usual = UInt8(TEXT_OTHER.rawValue)
    let entries = (0..<Self.classCount).flatMap { number -> [(UInt32, UInt8)] in
      number == Int(usual) ? [] : text_grapheme_class(UInt32(number)).scalars.map { ($0, UInt8(number)) }
    }
    classes = ScalarMap(usual: usual, entries: entries.sorted { $0.0 < $1.0 })
    transitions = State.allCases.flatMap { state in
      (0..<Self.classCount).map { number in
        let next = text_grapheme_class(UInt32(number))
        let breaks = state != .start && !Self.joins(state, next)
        return Self.state(state, then: next).rawValue | (breaks ? Self.breaks : 0)
      }
    }
  }

  /// The state after a scalar in UTF-8, with `breaks` set where a cluster ends before it.
  @inline(__always)
  func transition(_ state: UInt8, then scalar: UInt32) -> UInt8 {
    transitions.withUnsafeBufferPointer { $0[Int(state) * Self.classCount + Int(classes[scalar])] }
  }

  /// Whether a cluster ends before each scalar of ASCII, whichever it is.
  @inline(__always)
  static func breaksBeforeASCII(_ state: UInt8) -> Bool {
    state != State.start.rawValue && state != State.carriageReturn.rawValue && state != State.prepend.rawValue
  }

  /// The state after a scalar of ASCII other than U+000D.
  @inline(__always)
  static func state(afterASCII byte: UInt8) -> UInt8 {
    byte < 0x20 || byte == 0x7F ? State.control.rawValue : State.other.rawValue
  }

  /// Whether no cluster ends before a scalar of a class.
  private static func joins(_ state: State, _ next: text_grapheme_class) -> Bool {
    switch (state, next) {
    case (.carriageReturn, TEXT_LF): true  // GB3
    case (.carriageReturn, _), (.control, _): false  // GB4
    case (_, TEXT_CR), (_, TEXT_LF), (_, TEXT_CONTROL): false  // GB5
    case (.leadingJamo, TEXT_L), (.leadingJamo, TEXT_V), (.leadingJamo, TEXT_LV), (.leadingJamo, TEXT_LVT): true  // GB6
    case (.vowelJamo, TEXT_V), (.vowelJamo, TEXT_T): true  // GB7
    case (.trailingJamo, TEXT_T): true  // GB8
    case (_, TEXT_EXTEND), (_, TEXT_ZWJ), (_, TEXT_SPACING_MARK): true  // GB9, GB9a
    case (.prepend, _): true  // GB9b
    case (.joinedPictograph, TEXT_PICTOGRAPHIC): true  // GB11
    case (.regionalIndicator, TEXT_REGIONAL_INDICATOR): true  // GB12, GB13
    default: false  // GB999
    }
  }

  private static func state(_ state: State, then next: text_grapheme_class) -> State {
    switch next {
    case TEXT_CR: .carriageReturn
    case TEXT_LF, TEXT_CONTROL: .control
    case TEXT_PREPEND: .prepend
    case TEXT_L: .leadingJamo
    case TEXT_V, TEXT_LV: .vowelJamo
    case TEXT_T, TEXT_LVT: .trailingJamo
    case TEXT_REGIONAL_INDICATOR: state == .regionalIndicator ? .other : .regionalIndicator
    case TEXT_PICTOGRAPHIC: .pictograph
    case TEXT_EXTEND: state == .pictograph ? .pictograph : .other
    case TEXT_ZWJ: state == .pictograph ? .joinedPictograph : .other
    default: .other
    }
  }
}
