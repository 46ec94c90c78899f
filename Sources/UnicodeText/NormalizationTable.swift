import Synchronization

/// What one form with one case mapping does to each scalar.
///
/// A table is made once for a process and is never freed; all threads read it.
struct NormalizationTable: @unchecked Sendable {
  /// What the quick check must know of a scalar (UAX #15, section 9); 0 for most.
  struct Traits: BitwiseCopyable, Hashable {
    static let changing: UInt16 = 1 << 8
    static let composingBackward: UInt16 = 1 << 9
    static let continuing: UInt16 = 1 << 10

    var bits: UInt16

    /// The canonical combining class.
    var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits) }
    /// The scalar is changed, whatever stands around it (quick check NO).
    var changes: Bool { bits & Self.changing != 0 }
    /// The scalar composes with some others that may stand before it (MAYBE).
    var composesBackward: Bool { bits & Self.composingBackward != 0 }
    /// Nothing before the scalar takes part in its normalization, nor it in theirs.
    var isBoundary: Bool { bits & Self.continuing == 0 }
  }

  let form: NormalizationForm
  let caseMapping: CaseMapping
  let traits: ScalarMap<Traits>
  /// What composes, in a form that composes.
  let compositions: Compositions?
  /// Whether U+0345 must be folded when its run of marks is in order.
  let foldsIotaSubscriptLate: Bool

  /// Where the decomposition of each scalar starts in the list of all; 0 where it is the scalar itself.
  private let places: ScalarMap<UInt32>
  /// The decompositions, after case mapping, each behind its count.
  let decompositions: UnsafeMutablePointer<DecomposedScalar>

  private static let known = Mutex<[NormalizationTable]>([])

  /// The table of a form and a case mapping, made when it is asked for first.
  static func shared(form: NormalizationForm, caseMapping: CaseMapping) -> NormalizationTable {
    known.withLock { known in
      if let table = known.first(where: { $0.form == form && $0.caseMapping == caseMapping }) { return table }
      let table = NormalizationTable(form: form, caseMapping: caseMapping)
      known.append(table)
      return table
    }
  }

  private init(form: NormalizationForm, caseMapping: CaseMapping) {
    self.form = form
    self.caseMapping = caseMapping
    compositions = form.composes ? Compositions.shared : nil
    var mapping = ScalarMapping(form: form, caseMapping: caseMapping)
    foldsIotaSubscriptLate = mapping.foldsIotaSubscriptLate
    var traits: [(UInt32, Traits)] = []
    var places: [(UInt32, UInt32)] = []
    var decompositions = [DecomposedScalar(bits: 0)]
    for scalar in mapping.affected {
      let trait = mapping.map(scalar)
      if trait.bits != 0 { traits.append((scalar, trait)) }
      if mapping.decomposition.count == 1 && mapping.decomposition[0].value == scalar { continue }
      places.append((scalar, UInt32(decompositions.count)))
      decompositions.append(DecomposedScalar(bits: UInt32(mapping.decomposition.count)))
      decompositions += mapping.decomposition
    }
    self.traits = ScalarMap(usual: Traits(bits: 0), entries: traits)
    self.places = ScalarMap(usual: 0, entries: places)
    self.decompositions = .allocate(capacity: decompositions.count)
    self.decompositions.initialize(from: decompositions, count: decompositions.count)
  }

  /// Whether a scalar has a decomposition, after case mapping, other than itself; Hangul syllables are left out.
  func decomposes(_ scalar: UInt32) -> Bool { places[scalar] != 0 }

  /// Appends the full decomposition of a scalar, after case mapping.
  @inline(__always)
  func decompose(_ scalar: UInt32, _ trait: Traits, into scalars: inout GrowingBuffer<DecomposedScalar>) {
    let place = Int(places[scalar])
    if place == 0 {
      scalars.append(
        DecomposedScalar(
          scalar, combiningClass: trait.combiningClass, composesBackward: trait.composesBackward))
    } else {
      let count = Int(decompositions[place].bits)
      scalars.append(UnsafeBufferPointer(start: decompositions + place + 1, count: count))
    }
  }
}
